"""The gold of the questions about the library as a whole (`whole-…`), computed from the catalogue by code.

Each question has its criterion here a second time, as plain Python over the papers; nothing of the grammar that reads
the question is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from eval.questions import SHIPPED, Question, load, matches
from rag.library import Library
from rag.nouns import Paper

Criterion = Callable[[Paper], bool]
WHOLE = {q.id: q for q in load(SHIPPED).questions if q.id.startswith("whole-")}


def year(*years: str) -> Criterion:
    return lambda p: bool(p.date) and (p.date or "")[:4] in years


def days(first: str = "0000", last: str = "9999") -> Criterion:
    return lambda p: p.date is not None and first <= p.date <= last


def authors(least: int = 0, most: int = 10_000) -> Criterion:
    return lambda p: p.author_count is not None and least <= p.author_count <= most


def on(*pages: str) -> Criterion:
    return lambda p: set(pages) <= set(p.pages)


def off(page: str) -> Criterion:
    return lambda p: page not in p.pages


def says(word: str) -> Criterion:
    return lambda p: re.search(rf"(?<!\w){word}s?(?!\w)", f"{p.title} {p.abstract}", re.I) is not None


def titled(word: str) -> Criterion:
    return lambda p: re.search(rf"(?<!\w){word}s?(?!\w)", p.title, re.I) is not None


def comments(least: int) -> Criterion:
    return lambda p: (p.comments or 0) >= least


def undated(p: Paper) -> bool:
    return p.date is None


def anything(p: Paper) -> bool:
    return True


CRITERIA: dict[str, Sequence[Criterion]] = {
    "whole-count-01": [year("2024"), authors(6)],
    "whole-count-02": [undated],
    "whole-count-03": [days("2025-05-01")],
    "whole-count-04": [on("value-alignment"), year("2023")],
    "whole-count-05": [authors(20)],
    "whole-count-06": [days(last="2023-12-31")],
    "whole-count-07": [on("alignment", "cultural-alignment", "value-alignment")],
    "whole-count-08": [says("GPT-4")],
    "whole-count-09": [days("2024-06-01", "2024-08-31")],
    "whole-count-10": [titled("benchmark")],
    "whole-count-11": [on("cultural-alignment"), authors(0, 3)],
    "whole-filter-01": [days("2025-09-01")],
    "whole-filter-02": [authors(10, 13), year("2024")],
    "whole-filter-03": [days(last="2022-12-31")],
    "whole-filter-04": [authors(9, 9)],
    "whole-filter-05": [on("alignment", "value-alignment"), off("cultural-alignment")],
    "whole-filter-06": [days("2024-10-01", "2024-10-31")],
    "whole-filter-07": [on("value-alignment"), undated],
    "whole-filter-08": [authors(2, 2)],
    "whole-filter-09": [days("2025-07-01", "2025-09-30")],
    "whole-filter-10": [says("diffusion"), year("2025")],
    "whole-filter-11": [titled("survey")],
    "whole-filter-12": [comments(3)],
    "whole-filter-13": [days("2023-11-01", "2024-02-29")],
    "whole-filter-14": [authors(20), days("2024-11-01")],
    "whole-filter-15": [on("cultural-alignment"), days("2024-12-01", "2025-02-28")],
    "whole-filter-16": [says("Minecraft")],
    "whole-filter-17": [authors(1, 1)],
    "whole-filter-18": [on("alignment"), year("2024"), authors(5)],
}
EXTREMES: dict[str, tuple[Sequence[Criterion], Callable[[Paper], str | int | None], bool, int]] = {
    "whole-extreme-01": ([anything], lambda p: p.date, True, 3),
    "whole-extreme-02": ([on("alignment")], lambda p: p.date, False, 1),
    "whole-extreme-03": ([anything], lambda p: p.author_count, True, 5),
    "whole-extreme-04": ([on("cultural-alignment"), year("2024")], lambda p: p.author_count, True, 1),
    "whole-extreme-05": ([anything], lambda p: p.comments, True, 1),
    "whole-extreme-06": ([year("2023")], lambda p: p.date, True, 1),
    "whole-extreme-07": ([on("value-alignment")], lambda p: p.date, True, 1),
    "whole-extreme-08": ([authors(20)], lambda p: p.date, False, 1),
    "whole-extreme-09": ([year("2025"), on("value-alignment")], lambda p: p.author_count, False, 1),
}


def select(papers: Sequence[Paper], criteria: Sequence[Criterion]) -> list[Paper]:
    return [paper for paper in papers if all(criterion(paper) for criterion in criteria)]


def gold_of(question_id: str, papers: Sequence[Paper]) -> list[Paper]:
    """Return the papers that the criterion of a question selects; of an extreme with all that tie with the last."""
    if question_id in CRITERIA:
        return select(papers, CRITERIA[question_id])
    criteria, key, descending, most = EXTREMES[question_id]
    known = [paper for paper in select(papers, criteria) if key(paper) is not None]
    values = sorted((key(paper) for paper in known), reverse=descending)  # type: ignore[type-var]
    bar = values[most - 1]
    return [p for p in known if (key(p) >= bar if descending else key(p) <= bar)]  # type: ignore[operator]


def computed() -> list[Question]:
    return [q for q in WHOLE.values() if q.id in CRITERIA or q.id in EXTREMES]


def test_there_are_at_least_thirty_such_questions_half_of_them_for_development() -> None:
    assert len(WHOLE) >= 30
    assert abs(2 * sum(q.split == "dev" for q in WHOLE.values()) - len(WHOLE)) <= 2


@pytest.mark.parametrize("question", computed(), ids=lambda q: q.id)
def test_the_gold_is_what_the_catalogue_says(question: Question, sample: Library) -> None:
    gold = {paper.title for paper in gold_of(question.id, sample.papers())}
    assert set(question.gold_titles) == gold


@pytest.mark.parametrize("question", [q for q in computed() if q.type == "count"], ids=lambda q: q.id)
def test_the_nugget_of_a_count_is_the_count(question: Question, sample: Library) -> None:
    count = len(gold_of(question.id, sample.papers()))
    assert any(matches(pattern, f"{count} of 127 papers") for pattern in question.nuggets[0].any_of)
    assert not any(matches(pattern, f"{count + 1} of 127 papers") for pattern in question.nuggets[0].any_of)


@pytest.mark.parametrize("question", [q for q in WHOLE.values() if not q.answerable], ids=lambda q: q.id)
def test_what_no_paper_meets_is_unanswerable(question: Question, sample: Library) -> None:
    empty: dict[str, Sequence[Criterion]] = {
        "whole-count-90": [authors(101)],
        "whole-filter-90": [year("2020")],
        "whole-filter-91": [on("cultural-alignment"), days(last="2022-12-31")],
        "whole-named-90": [says("TruthfulQA")],
        "whole-named-91": [says("AlpacaFarm")],
        "whole-named-92": [says("Kimi-K2")],
    }
    assert select(sample.papers(), empty[question.id]) == []

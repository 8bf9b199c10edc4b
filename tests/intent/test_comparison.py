"""Papers side by side, and what the catalogue knows of one paper."""

from __future__ import annotations

import pytest

from rag.intent.comparison import comparing_question
from rag.library import Library
from rag.nouns import Paper, Reason, Status, Support
from rag.read.comparing import ABSENT, sizes, speaking_of


def test_a_comparison_has_a_row_an_aspect_and_every_cell_is_cited_or_marked(bees: Library) -> None:
    answer = bees.ask("Compare HumNet and WaxSense")
    assert answer.table is not None
    assert answer.table.columns == ("Aspect", "HumNet", "WaxSense")
    cells = [cell for row in answer.table.rows for cell in row[1:]]
    assert len(cells) >= 4
    for row in answer.table.rows:
        for number, cell in enumerate(row[1:], start=1):
            assert cell == "not in the abstract" or cell.endswith(f"[{number}]")


def test_the_text_of_a_comparison_quotes_word_for_word_and_is_supported(bees: Library) -> None:
    answer = bees.ask("Compare HumNet and WaxSense")
    assert answer.status is Status.ANSWERED
    assert [c.paper.paper_id for c in answer.citations] == ["hum", "wax"]
    assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}
    assert all(s.quote in answer.text for c in answer.citations for s in c.sentences)


def test_aspects_that_are_asked_for_are_the_rows(bees: Library) -> None:
    answer = bees.ask("How do HumNet and WaxSense differ in hives, combs and licence?")
    assert answer.table is not None
    rows = {row[0]: row[1:] for row in answer.table.rows}
    assert list(rows) == ["hives", "combs", "licence"]
    assert "12 combs" in rows["combs"][1]
    assert rows["licence"] == ("not in the abstract", "not in the abstract")
    assert any("licence" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    "question",
    ["Compare hives and combs", "Compare HumNet with others", "What is HumNet?", "WaxSense: how does it differ?"],
)
def test_what_names_fewer_than_two_papers_is_no_table(question: str, bees: Library) -> None:
    assert bees.ask(question).table is None


def test_a_comparison_with_what_is_unknown_here_says_so(bees: Library) -> None:
    assert "“BeeBERT” occurs in no paper here." in bees.ask("Compare HumNet and BeeBERT").warnings


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("When was WaxSense published?", "dated 2025-01-10"),
        ("how many authors does hum-net have?", "2 authors (Ada Oak, Bo Elm)"),
        ("Who wrote 'Nectar and Dew', and which organisation is it from?", "4 authors (Di Fir"),
        ("Which pages is WaxSense on?", "seen on spring-bees, summer-bees"),
        ("How many upvotes does Mites in Winter have?", "7 upvotes"),
    ],
)
def test_what_the_catalogue_knows_of_a_paper_is_told_from_its_record(question: str, told: str, bees: Library) -> None:
    answer = bees.ask(question)
    assert told in answer.text
    assert answer.status is Status.ANSWERED
    assert [s.index for c in answer.citations for s in c.sentences] == [0]
    assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}


def test_what_the_catalogue_does_not_know_is_said_not_to_be_known(bees: Library) -> None:
    answer = bees.ask("When was 'Nectar and Dew' published?")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_ABSTRACTS)
    assert answer.text == "The library holds *Nectar and Dew*, but no date of it."


def test_half_of_what_is_asked_makes_half_an_answer(bees: Library) -> None:
    answer = bees.ask("When was 'Nectar and Dew' published and by how many authors?")
    assert (answer.status, answer.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
    assert "4 authors" in answer.text


def test_it_is_the_paper_just_spoken_of(bees: Library) -> None:
    first = bees.ask("What does WaxSense weigh?")
    assert "dated 2025-01-10" in bees.ask("And when was it published?", history=[first]).text


def test_aspects_may_stand_behind_a_colon(bees: Library) -> None:
    answer = bees.ask("Compare HumNet and WaxSense: hives, combs")
    assert answer.table is not None
    assert [row[0] for row in answer.table.rows] == ["hives", "combs"]


def test_what_a_paper_is_is_told_by_the_sentence_that_names_it(sample: Library) -> None:
    answer = sample.ask("Compare CVC and Flames")
    assert answer.table is not None
    rows = {row[0]: row[1:] for row in answer.table.rows}
    assert "Chinese Values Corpus (CVC)" in rows["what it is"][0]
    assert "named Flames" in rows["what it is"][1]
    assert "250,000 value rules" in rows["size"][0]


def test_a_size_is_a_size_and_no_cell_says_again_what_the_row_above_says(sample: Library) -> None:
    answer = sample.ask("Compare KorNAT, CVC, NormAd and WorldView-Bench")
    assert answer.table is not None
    rows = {row[0]: row[1:] for row in answer.table.rows}
    assert [cell.rpartition(" [")[0] for cell in rows["size"][1:3]] == [
        "“250,000 value rules”",
        "“2.6k stories; 75 countries”",
    ]
    for column in range(4):
        cells = [row[column + 1] for row in answer.table.rows if row[column + 1] != ABSENT]
        assert len(set(cells)) == len(cells)


def test_papers_that_are_ticked_are_compared_by_their_titles_and_called_by_their_names(sample: Library) -> None:
    papers = [sample.related(name)[0] for name in ("KorNAT", "CVC", "NormAd", "Hanfu-Bench", "GIMMICK")]
    answer = sample.ask(comparing_question(papers))
    assert answer.table is not None
    assert answer.table.columns == ("Aspect", "KorNAT", "CVC", "NormAd", "Hanfu-Bench", "GIMMICK")
    assert {c.paper.paper_id for c in answer.citations} == {p.paper_id for p in papers}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We present 12,400 questions by speakers of 31 languages.", "12,400 questions; 31 languages"),
        ("It holds 8k cultural concepts from 36 sub-regions.", "8k cultural concepts; 36 sub-regions"),
        ("It spans five tasks.", "five tasks"),
        (
            "Covering 45 regions: 1,227 human-written and human-verified questions.",
            "1,227 human-written and human-verified questions; 45 regions",
        ),
        ("It is 3.5% better.", ""),
    ],
)
def test_what_a_sentence_counts_is_told_word_for_word(text: str, told: str) -> None:
    assert sizes(text) == told


def test_the_size_of_a_benchmark_is_the_number_of_its_items_where_it_is_told() -> None:
    abstract = "We present Bench, covering 9,000 regions. Bench holds 45 questions."
    split = abstract.index(" Bench holds")
    paper = Paper("b", "Bench: Of Regions", abstract, ((0, split), (split + 1, len(abstract))))
    assert speaking_of("size", paper, "Bench") == (2,)


def test_what_others_found_is_no_finding_of_a_paper(sample: Library) -> None:
    answer = sample.ask("URIAL versus DeAL")
    assert answer.table is not None
    (findings,) = [row for row in answer.table.rows if row[0] == "findings"]
    assert "LIMA" not in findings[1]
    assert "Our findings reveal" in findings[1]


def test_a_language_model_is_no_language(sample: Library) -> None:
    answer = sample.ask("Compare KorNAT and JMMMU in languages")
    assert answer.table is not None
    assert "Large Language Models" not in answer.table.rows[0][1]

"""The digest of a library, papers like one of it, and the two commands."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.__main__ import main
from rag.base.errors import UnknownPaper
from rag.library import Library
from rag.nouns import Paper
from rag.overview.map import islands, map_svg
from rag.overview.subjects import clusters, group_count, telling_words
from tests.test_library import FISH, STARS, write_jsonl


def rays(angles: list[float]) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([[math.cos(a), math.sin(a)] for a in angles], dtype=np.float32)


def test_two_bundles_of_rays_are_two_groups() -> None:
    first, second, *_ = clusters(rays([0.0, 1.5, 0.1, 1.6, 0.05, 1.55]), 2)
    assert clusters(rays([0.0, 1.5, 0.1, 1.6, 0.05, 1.55]), 2) == [first, second] * 3
    assert first != second


@given(st.lists(st.floats(0, 6.28), min_size=1, max_size=30), st.integers(1, 6))
def test_every_paper_gets_a_group_and_the_same_one_again(angles: list[float], k: int) -> None:
    vectors = rays(angles)
    groups = clusters(vectors, k)
    assert len(groups) == len(angles)
    assert set(groups) <= set(range(k))
    assert groups == clusters(vectors, k)


@given(st.lists(st.floats(0, 6.28), min_size=1, max_size=30), st.integers(1, 5))
def test_places_lie_on_the_map(angles: list[float], groups: int) -> None:
    places = islands(rays(angles), [n % groups for n in range(len(angles))])
    assert len(places) == len(angles)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in places)


def test_islands_do_not_touch() -> None:
    angles = [n / 40 for n in range(60)]
    groups = [n // 20 for n in range(60)]
    discs = [[p for p, of in zip(islands(rays(angles), groups), groups, strict=True) if of == n] for n in range(3)]
    between = min(math.dist(p, q) for n, one in enumerate(discs) for other in discs[:n] for p in one for q in other)
    assert between > 0.02


def test_a_handful_is_one_group_and_there_are_never_more_than_sixteen() -> None:
    assert [group_count(n) for n in (1, 7, 8, 127, 100_000)] == [1, 1, 3, 11, 16]


def test_no_two_subjects_of_a_map_begin_with_one_word(sample: Library) -> None:
    names = [topic.words[0] for topic in sample.digest().topics]
    assert len(set(names)) == len(names)


def test_telling_words_are_those_that_the_other_group_lacks() -> None:
    fish = [Paper("a", "Perch", "Perch swim in lakes."), Paper("b", "More perch", "We count perch in lakes.")]
    stars = [Paper("c", "Stars", "We count stars."), Paper("d", "Old stars", "Stars are timed.")]
    words = telling_words([fish, stars], 2)
    assert words == [("perch", "lakes"), ("stars",)]


def test_a_word_of_papers_on_all_subjects_tells_of_none() -> None:
    bees = [Paper(f"b{n}", f"Bee {n}", f"We reveal how diverse bee hives hum, {n}.") for n in range(4)]
    owls = [Paper(f"o{n}", f"Owl {n}", f"Owls hunt at night, {n}.") for n in range(4)]
    words = telling_words([bees, owls], 6)[0]
    assert "bee" in words[0].lower()
    assert not {"reveal", "diverse"} & {word for phrase in words for word in phrase.split()}


def test_subjects_of_the_sample_are_called_by_what_they_are_about(sample: Library) -> None:
    told = {word.casefold() for topic in sample.digest().topics for word in topic.words}
    assert {"jailbreaking", "preference alignment", "moral"} <= told
    assert any("cultural" in words for words in told)
    assert not {"reveal", "diverse", "including", "first", "second", "llms", "extensive", "towards"} & told


def test_a_group_is_called_by_what_its_papers_share(sample: Library) -> None:
    """Groups of a kind that no rounding of a processor moves; those of vectors differ with it at their edges."""
    shared = ("jailbreak", "cultural", "preference", "moral")
    groups: dict[str, list[Paper]] = {word: [] for word in (*shared, "")}
    for paper in sample.papers():
        text = f"{paper.title} {paper.abstract}".lower()
        groups[next((word for word in shared if word in text), "")].append(paper)
    named = dict(zip(groups, telling_words(list(groups.values()), 6), strict=True))
    assert [named[word][0] for word in shared[:3]] == ["jailbreaking", "cultural", "preference"]
    assert "moral" in named["moral"]


def test_the_digest_counts_every_paper_by_page_and_by_month(sample: Library) -> None:
    digest = sample.digest()
    assert (digest.papers, digest.undated) == (127, 49)
    assert dict(digest.by_page) == {"alignment": 57, "cultural-alignment": 52, "value-alignment": 42}
    assert sum(count for _, count in digest.by_month) == 127 - 49
    assert list(digest.by_month) == sorted(digest.by_month)


def test_every_paper_is_in_one_topic_and_on_the_map(sample: Library) -> None:
    digest = sample.digest()
    grouped = [paper.paper_id for topic in digest.topics for paper in topic.papers]
    assert sorted(grouped) == sorted(paper.paper_id for paper in sample.papers())
    assert {paper.paper_id: topic for paper, _, _, topic in digest.map} == {
        paper.paper_id: number for number, topic in enumerate(digest.topics, 1) for paper in topic.papers
    }


def test_each_topic_has_words_and_a_sentence_of_its_first_paper_word_for_word(sample: Library) -> None:
    topics = sample.digest().to_dict()["topics"]
    assert len(topics) > 1
    for topic in topics:
        assert 1 <= len(topic["words"]) <= 6
        sentence = topic["sentence"]
        paper = sample.paper(sentence["paper_id"])
        assert paper is not None
        assert paper.abstract[sentence["start"] : sentence["end"]] == sentence["quote"]
        assert topic["papers"][0]["paper_id"] == sentence["paper_id"]


def test_the_digest_tells_what_came_with_the_last_add_that_brought_anything(empty: Library, tmp_path: Path) -> None:
    empty.add(write_jsonl(tmp_path / "a.jsonl", FISH))
    empty.add(write_jsonl(tmp_path / "b.jsonl", STARS))
    assert [paper.paper_id for paper in empty.digest().latest] == ["stars"]
    empty.add(tmp_path / "b.jsonl")
    assert [paper.paper_id for paper in empty.digest().latest] == ["stars"]


def test_the_digest_of_nothing_is_empty(empty: Library) -> None:
    digest = empty.digest()
    assert (digest.papers, digest.topics, digest.map) == (0, (), ())
    assert ElementTree.fromstring(map_svg(digest.topics, digest.map)).tag.endswith("svg")


def test_the_map_has_a_point_with_a_title_for_each_paper(sample: Library) -> None:
    digest = sample.digest()
    drawing = ElementTree.fromstring(map_svg(digest.topics, digest.map))
    titles = [element.text for element in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert sorted(map(str, titles)) == sorted(" ".join(paper.title.split()) for paper in sample.papers())


@pytest.mark.parametrize(
    "name", ["KorNAT", "kor-nat", "KorNAT: LLM alignment benchmark for Korean social values and common knowledge"]
)
def test_papers_like_one_are_found_by_its_title_or_name(name: str, sample: Library) -> None:
    paper, hits = sample.related(name, 5)
    assert paper.title.startswith("KorNAT")
    assert len(hits) == 5
    assert paper.paper_id not in {hit.paper_id for hit in hits}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_papers_like_an_unknown_one_are_an_error(sample: Library) -> None:
    with pytest.raises(UnknownPaper, match="abstract-qa papers"):
        sample.related("nobody")


def test_the_commands_print_json_and_draw(sample: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    where = ["--library", str(sample.folder)]
    assert main(["digest", "--json", "--map", str(tmp_path / "map.svg"), *where]) == 0
    assert json.loads(capsys.readouterr().out)["papers"] == 127
    assert (tmp_path / "map.svg").read_text(encoding="utf-8").startswith("<svg")
    assert main(["related", "KorNAT", "-k", "3", "--json", *where]) == 0
    assert len(json.loads(capsys.readouterr().out)["results"]) == 3
    assert main(["related", "nobody", *where]) == 2
    assert main(["digest", *where]) == 0
    assert "By subject" in capsys.readouterr().out

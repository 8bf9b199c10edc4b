"""The written set: its form and its split."""

from __future__ import annotations

from eval.meaning import group_of, nearest
from eval.written_set import PARTS, WrittenOn, paper_of, read_clusters, read_written

WRITTEN = read_written()


def test_every_pointer_of_the_set_names_a_sentence() -> None:
    assert len(WRITTEN) > 2_000
    for own in WRITTEN:
        count = len(own.paper.sentences)
        places = [place for asked in own.questions for place in asked.evidence]
        places += [place for claim in own.claims for place in claim.evidence]
        assert all(1 <= place <= count for place in places), own.paper.paper_id


def test_a_paper_is_in_one_part_alone_and_stays_there() -> None:
    parts = {part: {own.paper.paper_id for own in read_written(part)} for part in PARTS}
    assert sum(map(len, parts.values())) == len(WRITTEN)
    assert len(parts["test"]) > 150
    assert "2509.14662" in parts["train"]


def test_each_paper_has_claims_that_are_borne_out_false_and_open() -> None:
    for own in WRITTEN:
        kinds = [claim.kind for claim in own.claims]
        assert kinds.count("supported") >= 1
        assert kinds.count("unstated") == 1
        assert len(kinds) >= 4


def test_what_answers_in_a_cluster_is_a_sentence_of_one_of_its_papers() -> None:
    found = list(read_clusters())
    assert len(found) > 100
    for papers, questions in found:
        for question in questions:
            for name, places in question["answers"].items():
                assert all(1 <= place <= len(papers[int(name[1:]) - 1].sentences) for place in places)


def test_a_sentence_stands_in_the_abstract_as_it_was_given() -> None:
    paper = paper_of("x", "X", ["One is here.", "Two are there."])
    assert [paper.sentence(1), paper.sentence(2)] == ["One is here.", "Two are there."]


def test_the_nearest_sentence_is_the_one_that_shares_most_words() -> None:
    own = WrittenOn(paper_of("x", "X", ["Eels swim at night.", "Perch are counted by sonar."]), (), "", ())
    assert nearest("Sonar counts perch", own) == 2


def test_a_question_in_another_language_is_counted_with_those() -> None:
    groups = {group_of(asked) for own in WRITTEN for asked in own.questions}
    assert groups == {"lay", "paraphrase", "named, numeric and others", "other languages"}

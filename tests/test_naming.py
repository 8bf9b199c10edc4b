"""A question that names a paper is about that paper, however far the search puts it down."""

from __future__ import annotations

from rag.intent.standalone import plan_by_rules
from rag.library import Library
from rag.nouns import Reason, Status, Support

NAMED = "InfAlign: Inference-aware language model alignment"
OTHER = "Flames: Benchmarking Value Alignment of LLMs in Chinese"


def titles(answer) -> list[str]:  # type: ignore[no-untyped-def]
    return [citation.paper.title for citation in answer.citations]


def test_the_paper_that_a_question_names_leads_the_evidence(sample: Library) -> None:
    for question in ("Which baselines does InfAlign outperform on diversity?", "Who paid for infalign?"):
        answer = sample.ask(question)
        assert answer.evidence[0].paper.title == NAMED
        assert len(answer.evidence) >= 10
        assert answer.reason is not Reason.NOT_IN_LIBRARY


def test_a_named_paper_is_among_few(sample: Library) -> None:
    assert sample.ask("By what percentage does InfAlign win?", k=2).evidence[0].paper.title == NAMED


def test_what_a_named_paper_says_is_quoted_from_it_first(sample: Library) -> None:
    answer = sample.ask("On which dialog benchmarks does InfAlign win, and by how many percent?")
    assert titles(answer)[:1] == [NAMED]
    assert "8-12%" in answer.text


def test_a_filter_keeps_a_named_paper_out(sample: Library) -> None:
    answer = sample.ask("What percent improvement does InfAlign report?", page="value-alignment")
    assert {page for passage in answer.evidence for page in passage.paper.pages} >= {"value-alignment"}
    assert NAMED not in [passage.paper.title for passage in answer.evidence]


def test_what_about_another_asks_the_same_of_that_one(sample: Library) -> None:
    first = sample.ask("How well does InfAlign do?")
    second = sample.ask("What about Flames?", history=[first])
    assert titles(second)[:1] == [OTHER]
    assert NAMED not in titles(second)


def test_a_question_that_points_back_keeps_what_was_spoken_of(sample: Library) -> None:
    first = sample.ask("How well does InfAlign do?")
    spoken = tuple(c.paper.paper_id for c in first.citations)
    assert plan_by_rules("How does it differ from Flames?", [first], ("flames",)).focus == spoken
    assert plan_by_rules("What about Flames?", [first], ("flames",)).focus == ()


def test_what_many_papers_speak_of_names_none_of_them(sample: Library) -> None:
    answer = sample.ask("Why does DPO decrease the likelihood of preferred responses?")
    assert titles(answer)[0].startswith("Unintentional Unalignment")


def test_who_wrote_a_paper_whose_names_are_unknown_is_said_to_be_unknown(sample: Library) -> None:
    answer = sample.ask("Who wrote the KorNAT paper?")
    assert "has 7 authors [1]." in answer.text
    assert answer.text.endswith("The saved pages do not name them: `abstract-qa enrich` asks arXiv who they are.")
    assert answer.status is Status.PARTIAL
    assert {claim.support for claim in answer.claims} == {Support.SUPPORTED}
    assert "names" not in sample.ask("How many authors does KorNAT have?").text


def test_which_group_has_most_papers_is_counted_over_all(sample: Library) -> None:
    answer = sample.ask("Which organisation published the most papers here?")
    assert answer.text.startswith("127 papers by organisation: MAIR Lab: 1, not known: 126.")


def test_which_of_these_is_asked_of_the_papers_just_listed(sample: Library) -> None:
    first = sample.ask("Which papers mention Anthropic?")
    second = sample.ask("and which of these are from 2024?", history=[first])
    assert set(titles(second)) < set(titles(first))
    assert [(citation.paper.date or "")[:4] for citation in second.citations] == ["2024", "2024"]
    assert second.text.startswith("2 of 127 papers are from 2024 and are among the 3 just spoken of")

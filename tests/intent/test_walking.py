"""Lists and extremes on a subject, without a model."""

from __future__ import annotations

import json
import re
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from rag.library import Library
from rag.nouns import Answer, Status, Support
from rag.read.lists import LEAST

TODAY = date(2025, 11, 20)


def ask(library: Library, question: str) -> Answer:
    return library.ask(question, today=TODAY)


def test_a_list_says_where_it_ends_and_why(sample: Library) -> None:
    answer = ask(sample, "Which papers are about cultural bias of language models?")
    note = next(warning for warning in answer.warnings if "were ranked" in warning)
    assert f"{len(answer.citations)} listed" in note
    assert f"{LEAST:.0%} is where the list ends" in note


def test_a_list_on_a_subject_keeps_to_the_filters_of_the_question(sample: Library) -> None:
    answer = ask(sample, "Which papers since June 2025 are about cultural bias?")
    assert answer.filters == {"since": "2025-06-01"}
    assert answer.citations
    assert all((citation.paper.date or "") >= "2025-06-01" for citation in answer.citations)


def test_the_newest_on_a_subject_is_the_newest_of_those_found(sample: Library) -> None:
    newest = ask(sample, "What is the most recent paper on cultural benchmarks?")
    assert len(newest.citations) == 1
    found = ask(sample, "List all papers on cultural benchmarks")
    dates = [citation.paper.date for citation in found.citations if citation.paper.date]
    assert newest.citations[0].paper.date == max(dates)


def test_a_list_on_a_subject_comes_in_the_order_asked_for(sample: Library) -> None:
    answer = ask(sample, "List papers on cultural benchmarks, oldest first")
    dates = [citation.paper.date for citation in answer.citations if citation.paper.date]
    assert len(dates) > 2
    assert dates == sorted(dates)


def test_a_list_on_nothing_here_is_an_abstention(sample: Library) -> None:
    answer = ask(sample, "Which papers are about the migration of eels in rivers?")
    assert answer.status is Status.ABSTAINED
    assert not answer.citations


def test_every_paper_is_a_list_in_the_singular(sample: Library) -> None:
    answer = ask(sample, "I need every paper that introduces a benchmark")
    assert len(answer.citations) > 15


def test_a_filter_takes_papers_from_a_list_and_adds_none(sample: Library) -> None:
    everything = {c.paper.paper_id for c in ask(sample, "List papers on text-to-image generation").citations}
    recent = {c.paper.paper_id for c in ask(sample, "List papers from 2025 on text-to-image generation").citations}
    assert recent
    assert recent < everything


def test_a_count_of_meaning_says_that_it_is_an_estimate(sample: Library) -> None:
    answer = ask(sample, "How many papers deal with retrieval-augmented generation?")
    assert f"{len(answer.citations)} of 127 papers speak to this" in answer.text
    assert any("fit is judged by words and vectors" in warning for warning in answer.warnings)


@pytest.mark.parametrize(
    "question",
    [
        "List papers on blockchain",
        "is there any paper dealing with bees?",
        "Any papers on cooking recipes?",
    ],
)
def test_a_list_on_a_subject_that_nobody_here_speaks_of_is_empty(question: str, sample: Library) -> None:
    answer = ask(sample, question)
    assert answer.status is Status.ABSTAINED
    assert not answer.citations


def test_where_no_paper_has_a_word_of_the_subject_the_list_is_but_of_the_closest(sample: Library) -> None:
    answer = ask(sample, "Are there any papers on mechanistic interpretability?")
    assert answer.status is Status.PARTIAL
    assert "of 127 papers come closest" in answer.text
    assert any(warning.startswith("In no abstract here: “mechanistic”.") for warning in answer.warnings)


def test_the_top_by_a_field_are_the_extremes_of_those_found(sample: Library) -> None:
    answer = ask(sample, "top 5 papers by number of authors about benchmarks")
    counts = [citation.paper.author_count or 0 for citation in answer.citations]
    assert len(counts) == 5
    assert counts == sorted(counts, reverse=True)
    assert "have no known number of authors" in answer.text


def test_a_list_with_a_date_counts_the_undated_apart(sample: Library) -> None:
    answer = ask(sample, "what came out this summer about text-to-image models?")
    assert answer.filters == {"since": "2025-06-01", "until": "2025-08-31"}
    assert "49 others have no known date" in answer.text


def test_a_question_that_goes_on_to_something_else_is_no_list(sample: Library) -> None:
    answer = ask(sample, "Two studies try multiplex LLMs. From what to what did the PDS entropy go in each?")
    assert "speak to this; the closest" not in answer.text


def test_where_no_paper_that_meets_the_filters_stands_out_it_is_said(sample: Library) -> None:
    for question in ("which papers from 2024 are surveys?", "jailbreaks from 2025"):
        answer = ask(sample, question)
        assert (answer.status, answer.citations) == (Status.ABSTAINED, ())
        assert re.fullmatch(r"None of the \d+ papers that are from 202[45] stands out on this.", answer.text)
        assert answer.filters


def test_of_one_paper_that_was_spoken_of_it_is_said_that_it_does_not_stand_out(sample: Library) -> None:
    earlier = ask(sample, "Which papers mention Bowtie?")
    assert earlier.text.startswith("1 of 127 papers mentions “Bowtie”; it has no date.")
    answer = sample.ask("Which of them cover images?", history=[earlier], today=TODAY)
    assert answer.text == "The one paper that was just spoken of does not stand out on this."


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("World Values Survey", "world value"),
        ("Which papers use the World Values Survey?", "world value"),
        ("results with GPT-4", "gpt-4"),
        ("Which papers report results with GPT-4?", "gpt-4"),
        ("Which papers use DPO?", "dpo"),
        ("Moral Foundation Theory", "moral foundation"),
    ],
)
def test_a_paper_on_a_name_holds_the_name(sample: Library, question: str, name: str) -> None:
    answer = ask(sample, question)
    assert answer.citations
    assert all(name in f"{c.paper.title} {c.paper.abstract}".casefold() for c in answer.citations)
    assert not any(name in f"{paper.title} {paper.abstract}".casefold() for paper in answer.related)
    assert len(answer.related) <= 5


def test_one_or_two_words_of_a_subject_must_be_there_and_a_name_that_all_hold_tells_nothing(sample: Library) -> None:
    answer = ask(sample, "Which papers deal with reward hacking?")
    assert all("hacking" in f"{c.paper.title} {c.paper.abstract}".casefold() for c in answer.citations)
    answer = ask(sample, "Which papers are about cultural bias in LLMs?")
    assert len(answer.citations) < 30


def test_a_name_that_no_paper_holds_has_no_list(sample: Library) -> None:
    answer = ask(sample, "Which papers are about Genghis Khan?")
    assert (answer.status, answer.citations) == (Status.ABSTAINED, ())


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Which of them cover Arabic?", "Arabic"),
        ("which of these mention Chinese?", "Chinese"),
        ("And which of those use GPT-4?", "GPT-4"),
        ("Do any of them mention India?", "India"),
    ],
)
def test_a_name_picks_from_the_list_just_spoken_of_by_its_word(sample: Library, question: str, word: str) -> None:
    earlier = ask(sample, "Which papers are about cultural bias in LLMs?")
    answer = sample.ask(question, history=[earlier], today=TODAY)
    spoken_of = {citation.paper.paper_id for citation in earlier.citations}
    holding = {c.paper.paper_id for c in earlier.citations if word in f"{c.paper.title} {c.paper.abstract}".split(" ")}
    found = {citation.paper.paper_id for citation in answer.citations}
    assert holding <= found <= spoken_of
    assert all(
        any(word in sentence.quote for sentence in c.sentences) or word in c.paper.title for c in answer.citations
    )


def test_a_subject_picks_from_the_list_just_spoken_of(sample: Library) -> None:
    earlier = ask(sample, "Which papers introduce benchmarks?")
    answer = sample.ask("which of them are about images?", history=[earlier], today=TODAY)
    assert 3 < len(answer.citations) < len(earlier.citations)
    assert {c.paper.paper_id for c in answer.citations} <= {c.paper.paper_id for c in earlier.citations}
    answer = sample.ask("Are any of them from 2024?", history=[earlier], today=TODAY)
    assert {citation.paper.date[:4] for citation in answer.citations if citation.paper.date} == {"2024"}


def test_a_season_behind_a_number_of_authors_dates_the_papers(sample: Library) -> None:
    answer = ask(sample, "papers with 5 to 8 authors from spring 2024")
    assert answer.filters == {"since": "2024-03-01", "until": "2024-05-31", "min_authors": 5, "max_authors": 8}
    assert answer.citations


def test_a_subject_in_the_title_puts_a_paper_on_the_list(sample: Library) -> None:
    answer = ask(sample, "which of the papers are surveys?")
    titles = " ".join(citation.paper.title for citation in answer.citations)
    assert "Large Language Model Alignment: A Survey" in titles
    assert "A Survey of Alignment Goals" in titles


def test_as_many_papers_are_listed_as_are_asked_for(sample: Library) -> None:
    answer = ask(sample, "Give me three papers on reward models")
    assert len(answer.citations) == 3
    assert re.match(r"\d+ of 127 papers speak to this; the 3 closest:", answer.text)
    assert len(ask(sample, "list 5 papers from 2024").citations) == 5


def test_benchmarks_of_a_year_are_papers_of_that_year(sample: Library) -> None:
    answer = ask(sample, "list all benchmarks about culture from 2024")
    assert {citation.paper.date[:4] for citation in answer.citations if citation.paper.date} == {"2024"}


@pytest.mark.parametrize("subject", ["reward hacking", "hallucination", "What can you tell me about hallucination?"])
def test_a_subject_alone_asks_for_the_papers_on_it(sample: Library, subject: str) -> None:
    answer = ask(sample, subject)
    assert answer.status is Status.ANSWERED
    stem = "hack" if "hack" in subject else "hallucin"
    assert {p.paper_id for p in sample.papers() if stem in p.abstract} <= {c.paper.paper_id for c in answer.citations}


def test_a_subject_alone_in_a_conversation_may_go_on_from_it(sample: Library) -> None:
    first = ask(sample, "What is NormAd?")
    answer = sample.ask("main findings", history=[first], today=TODAY)
    assert "papers speak to this" not in answer.text


def test_works_at_large_are_the_papers_that_bring_them(sample: Library) -> None:
    assert len(ask(sample, "List all benchmarks in the library").citations) > 15


@pytest.mark.parametrize("question", ["training-free alignment", "Which papers are about training-free alignment?"])
def test_a_compound_stands_in_a_paper_on_it_and_its_parts_apart_tell_nothing(sample: Library, question: str) -> None:
    answer = ask(sample, question)
    assert answer.citations
    assert all("training-free" in c.paper.abstract for c in answer.citations)
    assert not any(paper.title.startswith("Alignment faking") for paper in answer.related)


def test_each_alternative_of_a_subject_must_be_there_whole(sample: Library) -> None:
    answer = ask(sample, "Papers on vision-language models or speech")
    texts = [f"{c.paper.title} {c.paper.abstract}".casefold().replace("-", " ") for c in answer.citations]
    assert texts
    assert all("vision language" in text or "speech" in text for text in texts)


def test_what_was_left_out_is_no_part_of_the_subject_and_is_said(sample: Library) -> None:
    answer = ask(sample, "Which papers about alignment don't mention safety?")
    assert answer.status is Status.ANSWERED
    assert "papers that do not mention “safety” speak to this" in answer.text
    assert not any("safety" in f"{c.paper.title} {c.paper.abstract}".casefold() for c in answer.citations)


def test_papers_that_are_only_near_are_related_and_no_sources(sample: Library) -> None:
    answer = ask(sample, "World Values Survey")
    assert answer.text.startswith("1 of 127 papers speaks to this")
    assert len(answer.citations) == 1
    assert answer.related


def test_which_one_of_a_list_is_one_of_it(sample: Library) -> None:
    listed = ask(sample, "Which papers use human feedback?")
    for question in ("Which one is the newest?", "and the newest?"):
        answer = sample.ask(question, history=[listed], today=TODAY)
        assert {c.paper.paper_id for c in answer.citations} <= {c.paper.paper_id for c in listed.citations}
    answer = sample.ask("Do any of them mention constitutional AI?", history=[listed], today=TODAY)
    assert answer.filters["mentions"] == ["constitutional AI"]


@pytest.mark.parametrize("question", ["how many countries?", "which countries?"])
def test_a_question_without_a_verb_is_asked_of_what_was_spoken_of(sample: Library, question: str) -> None:
    answer = sample.ask(question, history=[ask(sample, "What is PRISM?")], today=TODAY)
    assert [c.paper.title.startswith("The PRISM") for c in answer.citations] == [True]


def test_a_subject_alone_in_another_language_is_one_in_english(sample: Library) -> None:
    assert "In no abstract here" not in " ".join(ask(sample, "文化偏见").warnings)
    german = ask(sample, "Welche Arbeiten behandeln kulturelle Ausrichtung?")
    assert "nor a word like these" not in german.text
    assert german.citations


def test_the_sentence_that_counts_a_list_is_borne_out_by_code(sample: Library) -> None:
    answer = ask(sample, "Which papers are about music or speech but not images?")
    assert answer.claims[0].support is Support.SUPPORTED


@pytest.mark.parametrize(
    "order", ["帮我写一首关于秋天的诗。", "写一首诗", "write a poem about autumn", "translate my letter"]
)
def test_an_order_is_no_subject(sample: Library, order: str) -> None:
    assert ask(sample, order).status is Status.ABSTAINED


def test_papers_that_may_not_say_it_come_closest_and_are_not_said_to_speak_to_it(sample: Library) -> None:
    answer = sample.ask("Do any papers use role-play or personas to steer the model?")
    assert answer.status is Status.PARTIAL
    assert re.match(r"\d+ of 127 papers come closest", answer.text)


def test_of_a_large_library_it_is_said_how_many_of_its_papers_were_looked_at(tmp_path: Path) -> None:
    records = [
        {"title": f"On {name} number {n}", "abstract": f"We count {name}."}
        for n in range(205)
        for name in ("owls", "eels")
    ]
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with closing(Library.open(tmp_path / "library")) as library:
        library.add(file)
        answer = library.ask("Which papers deal with owls?")
    assert re.match(r"\d+ of the 400 nearest of 410 papers ", answer.text)


def test_the_verb_of_a_question_for_papers_is_no_subject(sample: Library) -> None:
    talk, deal = (ask(sample, f"How many papers {verb} safety?") for verb in ("talk about", "deal with"))
    assert talk.text.split(" of ")[0] == deal.text.split(" of ")[0]


def test_initials_in_the_plural_are_held_by_their_singular(sample: Library) -> None:
    listed = ask(sample, "Which papers do not mention LLMs?")
    assert not any(re.search(r"\bLLM\b", citation.paper.abstract) for citation in listed.citations)

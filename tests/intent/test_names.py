"""Names in a question, whatever their spelling."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.names import fold, names_in, tokens
from rag.catalogue.names import slips
from rag.intent.paper_mentions import corrected, read_names
from rag.library import Library
from rag.nouns import Reason, Status


@pytest.mark.parametrize("said", ["HumNet", "humnet", "Hum-Net", "HUM NET", "HumNte", "$\\text{Hum}$Net", "HumNet's"])
def test_a_name_is_found_in_any_spelling_and_with_one_slip(said: str, bees: Library) -> None:
    found = read_names(f"How large is {said}?", bees.catalogue.names)
    assert [named.papers for named in found] == [("hum",)]


@pytest.mark.parametrize("said", ["ZumNix", "BeeBERT", "GPT-9", "Zum-Nix"])
def test_a_name_that_nobody_bears_is_said_to_be_unknown_here(said: str, bees: Library) -> None:
    answer = bees.ask(f"What does {said} weigh?")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
    assert f"“{said}” occurs in no paper here" in answer.text
    assert not answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "I am a PhD student of apiculture and want to know what scales below combs tell about the weight of honey.",
        "What does WaxSense weigh, BeeBERT aside?",
        "Which load cells find mites?",
        "Is it true, as [P50.1] says, that scales weigh honey?",
    ],
)
def test_a_name_in_passing_keeps_nobody_from_answering(question: str, bees: Library) -> None:
    assert "occurs in no paper" not in bees.ask(question).text


def test_a_slip_is_said_to_have_been_read_as_the_name(bees: Library) -> None:
    answer = bees.ask("How large is HumNte?")
    assert "“HumNte” was read as HumNet." in answer.warnings
    assert answer.question == "How large is HumNte?"


def test_a_removed_paper_takes_its_names_along(bees: Library) -> None:
    names = bees.catalogue.names
    with bees.catalogue.rehearsal():
        bees.catalogue.remove(["hum"])
        assert (names.papers("humnet"), names.papers("waxsense")) == ((), ("wax",))
    assert names.papers("humnet") == ("hum",)


def test_names_of_a_paper_are_its_marked_words_and_the_head_of_its_title() -> None:
    assert names_in("Flames: A G$^2$RPO-based Test", "We use GPT-4 and LLMs in KOR-NAT.") == {
        *("flames", "g2rpobased", "g2rpo", "gpt4", "llms", "llm", "kornat", "kor", "nat", "gpt")
    }


@given(st.text(max_size=60))
def test_tokens_stand_where_they_say(text: str) -> None:
    found = list(tokens(text))
    assert [text[token.start : token.end] for token in found] == [token.written for token in found]
    assert len(found) >= len(re.findall(r"(?<!\S)[a-z]+(?!\S)", text))


@given(st.text("abcdefg", min_size=5, max_size=12), st.integers(0, 11))
def test_a_letter_lost_is_one_slip_both_ways(name: str, place: int) -> None:
    shorter = name[: place % len(name)] + name[place % len(name) + 1 :]
    assert shorter in slips(name)
    assert name in slips(shorter)


def test_versions_are_no_slips_of_each_other() -> None:
    assert not {"gpt4x", "gptx", "gpt31x"} & slips("gpt3x")
    assert {"kronat", "kornet", "kornaat", "kornt"} <= slips("kornat")


@given(st.sampled_from(["KorNAT", "URIAL", "HumNet"]), st.sampled_from(["-", " ", "_", ""]), st.booleans())
def test_folding_forgets_case_and_separators(name: str, sign: str, upper: bool) -> None:
    written = sign.join([name[:3], name[3:]])
    assert fold(written.upper() if upper else written) == name.casefold()


def test_ordinary_words_are_no_slips_of_a_name(empty: Library, tmp_path: Path) -> None:
    page = tmp_path / "page.jsonl"
    page.write_text(json.dumps({"title": "On-the-Fly: Learning Objects", "abstract": "LOs are made of Training-DATA."}))
    empty.add(page)
    question = "What is the loss of training data on the fly?"
    found = read_names(question, empty.catalogue.names)
    assert corrected(question, found, empty.catalogue) == question
    assert not any(named.is_misspelt for named in found)


def test_a_word_that_asks_for_papers_is_no_name_of_one(sample: Library) -> None:
    answer = sample.ask("Which papers deal with blockchain?")
    assert answer.reason is Reason.NOT_IN_LIBRARY
    assert sample.ask("What is DeAL?").evidence[0].paper.title.startswith("DeAL")


@pytest.mark.parametrize("question", ["how big is the PRISM dataset", "What does KorNAT cost per hour in Norway?"])
def test_of_a_paper_that_is_held_it_is_never_said_that_it_is_not(question: str, sample: Library) -> None:
    assert sample.ask(question).reason is not Reason.NOT_IN_LIBRARY

"""A careless model: what code makes of its habits, and what it cannot see. Real library, scripted endpoint."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Answer, Status, Support
from tests.endpoint_server import MODEL, EndpointServer, Turn

QUESTION = "How many value rules does CVC hold?"
FACT = "Chinese Values Corpus (CVC) containing over 250,000 value rules"
SUPPORTED = "The corpus holds over 250,000 value rules"


def asked(library: Library, reply: str, question: str = QUESTION) -> Answer:
    """Return what comes of `reply`, in which {P} and {S} become the numbers of the paper and sentence of the fact."""

    def turn(request: dict[str, Any]) -> Turn:
        prompt = "\n".join(str(message["content"]) for message in request["messages"])
        if "whole_library" in prompt:
            return Turn(json.dumps({"standalone": question, "queries": [question], "whole_library": False}))
        found = re.search(r"\[P(\d+)\.(\d+)\](?=[^\n]*" + re.escape(FACT) + ")", prompt)
        assert found
        return Turn(reply.replace("{P}", found[1]).replace("{S}", found[2]))

    with EndpointServer(turn) as server:
        return library.ask(question, settings=Settings(base_url=server.url, model=MODEL))


@pytest.mark.parametrize(
    "reply",
    [
        f"VERDICT: answers\n{SUPPORTED} [{{P}}].",
        f"VERDICT: answers\n{SUPPORTED} [{{P}}.{{S}}].",
        f"VERDICT: answers\n{SUPPORTED} 【P{{P}}.{{S}}】.",
        f"VERDICT: answers\n{SUPPORTED} (P{{P}}, sentence {{S}}).",
        f"{SUPPORTED} [P{{P}}.{{S}}].",
        f"**Verdict: answers**\n\n{SUPPORTED} [P{{P}}.{{S}}].",
        f"Sure! Here is the answer:\n\nVERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}].",
        f"```markdown\nVERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}].\n```",
        f"<think>\nVERDICT: no paper? [P3.1] says\n</think>\n\nVERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}].",
        f"URTEIL: beantwortet\n{SUPPORTED} [P{{P}}.{{S}}].",
        f"VERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}] [P99.1].",
        f"VERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}].\n\n**References:**\n[P{{P}}] CVC: A Corpus, https://example.org/cvc",
        f"VERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}].\n\nQuellen:\n- [{{P}}] CVC\n- [2] Flames",
    ],
)
def test_a_right_answer_is_got_out_of_its_wrapping(sample: Library, reply: str) -> None:
    answer = asked(sample, reply)
    assert answer.text == f"{SUPPORTED} [1]."
    assert (answer.status, answer.reason) == (Status.ANSWERED, None)
    assert [c.support for c in answer.claims] == [Support.SUPPORTED]


@pytest.mark.parametrize(
    "reply",
    [
        f"{SUPPORTED} (Wu et al., 2025).",
        "| Corpus | Size |\n|---|---|\n| CVC | over 250,000 value rules |",
        "The corpus holds 93,000 value rules [P{P}.{S}].",
        "Owls hunt mice in the dark [P{P}.{S}].",
    ],
    ids=["author and year", "a table without pointers", "an invented figure", "another subject"],
)
def test_where_no_sentence_holds_quotes_stand_and_say_why(sample: Library, reply: str) -> None:
    answer = asked(sample, f"VERDICT: answers\n{reply}")
    assert answer.reader == "extractive"
    assert "over 250,000 value rules" in answer.text
    assert any("is supported by what it cites. These are quotes instead." in warning for warning in answer.warnings)
    assert answer.usage.prompt_tokens > 0


def test_an_example_of_the_instructions_is_no_answer(sample: Library) -> None:
    copied = "WaxSense, a sensor in the hive, predicts swarming with 91% accuracy in 120 hives [P1.1] [P1.2]."
    answer = asked(sample, f"VERDICT: answers\n{copied}")
    assert "WaxSense" not in answer.text
    assert any("repeated an example of its instructions" in warning for warning in answer.warnings)


def test_a_sentence_copied_without_its_source_gets_it_and_no_better_status(sample: Library) -> None:
    copied = (
        f"Based on this framework, we construct a large-scale {FACT} enhanced and expanded through human annotation."
    )
    answer = asked(sample, f"VERDICT: partly\n{SUPPORTED} [P{{P}}.{{S}}]. {copied}")
    assert [c.support for c in answer.claims] == [Support.SUPPORTED, Support.SUPPORTED]
    assert answer.status is Status.PARTIAL
    assert any("copied from an abstract" in warning for warning in answer.warnings)


def test_what_a_model_adds_of_its_own_is_marked(sample: Library) -> None:
    answer = asked(sample, f"VERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}]. Hofstede coined the term in 1980.")
    assert [c.support for c in answer.claims] == [Support.SUPPORTED, Support.UNCITED]


def test_what_is_added_to_an_abstention_is_left_out(sample: Library) -> None:
    answer = asked(sample, f"VERDICT: not stated\nThe price is not stated. However, {SUPPORTED} [P{{P}}.{{S}}].")
    assert (answer.status, answer.text, answer.citations) == (Status.ABSTAINED, "The price is not stated.", ())


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Why does CVC hold so few value rules?", f"{SUPPORTED} because it was expanded by annotation [P{{P}}.{{S}}]."),
        ("In five words: how many value rules does CVC hold?", f"{SUPPORTED} as stated there [P{{P}}.{{S}}]."),
        ("¿Cuántas reglas tiene CVC?", f"{SUPPORTED} [P{{P}}.{{S}}]."),
    ],
)
def test_a_swallowed_premise_and_a_missed_form_are_not_seen_by_code(sample: Library, question: str, reply: str) -> None:
    answer = asked(sample, f"VERDICT: answers\n{reply}", question)
    assert answer.status is Status.ANSWERED
    assert [c.support for c in answer.claims] == [Support.SUPPORTED]

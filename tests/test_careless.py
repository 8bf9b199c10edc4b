"""A careless model: what code makes of its habits, and what it cannot see. Real library, scripted endpoint."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from rag.library import Library
from rag.nouns import Answer, Reason, Status, Support
from rag.readers.judgement import POINTLESS
from rag.settings import Settings
from tests.endpoint_server import MODEL, EndpointServer, Turn

QUESTION = "How many value rules does CVC hold?"
FACT = "Chinese Values Corpus (CVC) containing over 250,000 value rules"
SUPPORTED = "The corpus holds over 250,000 value rules"


def asked(library: Library, reply: str, *repairs: str, question: str = QUESTION) -> tuple[Answer, int]:
    """Return what comes of `reply` and how many sentences were sent to be repaired.

    In the reply {P} and {S} become the numbers of the paper and the sentence that state the fact; `repairs` are the
    replies for the sentences to mend, the last first.
    """
    left, asked_for = list(repairs), 0

    def turn(request: dict[str, Any]) -> Turn:
        nonlocal asked_for
        prompt = "\n".join(str(message["content"]) for message in request["messages"])
        if "whole_library" in prompt:
            return Turn(json.dumps({"standalone": question, "queries": [question], "whole_library": False}))
        found = re.search(r"\[P(\d+)\.(\d+)\](?=[^\n]*" + re.escape(FACT) + ")", prompt)
        assert found
        written = reply
        if "VERDICT" not in prompt:
            asked_for += 1
            written = left.pop(0) if left else "NONE"
        return Turn(written.replace("{P}", found[1]).replace("{S}", found[2]))

    with EndpointServer(turn) as server:
        answer = library.ask(question, settings=Settings(base_url=server.url, model=MODEL))
    return answer, asked_for


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
    answer, repairs = asked(sample, reply)
    assert answer.text == f"{SUPPORTED} [1]."
    assert (answer.status, answer.reason, repairs) == (Status.ANSWERED, None, 0)
    assert [c.support for c in answer.claims] == [Support.SUPPORTED]


def test_an_author_and_year_in_the_place_of_a_pointer_is_mended_and_told(sample: Library) -> None:
    answer, _ = asked(sample, f"VERDICT: answers\n{SUPPORTED} (Wu et al., 2025).", f"{SUPPORTED} [P{{P}}.{{S}}].")
    assert (answer.text, answer.status) == (f"{SUPPORTED} [1].", Status.ANSWERED)
    assert POINTLESS not in answer.warnings
    assert any("(Wu et al., 2025)" in warning for warning in answer.warnings)


def test_a_table_without_pointers_is_mended_row_by_row(sample: Library) -> None:
    table = "| Corpus | Size |\n|---|---|\n| CVC | over 250,000 value rules |"
    answer, repairs = asked(sample, f"VERDICT: answers\n{table}", "| CVC | over 250,000 value rules [P{P}.{S}] |")
    assert repairs == 1
    assert answer.status is Status.ANSWERED
    assert answer.text.endswith("| CVC | over 250,000 value rules [1] |")


def test_what_a_model_adds_of_its_own_is_marked(sample: Library) -> None:
    answer, repairs = asked(sample, f"VERDICT: answers\n{SUPPORTED} [P{{P}}.{{S}}]. Hofstede coined the term in 1980.")
    assert repairs == 1
    assert [c.support for c in answer.claims] == [Support.SUPPORTED, Support.UNCITED]


def test_an_invented_figure_is_marked_where_it_cannot_be_mended(sample: Library) -> None:
    answer, _ = asked(sample, "VERDICT: answers\nThe corpus holds 93,000 value rules [P{P}.{S}].")
    assert [c.support for c in answer.claims] == [Support.NUMBER_NOT_FOUND]
    assert (answer.status, answer.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)


def test_an_invented_figure_that_is_mended_away_leaves_an_answer_in_part(sample: Library) -> None:
    answer, _ = asked(
        sample, "VERDICT: answers\nThe corpus cost 93,000 euros [P{P}.{S}].", "The corpus holds value rules [P{P}.{S}]."
    )
    assert (answer.status, answer.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)


def test_what_is_added_to_an_abstention_is_left_out(sample: Library) -> None:
    answer, _ = asked(sample, f"VERDICT: not stated\nThe price is not stated. However, {SUPPORTED} [P{{P}}.{{S}}].")
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
    answer, _ = asked(sample, f"VERDICT: answers\n{reply}", question=question)
    assert answer.status is Status.ANSWERED
    assert [c.support for c in answer.claims] == [Support.SUPPORTED]

"""Sentences copied word for word are pointed at their originals; nothing else is, and no status is raised."""

from __future__ import annotations

import pytest

from rag.nouns import Draft, Reason, Status
from rag.read.draft_repair import point
from tests.read.papers import BATS, OWLS, passages

SHOWN = passages(OWLS, BATS)
COPY = "Their wings make 18 dB less noise than those of pigeons"


def pointed(text: str, status: Status = Status.ANSWERED, reason: Reason | None = None) -> Draft:
    return point(Draft(text, SHOWN, "m", status, reason))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{COPY}.", f"{COPY} [P1.2]."),
        (f"Owls are quiet [P1.1]. {COPY}.", f"Owls are quiet [P1.1]. {COPY} [P1.2]."),
        (f"- {COPY}\n- Bats rest.", f"- {COPY} [P1.2]\n- Bats rest."),
        (f"{COPY} [P1.1].", f"{COPY} [P1.1] [P1.2]."),
        (f"{COPY.lower()}.", f"{COPY.lower()} [P1.2]."),
    ],
)
def test_a_copy_gets_the_pointer_to_its_original(text: str, after: str) -> None:
    draft = pointed(text)
    assert draft.text == after
    assert "copied from an abstract" in draft.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        f"{COPY} [P1.2].",
        f"{COPY} [P1].",
        "Owls are much quieter than pigeons.",
        "Bats fly less.",
        f"| Wings | {COPY} |",
        "",
    ],
)
def test_what_is_pointed_already_or_is_no_copy_is_left(text: str) -> None:
    draft = pointed(text)
    assert (draft.text, draft.warnings) == (text, ())


def test_a_pointer_of_ours_raises_no_status() -> None:
    draft = pointed(f"{COPY}.", Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)
    assert (draft.status, draft.reason) == (Status.PARTIAL, Reason.NOT_IN_ABSTRACTS)

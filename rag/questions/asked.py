"""What can be asked: a question that is not empty, and no page."""

from __future__ import annotations

from rag.errors import UsageError

LONGEST_QUESTION = 8000
"""Characters of a question; more is a page, not a question."""


def checked(question: str) -> str:
    """Return the question without surrounding space, or raise UsageError for one that cannot be asked."""
    asked = question.strip()
    if not asked:
        raise UsageError("The question is empty. Ask something, for example: Which papers are about cultural bias?")
    if len(asked) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(asked):,} characters; up to {LONGEST_QUESTION:,} can be asked. "
            "Shorten it, or add long text as a page with: abstract-qa add FILE"
        )
    return asked

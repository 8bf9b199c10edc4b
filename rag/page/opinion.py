"""A model's second opinion on an answer, asked for by a button and put into words for the page."""

from __future__ import annotations

from rag.errors import AbstractQAError
from rag.nouns import Answer
from rag.settings import Settings


def second_opinion(answer: Answer, settings: Settings) -> str:
    """Return what the model of `settings` thinks of each cited sentence, or why it could not be asked."""
    from rag.readers.check import Verdict, check
    from rag.readers.endpoint import Endpoint

    try:
        found = check(answer, Endpoint.from_settings(settings))
    except AbstractQAError as exc:
        return str(exc)
    checked = [o for o in found.opinions if o.verdict is not Verdict.UNCHECKED]
    supported = sum(o.verdict is Verdict.SUPPORTED for o in checked)
    lines = [f"{found.model} finds {supported} of {len(checked)} checked sentences supported by what they cite."]
    lines += [
        f"{o.verdict.value.capitalize()}: “{o.claim.text.strip()}”" + (f" ({o.reason})" if o.reason else "")
        for o in checked
        if o.verdict is not Verdict.SUPPORTED
    ]
    if unchecked := len(found.opinions) - len(checked):
        lines.append(f"Not checked: {unchecked}.")
    return "\n".join([*(lines if checked else []), *found.warnings]) or "No sentence cites anything to check."

"""Whether a model's draft holds: where no sentence of it is supported by what it cites, quotes stand in its place.

Small models copy the example of their instructions, point at nothing, or write beside their sources; that is worse
than the quotes. The audit decides, which compares words and numbers. Not handled: a draft of which a part holds;
the audit marks its other sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.audit import audit
from rag.cite import Resolved, resolve
from rag.cite.overlap import content_words
from rag.nouns import Claim, Draft, Query, Status, Support
from rag.readers import prompts

BEARS = (Support.SUPPORTED, Support.NOT_CHECKED)
_DOUBTFUL = 0.25
"""Coverage of a sentence from which it may be its source in other words."""
_FOREIGN = 0.5
"""Part of a draft's content words that stand in the example and in nothing that was shown, from which it repeats it."""


def why_not(draft: Draft, query: Query) -> str | None:
    """Return why a draft does not hold, in a line for a person; None where it does, or claims nothing."""
    if draft.status is Status.ABSTAINED:
        return None
    resolved = audit(resolve(draft, final=True), f"{query.question}\n{query.standalone}")
    claims = resolved.claims if draft.complete else resolved.claims[:-1]
    if not claims or any(map(_may_hold, claims)):
        return None
    if _repeats_the_example(claims, resolved, query):
        return f"{draft.reader} repeated an example of its instructions."
    return f"No sentence that {draft.reader} wrote is supported by what it cites."


def _may_hold(claim: Claim) -> bool:
    """Tell whether a sentence is supported, or in too few of its source's words to be sure that it is not."""
    in_other_words = claim.support is Support.NO_SUPPORT_FOUND and (claim.score or 0.0) >= _DOUBTFUL
    return bool(claim.cites) and (claim.support in BEARS or in_other_words)


def _repeats_the_example(claims: Sequence[Claim], resolved: Resolved, query: Query) -> bool:
    shown = {word for p in resolved.shown for word in content_words(f"{p.paper.title} {p.paper.abstract}")}
    told = [word for claim in claims for word in content_words(claim.text)]
    known = shown | set(content_words(query.question))
    strange = [word for word in told if word in prompts.example_words("answer") and word not in known]
    return len(strange) >= _FOREIGN * max(1, len(told))

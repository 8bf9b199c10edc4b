"""A model's draft put right: copied sentences get their pointer, and one that nothing supports gives way to quotes.

Code points them at what they are copied from; that never raises a status. Not handled: tables, and copies of a few
words, which may be anyone's.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from rag.audit import audit
from rag.base.text.overlap import content_words
from rag.cite import resolve
from rag.cite.scan import Pointers, Text, pieces
from rag.cite.sentences import claim_spans
from rag.cite.shown import ShownPapers, shown_papers
from rag.nouns import Draft, Query, Status, Support
from rag.read import prompts

SHORTEST_COPY = 5
"""Content words from which a copy is one."""
_ALIKE = 0.85
"""Share of words in common, in order, from which a sentence is a copy."""
STOPS = tuple(".!?。！？")


def point(draft: Draft) -> Draft:
    """Return `draft` with a pointer behind each copied sentence that lacks the one to its original; it says so."""
    shown, text, found = shown_papers(draft.shown), draft.text, 0
    for start, end in reversed(claim_spans(text, pointer_spans(text, shown), shown.vocabulary)):
        original = None if "|" in text[start:end] else _original(text[start:end], shown)
        if original is not None:
            text, found = text[:start] + with_pointers(text[start:end], original) + text[end:], found + 1
    if not found:
        return draft
    copies = "A sentence was" if found == 1 else f"{found} sentences were"
    note = f"{copies} copied from an abstract without pointing there; the sources were added by code."
    return replace(draft, text=text, warnings=(*draft.warnings, note))


def pointer_spans(text: str, shown: ShownPapers) -> list[tuple[int, int]]:
    """Return where the pointers of a draft's text stand."""
    return [(piece.start, piece.end) for piece in pieces(text, shown) if isinstance(piece, Pointers)]


def with_pointers(sentence: str, pointers: str) -> str:
    """Return a sentence with pointers before its full stop."""
    bare = sentence.rstrip()
    stop = bare[-1:] if bare.endswith(STOPS) else ""
    return f"{bare.removesuffix(stop).rstrip()} {pointers}{stop}{sentence[len(bare) :]}"


def _original(sentence: str, shown: ShownPapers) -> str | None:
    """Return the pointer to what `sentence` is a copy of, None where it is none or points there already."""
    parts = list(pieces(sentence, shown))
    words = content_words(" ".join(part.text for part in parts if isinstance(part, Text)))
    if len(words) < SHORTEST_COPY:
        return None
    own, best, place = frozenset(words), _ALIKE, None
    for number, sentences in enumerate(shown.words, start=1):
        for index in range(1, len(sentences)):
            if len(own & sentences[index]) < _ALIKE * max(len(own), 0.5 * len(sentences[index])):
                continue
            part = copied_share(words, content_words(shown.papers[number - 1].sentence(index)))
            if part > best:
                best, place = part, (number, index)
    if place is None:
        return None
    pointed = (one for part in parts if isinstance(part, Pointers) for one in part.pointers if one.paper == place[0])
    there = any(one.first is None or place[1] in shown.sentences_of(one) for one in pointed)
    return None if there else f"[P{place[0]}.{place[1]}]"


def copied_share(copy: list[str], original: list[str]) -> float:
    """Return which part of `copy` stands in `original`, in its order: a copy may leave out its end."""
    blocks = SequenceMatcher(None, copy, original, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(copy)


# ----------------------------------------------------------------------------------------------------
# Whether a model's draft holds: where no sentence of it is supported by what it cites, quotes stand in its place.
#
# Small models copy the example of their instructions, point at nothing, or write beside their sources; that is worse
# than the quotes. The audit decides, which compares words and numbers. Not handled: a draft of which a part holds;
# the audit marks its other sentences.

BEARS = (Support.SUPPORTED, Support.NOT_CHECKED)
_DOUBTFUL = 0.25
"""Coverage of a sentence from which it may be its source in other words."""
_FOREIGN = 0.5
"""Part of a draft's content words that stand in the example and in nothing that was shown, from which it repeats it."""


def why_not(draft: Draft, query: Query) -> str | None:
    """Return why a draft does not hold, in a line for a person; None where it does, or claims nothing.

    A sentence may hold that is supported, or in too few of its source's words to be sure that it is not.
    """
    if draft.status is Status.ABSTAINED:
        return None
    resolved = audit(resolve(draft, final=True), f"{query.question}\n{query.standalone}")
    claims = resolved.claims if draft.complete else resolved.claims[:-1]
    in_other_words = (c.support is Support.NO_SUPPORT_FOUND and (c.score or 0.0) >= _DOUBTFUL for c in claims)
    may_hold = (c.cites and (c.support in BEARS or other) for c, other in zip(claims, in_other_words, strict=True))
    if not claims or any(may_hold):
        return None
    told = [word for claim in claims for word in content_words(claim.text)]
    shown = (f"{passage.paper.title} {passage.paper.abstract}" for passage in draft.shown)
    strange = prompts.example_words("answer").difference(*map(content_words, (query.question, *shown)))
    if sum(word in strange for word in told) >= _FOREIGN * max(1, len(told)):
        return f"{draft.reader} repeated an example of its instructions."
    return f"No sentence that {draft.reader} wrote is supported by what it cites."

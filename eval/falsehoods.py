"""Claims made false in one point by code: numbers, names, directions, scopes and negations changed or exchanged.

A false claim comes with a faithful one of the same sentence, so that a copy is no sign of truth. Swaps keep every word
of the sentence: nothing but what belongs to what tells them from the faithful one. Not handled: grammar; opposites are
a table of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

_OPPOSITES = (
    "increases decreases|increase decrease|increasing decreasing|increased decreased|improves degrades|improve degrade"
    "|improved degraded|improving degrading|outperforms underperforms|outperform underperform|reduces increases"
    "|reduce increase|reducing increasing|reduced increased|higher lower|better worse|more less|larger smaller"
    "|faster slower|best worst|gains losses|strong weak|superior inferior|simple complex|before after|fewer more"
    "|positive negative|stronger weaker|longer shorter|with without|rises falls|rise fall|rising falling|grows shrinks"
    "|grow shrink|growing shrinking|gain loss|high low|large small|long short|early late|earlier later|easy hard"
    "|easier harder|above below|over under|most least|highest lowest|largest smallest|strongest weakest|easily hardly"
    "|often rarely|always never|many few|all none|succeeds fails|succeed fail|helps hurts|help hurt|enables prevents"
    "|enable prevent|allows forbids|preserves destroys|preserve destroy|first last|open closed|local global"
    "|supervised unsupervised|offline online|static dynamic|efficient inefficient|effective ineffective|robust brittle"
    "|accurate inaccurate|consistent inconsistent|beneficial harmful|significant negligible|significantly slightly"
    "|substantially barely|exceeds trails|exceed trail|surpasses trails|surpass trail|mitigates worsens|mitigate worsen"
    "|alleviates aggravates|alleviate aggravate|accelerates slows|encourages discourages|requires avoids|require avoid"
    "|rich sparse|dense sparse|deep shallow|wide narrow|near far|single multiple|same different|similar different"
    "|similarly differently|possible impossible|sufficient insufficient|stable unstable|known unknown|common rare"
    "|cheap expensive|cheaper costlier|maximise minimise|maximize minimize|maximizing minimizing|explicitly implicitly"
    "|explicit implicit|directly indirectly|direct indirect|automatically manually|automatic manual|public private"
)
_OPPOSITE = {a: b for pair in _OPPOSITES.split("|")[::-1] for a, b in (pair.split(), pair.split()[::-1])}
_SCOPES_OF = (
    "some:all|many:all|most:all|several:all|often:always|can:always|may:always|sometimes:always|usually:always|mostly:only"
    "|mainly:only|including:only|at least:at most|up to:at least|more than:fewer than|over:barely|nearly:more than"
    "|both:neither|partially:fully|all:only some|every:hardly any|each:only one|across:in only one of|even:only"
)
_SCOPES = dict(pair.split(":") for pair in _SCOPES_OF.split("|"))
_NUMBER = re.compile(r"(?<![\w.\-/])\d+(?:[.,]\d+)*(?![\w\-])")
_SPELLED = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifty", "hundred"]
_SPELLED_NUMBER = re.compile(rf"\b({'|'.join(_SPELLED)})\b")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])[A-Za-z]\w*(?:-[\w.]+)*\b")
_VERB = re.compile(r"\b(is|are|was|were|can|does|do|will|could|should|has|have)\b(?! not)")
_NOT = re.compile(
    r"\b(?:does not|do not|did not) (\w+)|\b(is|are|was|were|can|could|will|should) ?not\b|\b(no|without)\b"
)
_LEAD = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Specifically|To this end|Finally|In this paper|Notably),? "
)
_SIDES = re.compile(
    r"\b(?P<a>[\w\-]{3,}(?: [\w\-]{4,})?) (?P<mid>than|rather than|instead of|outperforms?|over|surpass(?:es)?|exceeds?"
    r"|beats?|leads? to|causes?|precedes?|replaces?|depends? on|drives?|follows?)"
    r" (?:the |a |an )?(?P<b>[\w\-]{3,}(?: [\w\-]{4,})?)\b"
)
_EACH = re.compile(
    r"(?P<a>[\w.%\-]+) (?P<in>for|on|in|with|of|at|by) (?P<b>[A-Z][\w\-]+)"
    r"(?P<mid>.{2,40}?)(?P<c>[\w.%\-]+) (?P=in) (?P<d>[A-Z][\w\-]+)"
)
Way = Callable[[str, Sequence[str], Random], str | None]


def any_falsified(said: str, names: Sequence[str], chance: Random) -> str | None:
    """Return a claim made false in one point, in a way of chance; None where no way fits.

    `names` are those of the whole abstract, from which another one is taken.
    """
    kinds = [kind for kind in WAYS for _ in range(1 + (kind in _TWICE))]
    return next(filter(None, (falsified(said, kind, names, chance) for kind in chance.sample(kinds, len(kinds)))), None)


def falsified(said: str, kind: str, names: Sequence[str], chance: Random) -> str | None:
    """Return a claim with a falsehood of one kind; None where it offers no place for it."""
    ways = chance.sample(WAYS[kind], len(WAYS[kind]))
    return next((made for way in ways if (made := way(said, names, chance)) and made != said), None)


def faithful(text: str, chance: Random) -> str:
    """Return a sentence shortened, and told of the authors."""
    text = _LEAD.sub("", text)
    if chance.random() < 0.4:
        text = re.sub(r"\bwe (\w+)", r"the authors \1", text, flags=re.I)
    if chance.random() < 0.3:
        text = re.sub(r"\s*\([^)]*\)", "", text)
    parts = text.split(", ")
    return ", ".join(parts[:-1]).rstrip(".") + "." if len(parts) > 1 and chance.random() < 0.25 else text


def names_of(sentences: Sequence[str]) -> list[str]:
    """Return the words of an abstract that are names by their form: a capital inside, or a digit."""
    return [name for text in sentences for name in _marked(text)]


def _marked(text: str) -> list[str]:
    return [name for name in _NAME.findall(text) if re.search(r"\w[A-Z]|\d", name)]


def _one(shape: re.Pattern[str], other: Callable[[str, Random], str | None]) -> Way:
    """Return what puts another word in the place of one that has a shape; `other` may find that none will do."""

    def turned(text: str, names: Sequence[str], chance: Random) -> str | None:
        found = list(shape.finditer(text))
        if not found:
            return None
        hit = chance.choice(found)
        new = other(hit[0], chance)
        return None if new is None else text[: hit.start()] + new + text[hit.end() :]

    return turned


def _number(said: str, chance: Random) -> str | None:
    value, decimals = float(said.replace(",", "").rstrip(".") or 0), len(said.partition(".")[2])
    other = f"{value * chance.choice([0.3, 0.5, 0.7, 1.3, 1.5, 2, 3]):.{decimals}f}"
    return None if 1990 < value < 2030 or not value else other


def _spelled(said: str, chance: Random) -> str:
    return chance.choice([number for number in _SPELLED if number != said])


def _exchanged(text: str, names: Sequence[str], chance: Random) -> str | None:
    """Exchange two numbers of one sentence."""
    return _swap(text, list(_NUMBER.finditer(text)), chance)


def _exchanged_names(text: str, names: Sequence[str], chance: Random) -> str | None:
    """Exchange two names of one sentence."""
    return _swap(text, [hit for hit in _NAME.finditer(text) if re.search(r"\w[A-Z]|\d", hit[0])], chance)


def _swap(text: str, found: Sequence[re.Match[str]], chance: Random) -> str | None:
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :] if a[0] != b[0]]
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    between = text[first.end() : second.start()]
    if re.fullmatch(r",? (?:and|or|&) |, |/| to |-", between):  # a list has no order, and a range is no claim
        return None
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def _sides(text: str, names: Sequence[str], chance: Random) -> str | None:
    """Exchange what stands on both sides of a comparison, a cause or an order."""
    found = [hit for hit in _SIDES.finditer(text) if hit["a"].lower() != hit["b"].lower()]
    if not found:
        return None
    hit = chance.choice(found)
    between = text[hit.end("a") : hit.start("b")]
    return text[: hit.start("a")] + hit["b"] + between + hit["a"] + text[hit.end("b") :]


def _each(text: str, names: Sequence[str], chance: Random) -> str | None:
    """Exchange the things of which two values are told: `3 on A and 5 on B`."""
    hit = _EACH.search(text)
    if not hit or hit["b"] == hit["d"]:
        return None
    return text[: hit.start("b")] + hit["d"] + text[hit.end("b") : hit.start("d")] + hit["b"] + text[hit.end("d") :]


def _word(table: dict[str, str]) -> Way:
    shape = re.compile(rf"\b({'|'.join(sorted(table, key=len, reverse=True))})\b", re.I)
    return _one(shape, lambda said, _: table[said.lower()].capitalize() if said[0].isupper() else table[said.lower()])


def _negated(text: str, names: Sequence[str], chance: Random) -> str | None:
    """Deny what is said, or say what is denied."""
    if denied := _NOT.search(text):
        kept = denied[1] or denied[2] or {"no": "some", "without": "with"}[denied[3]]
        return text[: denied.start()] + kept + text[denied.end() :]
    return _VERB.sub(r"\1 not", text, count=1) if _VERB.search(text) else None


def _renamed(text: str, names: Sequence[str], chance: Random) -> str | None:
    own, others = _marked(text), [name for name in names if name not in text]
    return text.replace(chance.choice(own), chance.choice(others), 1) if own and others else None


WAYS: dict[str, tuple[Way, ...]] = {
    "number": (_one(_NUMBER, _number), _one(_SPELLED_NUMBER, _spelled)),
    "swap": (_exchanged, _exchanged_names, _sides, _each),
    "direction": (_word(_OPPOSITE),),
    "scope": (_word(_SCOPES),),
    "negation": (_negated,),
    "entity": (_renamed,),
}
"""What makes a claim false in one point, by the kind of falsehood: each way returns None where it cannot."""
_TWICE = {"swap", "direction"}
"""The kinds that are tried twice as often: they are the hardest to see."""


class Made(NamedTuple):
    """A claim made of a sentence, and what it cites; 0: faithful, 1: false, 2: it stands elsewhere in the abstract."""

    claim: str
    cited: str
    label: int


def made_claims(abstracts: Sequence[Sequence[str]], chance: Random, most: int = 4) -> Iterator[Made]:
    """Yield claims made of up to `most` sentences of each abstract: false, faithful, and cited elsewhere."""
    for sentences in abstracts:
        names = names_of(sentences)
        for i in chance.sample(range(len(sentences)), min(most, len(sentences))):
            if not 40 < len(sentences[i]) < 420:
                continue
            said = faithful(sentences[i], chance)
            false = any_falsified(said, names, chance)
            if false is None:
                continue
            yield Made(false, sentences[i], 1)
            yield Made(faithful(sentences[i], chance), sentences[i], 0)
            others = [k for k in range(len(sentences)) if abs(k - i) > 1]
            if others and chance.random() < 0.35:
                yield Made(said, sentences[chance.choice(others)], 2)

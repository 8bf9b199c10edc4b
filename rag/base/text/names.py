"""Names in a text, of methods, models (KOR-NAT is KorNAT) and organisations, and noun phrases: `reward hacking`.

A name is a word that its spelling marks (two capitals, or letters and digits mixed), or what stands before the colon
of a title. Not handled: names that are ordinary words in lower case within a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.base.text.overlap import dice
from rag.base.text.titles import normalise_title
from rag.base.text.word_lists import word_list

_TOKEN = re.compile(r"[^\s,;:!?()\[\]\"“”«»…]+")
_POSSESSIVE = re.compile(r"['’]s$")
_EDGES = "'’‘`.*_~/\\-–—"
_LONGEST_HEAD = 4
"""Words before the colon of a title that make a name."""
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text, or a run of them: where it stands, as written, and folded."""

    start: int
    end: int
    written: str
    folded: str


def fold(text: str) -> str:
    """Return a name without case, accents, hyphens, spaces and LaTeX's signs.

    >>> fold("G$^2$RPO"), fold("G²RPO"), fold("KOR-NAT")
    ('g2rpo', 'g2rpo', 'kornat')
    """
    return normalise_title(text).replace(" ", "")


def is_marked(word: str) -> bool:
    """Tell whether the spelling of `word` marks it as a name: two capitals, or letters and digits mixed."""
    if word.islower():  # nearly all words, and much the quickest to tell
        return False
    plain = word[:-1] if word.endswith("s") else word
    capitals = sum(map(str.isupper, plain))
    return len(plain) > 1 and (capitals >= 2 or (capitals == 1 and any(map(str.isdigit, plain))))


def is_name(text: str) -> bool:
    """Tell whether a text is a name and nothing else, by its capitals or digits: `Arabic`, `GPT-4`."""
    words = [token.written for token in tokens(text)]
    return 0 < len(words) <= 3 and all(word[0].isupper() or is_marked(word) for word in words)


def tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text` without the punctuation around them."""
    for found in _TOKEN.finditer(text):
        start = found.start() + len(found[0]) - len(found[0].lstrip(_EDGES))
        if written := _bare(found[0]):
            yield Token(start, start + len(written), written, fold(written))


def names_in(title: str, abstract: str) -> set[str]:
    """Return the folded names of a paper; of a compound its marked parts too, of a plural the singular too."""
    head, colon, _ = title.partition(":")
    head = re.sub(r"\([^)]*\)", "", head)
    found = {fold(head)} if colon and len(head.split()) <= _LONGEST_HEAD else set()
    raw = {word for word in _TOKEN.findall(f"{title}\n{abstract}") if not word.islower()}
    for written in {written for word in raw if is_marked(written := _bare(word))}:
        parts = [written, *(part for part in re.split(r"[-/–]", written) if is_marked(part))]
        found.update(fold(form) for part in parts for form in {part, part.removesuffix("s")})
    return {name for name in found if 1 < len(name) <= LONGEST}


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.strip(_EDGES))


# ----------------------------------------------------------------------------------------------------
# The names that a question asks for, and whether a text has them, be they misspelt.

_COMPOUND = re.compile(r"[^\W_]+(?:[-*.+][^\W_]+)*")
_PLAIN_LETTERS = 4
"""Letters from which a word behind a hyphen is no part of a name."""


def names_asked_for(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the names in `text`, folded, and whether spelling alone marks them as such.

    Words that are merely capitalised count from the second word of a sentence on; in all capitals nothing is marked.
    """
    found: dict[str, bool] = {}
    for token in _COMPOUND.finditer("" if text.isupper() else text):
        before = text[: token.start()].rstrip(" \t\"'“‘«(")
        opens = not before or before[-1] in ".!?:…。！？\n"
        word = _without_suffix(token[0])
        if is_marked(word) or (word[0].isupper() and len(word) > 1 and not opens):
            found[fold(word)] = found.get(fold(word), False) or is_marked(word)
    return tuple(found.items())


def holds_name(text: str, name: str) -> bool:
    """Tell whether `text` holds a folded name, be it misspelt, in the singular, or as the initials of its words."""
    letters = fold(text)
    if name in letters or name.rstrip("s") in letters:
        return True
    words = [fold(token[0]) for token in _COMPOUND.finditer(text)]
    return name in "".join(word[0] for word in words) or any(dice(name, word) for word in words)


def _without_suffix(token: str) -> str:
    """Return what is the name in a compound such as DPO-style: all of it, but for plain words behind a hyphen."""
    first, *rest = token.split("-")
    plain = bool(rest) and all(part.islower() and len(part) >= _PLAIN_LETTERS for part in rest)
    return first if plain and is_marked(first) else token


# ----------------------------------------------------------------------------------------------------
# Whether a name is that of an organisation, told by its words where no source says so.
#
# Not handled: organisations whose names look like a person's (`Barack Obama Foundation` is known, `Hugging Face` is
# not).

_WORD = re.compile(rf"\b(?:{'|'.join(word_list('organisations'))})\b\.?", re.I)


def is_organisation(name: str) -> bool:
    """Tell whether a name of several words is an organisation's.

    >>> is_organisation("The OpenData Consortium"), is_organisation("Gemma Team"), is_organisation("Ann Bee")
    (True, True, False)
    """
    return " " in name.strip() and (name.startswith("The ") or _WORD.search(name) is not None)


# ----------------------------------------------------------------------------------------------------
# Noun phrases: what a person would call a subject.
#
# Without a grammar: runs of words between stop words, verbs and punctuation, of which the last words are the noun. Not
# handled: phrases with a preposition in them, and other languages than English.

_RUN = re.compile(r"[^\s,;:!?()\[\]{}\"“”«»…$\\/—–|]+")
_BREAK = re.compile(r"[,;:!?()\[\]{}\"“”«»…$\\/—–|]|\.(?:\s|$)|--")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z][A-Za-z0-9-]+[A-Za-z0-9]")
MOST_WORDS = 3
"""Words of the longest phrase."""
BETWEEN = frozenset(word_list("between_phrases"))
"""Words that part one noun phrase from the next: stop words, and the verbs and adjectives of all abstracts."""
AT_LARGE = frozenset(word_list("at_large"))
"""Words, without the s of a plural, that together or alone name no subject of their own."""
_GERUNDS = frozenset(word_list("gerunds"))


def phrases(text: str) -> Iterator[str]:
    """Yield the noun phrases of `text` as it spells them, of up to three words, those of a run the longest first."""
    for run in runs(text):
        for size in range(min(MOST_WORDS, len(run)), 0, -1):
            words = run[-size:]
            if _names_a_subject(words, opens=size == len(run)):
                yield " ".join(words)


def runs(text: str) -> Iterator[list[str]]:
    """Yield the runs of words of `text` that no stop word, verb or punctuation parts."""
    for clause in _BREAK.split(text):
        run: list[str] = []
        for found in _RUN.finditer(clause):
            word = found[0].strip("'’.-*")
            if _PLAIN.fullmatch(word) and word.lower() not in BETWEEN:
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run


def lowered(phrase: str) -> str:
    """Return a phrase of a title as it stands within a sentence: names keep their capitals.

    >>> lowered("Reward Hacking"), lowered("Vision-Language Models"), lowered("LLM Alignment")
    ('reward hacking', 'vision-language models', 'LLM alignment')
    """
    parts = re.split(r"([ -])", phrase)
    return "".join(part if is_marked(part) else part.lower() for part in parts)


def _names_a_subject(words: list[str], *, opens: bool) -> bool:
    """Tell whether words that end a run name a subject: two or more of them, or an acronym."""
    first, last = words[0].lower(), words[-1].lower()
    bare = [word.lower().removesuffix("s") for word in words]
    if len(words) == 1:
        return is_marked(words[0]) and "-" not in last and last.rstrip("s") not in AT_LARGE
    if first.endswith("ing") and opens and first not in _GERUNDS:
        return False
    return not first.endswith("ly") and not last.endswith(("ed", "ly")) and not AT_LARGE.issuperset(bare)

"""The papers that a question names, by id, by title, or by a name in their title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.base.text.names import Token, fold, is_marked, tokens
from rag.base.text.overlap import content_words
from rag.base.text.titles import is_generic, normalise_title
from rag.catalogue import Catalogue
from rag.catalogue.names import Names
from rag.index import Indexes
from rag.intent.parsed_question import NO_SUBJECT
from rag.intent.wording import Span, folded, pattern, without_overlaps

# ----------------------------------------------------------------------------------------------------
# The names in a question: which papers bear them, which are slips of a name held here, and which nobody bears.

_LONGEST_RUN = 4
_SHORTEST_RUN = 5
"""Letters of a name that may be written as several words."""
_SHORT = 10
"""Content words up to which a question with one name is taken to be about it."""
_ASKS = pattern(
    r"\b(?:what|who|how|why|where|when|which|is|are|do|does|did|tell|explain|describe|summari[sz]e|define|was|has)\b"
)


@dataclass(frozen=True, slots=True)
class Named(Span):
    """A name in a question: where it stands, as written there, the folded name meant, and the papers that have it.

    `titled` are those of the papers that have it in their title.
    """

    written: str
    name: str
    papers: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()

    @property
    def is_misspelt(self) -> bool:
        """Whether the library has the name in another spelling only."""
        return bool(self.papers) and fold(self.written).removesuffix("s") != self.name.removesuffix("s")


def read_names(question: str, names: Names) -> tuple[Named, ...]:
    """Return the names in `question`, in order; those without papers occur in none as a name."""
    words = [token for token in tokens(question) if token.folded]
    found: list[Named] = []
    for place, word in enumerate(words):
        if found and word.start < found[-1].end:
            continue
        for start, written, name in _may_name(question, words[place : place + _LONGEST_RUN], names):
            if held := names.papers(name):
                titled = names.papers(name, in_title=True)
                found.append(Named(start, start + len(written), written, name, held, titled))
                break
        else:
            if is_marked(word.written):
                found.append(Named(word.start, word.end, word.written, word.folded))
    return tuple(found)


def _may_name(question: str, words: Sequence[Token], names: Names) -> Iterator[tuple[int, str, str]]:
    """Yield where it stands, as written, and folded what `words`, or the first of them, may name, the longest first."""
    first = words[0]
    for last in reversed(words[1:]):
        written = question[first.start : last.end]
        if len(fold(written)) >= _SHORTEST_RUN and not re.search(r"[,;:.?!]\s", written):
            yield first.start, written, fold(written)
    if first.written in NO_SUBJECT:
        return  # "papers that deal with" asks, whatever a paper called DeAL is about
    for form in dict.fromkeys((first.folded, re.sub(r"(?<!s)s$", "", first.folded))):
        if is_marked(first.written) or len(form) > 2:
            yield first.start, first.written, form
    if not is_marked(first.written):
        return
    for part in re.finditer(r"[^-/–]+", first.written):
        letters = sum(char.isalpha() for char in part[0])
        if letters > 2 and len(part[0]) < len(first.written) and is_marked(part[0]):
            yield first.start + part.start(), part[0], fold(part[0])
    if near := names.near(first.folded):
        yield first.start, first.written, near


def unknown_name(question: str, found: Sequence[Named], indexes: Indexes) -> str | None:
    """Return the one name that a short question asks about and that occurs in no paper; None where there is none.

    What stands first in square brackets is a pointer or a reference, no name.
    """
    unknown = [
        named
        for named in found
        if not named.papers and question[named.start - 1 : named.start] != "[" and not occurs(named.written, indexes)
    ]
    if len(unknown) != 1 or any(named.papers for named in found) or len(content_words(question)) > _SHORT:
        return None
    sentence = re.split(r"[.?!;]\s", question[: unknown[0].start])[-1]
    return unknown[0].written if _ASKS.search(sentence) else None


def occurs(written: str, indexes: Indexes) -> bool:
    """Tell whether the parts of what looks like a name are ordinary words here."""
    parts = re.findall(r"[^\W_]+", written)
    return not any(char.isdigit() for char in written) and all(indexes.words.search(part, 1) for part in parts)


def corrected(text: str, found: Sequence[Named], catalogue: Catalogue) -> str:
    """Return `text` with its names spelled as the library spells them."""
    for named in found:
        is_plain = named.written.isalpha() or (" " in named.written and named.written.islower())
        if named.papers and named.written in text and (named.is_misspelt or not is_plain):
            holder = (named.titled or named.papers)[0]
            papers = catalogue.get([holder])
            known = spelled(named.name, f"{papers[holder].title}\n{papers[holder].abstract}") if papers else None
            if known and known.casefold() != named.written.casefold():
                text = text.replace(named.written, known, 1)
    return text


def spelled(name: str, text: str) -> str | None:
    """Return a folded name as `text` spells it; None where it does not."""
    words = list(tokens(text))
    for count in range(1, _LONGEST_RUN + 1):
        for first, last in zip(words, words[count - 1 :], strict=False):
            if fold(text[first.start : last.end]) == name:
                return text[first.start : last.end]
    return None


# ----------------------------------------------------------------------------------------------------
# The papers that a question names, by title or by the name in their title, and where in the question it does.

_NEAREST = 10
"""Papers nearest by words whose titles are looked for."""
_LEAST_WORDS = 2
_ORDINARY = 5
"""Papers from which a word that its spelling does not mark is no name."""


@dataclass(frozen=True, slots=True)
class PaperMention(Span):
    """One paper, and the part of the question that names it."""

    paper_id: str


def paper_mentions(
    question: str, names: Sequence[Named], catalogue: Catalogue, indexes: Indexes
) -> tuple[PaperMention, ...]:
    """Return the papers that `question` names, in its order, each once; a name that several titles bear is none."""
    found = list(_titled(question, catalogue, indexes))
    for named in names:
        holders = named.titled or named.papers
        if len(holders) != 1 or not _tells_apart(named, indexes):
            continue
        if len(named.papers) > _ORDINARY and not _begins_with(named, holders[0], catalogue):
            continue  # a thing that many papers speak of, one of them in its title
        found.append(PaperMention(named.start, named.end, holders[0]))
    first: dict[str, PaperMention] = {}
    for meant in without_overlaps(found):
        first.setdefault(meant.paper_id, meant)
    return tuple(first.values())


def _begins_with(named: Named, paper_id: str, catalogue: Catalogue) -> bool:
    """Tell whether a title's part before the colon is the name."""
    holder = catalogue.get([paper_id]).get(paper_id)
    return holder is not None and fold(holder.title.partition(":")[0]) == named.name


def _tells_apart(named: Named, indexes: Indexes) -> bool:
    """Tell whether a name is more than an ordinary word of these papers."""
    parts = re.findall(r"[^\W_]+", named.written)
    if is_marked(named.written) and len(parts) == 1:
        return True
    return any(not p.isalpha() or len(indexes.words.search(p, _ORDINARY + 1)) <= _ORDINARY for p in parts)


def _titled(question: str, catalogue: Catalogue, indexes: Indexes) -> Iterator[PaperMention]:
    """Yield the papers whose whole title, or its part before the colon, stands in `question`."""
    near = catalogue.get([paper_id for paper_id, _ in indexes.words.search(question, _NEAREST)])
    for paper in sorted(near.values(), key=lambda paper: -len(paper.title)):
        for title in (paper.title, paper.title.partition(":")[0]):
            words = normalise_title(title).split()
            if len(words) < _LEAST_WORDS or is_generic(title):
                continue
            shape = r"[\W_]+".join(map(re.escape, words))
            if match := re.search(rf"(?<!\w){shape}(?!\w)|{re.escape(folded(title))}", question, re.I):
                yield PaperMention(*match.span(), paper.paper_id)
                break


# ----------------------------------------------------------------------------------------------------
# The ids in a question: those of papers give way to the papers' titles, others name papers that are not here.

_ARXIV = pattern(r"(?:https?://arxiv\.org/(?:abs|pdf)/|arxiv:\s*)?(?<![\w.])(\d{4}\.\d{4,5})(?:v\d+)?(?![\w]|\.\d)")
_OWN = re.compile(r"[^\s\"“”'()\[\],;?!]{6,}")
"""What may be the id that a record brought along, or that the catalogue made."""


def spell_ids(question: str, catalogue: Catalogue) -> tuple[str, tuple[str, ...]]:
    """Return `question` with titles in the place of ids and aliases, and the arXiv ids of papers not known here."""
    strange: list[str] = []

    def titled(found: re.Match[str]) -> str:
        is_arxiv = found.re is _ARXIV
        name = found[1] if is_arxiv else found[0].rstrip(".:")
        paper_id = catalogue.resolve(name) if any(map(str.isdigit, name)) else None
        paper = catalogue.get([paper_id]).get(paper_id) if paper_id else None
        if paper and paper.title:
            return paper.title + ("" if is_arxiv else found[0][len(name) :])
        if is_arxiv:
            strange.append(name)
        return found[0]

    return _OWN.sub(titled, _ARXIV.sub(titled, question)), tuple(strange)

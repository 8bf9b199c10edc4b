"""Pointers into citations: the text a person reads, its numbered papers, and its claims with what they rest on.

The whole of a draft and every beginning of it go the same way; while more is to come, what could still change is held
back. Not handled: pointers by author and year.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rag.cite.escaping import unseal
from rag.cite.pointers import Pointer
from rag.cite.scan import Link, Pointers, Text, pieces, stable_prefix, unwrap, without_half_pointer
from rag.cite.sentences import claim_spans
from rag.cite.shown import ShownPapers, shown_papers
from rag.nouns import EXTRACTIVE, Citation, Cite, CitedSentence, Claim, Draft, Paper, Passage

MOST_NAMED = 5
"""Pointers to nothing that a warning names."""


@dataclass(frozen=True, slots=True)
class Marker:
    """One `[1]` of the text: where it stands, and the citation's number."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """A draft as a person sees it. `shown` is what the reader was shown; the audit weighs claims by it."""

    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    warnings: tuple[str, ...]
    markers: tuple[Marker, ...] = ()
    shown: tuple[Passage, ...] = ()

    def words_of(self, claim: Claim) -> str:
        """Return a claim's text without its markers, whose digits are ours."""
        first, last = (
            bisect_left(self.markers, at, key=lambda marker: marker.start) for at in (claim.start, claim.end)
        )
        text = claim.text
        for marker in reversed(self.markers[first:last]):
            text = f"{text[: marker.start - claim.start]} {text[marker.end - claim.start :]}"
        return text

    def with_claims(self, claims: tuple[Claim, ...]) -> Resolved:
        """Return it with other claims, and its citations with the sentences of the same papers that these rest on."""
        papers = {citation.number: citation.paper for citation in self.citations}
        return replace(self, claims=claims, citations=_citations(papers, claims))


_Marked = tuple[Marker, int, list[int | None]]
"""A marker, its paper of those shown, and the sentences pointed at, None for the paper as a whole."""

_LEFT = r"[A-Za-z0-9０-９Ａ-Ｚａ-ｚ:/\\.@%+~：／＼-]"
_JOINS = re.compile(rf"{_LEFT}\0(?![.:。．｡]+(?:\s|\Z))[\w:/\\.@%+~：／＼。．｡-]")
"""The end of a text and the beginning of another (NUL between) that can make a link together."""
_IN_BRACKETS = re.compile(r"[\[［【〔]\0\w|\w\0[\]］】〕]")
"""The same for a marker."""


@dataclass(slots=True)
class _Page:
    """The text while it is put together. `numbers` gives each paper of those shown its number in the answer."""

    shown: ShownPapers
    parts: list[str] = field(default_factory=list)
    length: int = 0
    space: str = ""
    """What follows the parts, and goes where what stands next is left out."""
    numbers: dict[int, int] = field(default_factory=dict)
    markers: list[_Marked] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    links: int = 0
    is_cut: bool = False
    """Whether something was left out at the end of what is written."""

    def write(self, text: str) -> None:
        """Add text; where something was left out, what stood on its two sides must not become one link or marker."""
        if not text:
            return
        if self.is_cut and self.parts:
            seam = f"{(self.parts[-1] + self.space)[-1:]}\0{text[:100]}"
            text = f"…{text}" if _IN_BRACKETS.match(seam) else f" {text}" if _JOINS.match(seam) else text
        told = self.space + text
        kept = told.rstrip(" \t")
        self.parts += [kept] * bool(kept)
        self.is_cut, self.length, self.space = False, self.length + len(kept), told[len(kept) :]


def resolve(draft: Draft, *, final: bool) -> Resolved:
    """Return `draft` with its pointers resolved; with `final` false, as far as it can no longer change."""
    shown, is_ours = shown_papers(draft.shown), draft.reader == EXTRACTIVE
    raw = draft.text if is_ours else unwrap(draft.text, final=final)
    page = _write(without_half_pointer(raw).rstrip() if final else stable_prefix(raw), shown)
    text = "".join(page.parts).rstrip()
    claims = tuple(_claims(text, page))
    markers = tuple(marker for marker, _, _ in page.markers)
    papers = {number: shown.papers[shown_as - 1] for shown_as, number in page.numbers.items()}
    citations, warnings = _citations(papers, claims), _warnings(page)
    if is_ours:
        text, claims = unseal(text), tuple(replace(claim, text=unseal(claim.text)) for claim in claims)
    return Resolved(text, citations, claims, warnings, markers, draft.shown)


def _write(raw: str, shown: ShownPapers) -> _Page:
    """Put the text together: markers for pointers, labels for links; pointers in a row are one run of markers."""
    page = _Page(shown)
    run: list[Pointer] = []
    between = ""
    for piece in pieces(raw, shown):
        if isinstance(piece, Pointers):
            run.extend(piece.pointers)
            page.links += piece.is_linked
            between = ""
        elif run and isinstance(piece, Text) and not between and not piece.text.strip(" \t,;"):
            between = piece.text
        else:
            _write_run(page, run)
            page.write(between)
            _write_piece(page, piece)
            run, between = [], ""
    _write_run(page, run)
    page.write(between)
    return page


def _write_run(page: _Page, run: list[Pointer]) -> None:
    """Write the markers of `run`, one a paper; a run that names nothing leaves no gap. What is unknown is noted."""
    known: dict[int, list[int | None]] = {}
    for pointer in run:
        if sentences := page.shown.sentences_of(pointer):
            known.setdefault(pointer.paper, []).extend(sentences)
        page.unknown += [str(pointer)] * (len(sentences) < len(pointer))
    for paper, pointed in known.items():
        number = page.numbers.setdefault(paper, len(page.numbers) + 1)
        page.is_cut, start = False, page.length + len(page.space)
        page.write(f"[{number}]")
        page.markers.append((Marker(start, page.length, number), paper, pointed))
    if run and not known:
        page.is_cut, page.space = True, ""


def _write_piece(page: _Page, piece: Text | Link) -> None:
    if isinstance(piece, Text):
        page.write(piece.text)
        page.is_cut = page.is_cut or piece.is_parted
    else:
        page.links, page.is_cut = page.links + 1, True
        page.write(piece.label)
        page.is_cut = True


def _claims(text: str, page: _Page) -> Iterator[Claim]:
    spans = [(marker.start, marker.end) for marker, _, _ in page.markers]
    for start, end in claim_spans(text, spans, page.shown.vocabulary):
        inside = page.markers[bisect_left(spans, (start,)) : bisect_left(spans, (end,))]
        yield Claim(text[start:end], start, end, tuple(_cites(text[start:end], inside, page.shown)))


def _cites(claim: str, inside: list[_Marked], shown: ShownPapers) -> Iterator[Cite]:
    """Yield what a claim rests on; a paper cited as a whole is attached to its best sentence, if to none yet."""
    pointed = dict.fromkeys((marker.number, index) for marker, _, indices in inside for index in indices)
    numbers = {number for number, index in pointed if index is not None}
    papers = {marker.number: paper for marker, paper, _ in inside}
    for number, index in sorted(pointed, key=lambda cite: cite[1] is None):
        if index is not None:
            yield Cite(number, index)
        elif number not in numbers:
            yield Cite(number, shown.best_sentence(papers[number], claim), attached=True)


def _citations(papers: dict[int, Paper], claims: Iterable[Claim]) -> tuple[Citation, ...]:
    """Return the papers by their numbers, each with the sentences of it that claims rest on."""
    sentences: dict[int, set[int]] = {number: set() for number in papers}
    for cite in (cite for claim in claims for cite in claim.cites):
        sentences[cite.number].add(cite.sentence)
    return tuple(Citation(number, paper, _quoted(paper, sorted(sentences[number]))) for number, paper in papers.items())


def _quoted(paper: Paper, indices: Iterable[int]) -> tuple[CitedSentence, ...]:
    places = ((index, *(paper.sentences[index - 1] if index else (None, None))) for index in indices)
    return tuple(CitedSentence(index, start, end, paper.sentence(index)) for index, start, end in places)


def _warnings(page: _Page) -> tuple[str, ...]:
    warnings = []
    if unknown := list(dict.fromkeys(page.unknown)):
        more = f" and {len(unknown) - MOST_NAMED} more" * (len(unknown) > MOST_NAMED)
        named = ", ".join(unknown[:MOST_NAMED])
        warnings.append(f"Left out pointers to nothing that was shown: {named}{more}.")
    if page.links:
        links = "a link" if page.links == 1 else f"{page.links} links"
        warnings.append(f"Took out {links} that the model wrote and that no shown paper holds.")
    return tuple(warnings)

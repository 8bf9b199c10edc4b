"""arXiv's own lists, search results and pages of one paper, as copied text or the visible text of the saved page.

A paper begins at a line `[3] arXiv:2508.12345 [pdf, html, other]`; below it stand title, authors and abstract, with
labels or without, in the order of either page. Not handled: lists in the layout before 2007, without `arXiv:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.intake.entries import Entry, Found
from rag.intake.formats.fields import record_from
from rag.intake.formats.site_pages import a_part_of

_HEAD = re.compile(
    r"\s*(?:\[\d+\]\s*)?arXiv:(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
    r"(?P<told>\s*(?:\((?:cross-list|replaced)[^)]*\)\s*)?\[(?:abs|pdf|ps|html|other|tex|view)\b[^\]]*\]"
    r"|\s*\([a-z-]{2,10}\))?"
    r"(?P<classes>(?:\s+[a-z]{2,8}(?:-[a-z]{2,3})?(?:\.[A-Za-z-]+)?)*)\s*"
)
_LABEL = re.compile(
    r"\s*(Title|Authors?|Abstract|Comments|Subjects|Journal[ -]ref|Report (?:number|no)|(?:ACM|MSC) classes?|DOI"
    r"|Cite as)\s*:\s*(.*)",
    re.I,
)
_SUBMITTED = re.compile(r"\s*Submitted\s+(\d{1,2} \w+, \d{4})(?:;.*?\bv1 submitted\s+(\d{1,2} \w+, \d{4}))?.*")
_OF_ONE = re.compile(r"\s*\[Submitted on (\d{1,2} \w+ \d{4})\b.*\]\s*")
"""The date on the page of one paper, where it stands above the title."""
_DAY = re.compile(
    r"\s*(?:Showing new listings for )?\w{3,9}, (\d{1,2} \w+ \d{4})(?:\s*\((?:showing|continued).*)?\s*", re.I
)
_CLASSES = re.compile(
    r"(?:[a-z]{2,8}(?:-[a-z]{2,3})?\.[A-Za-z-]{2,}(?:\s+|$)|(?:quant|gr|hep|nucl|math|cond)-\w+(?:\s+|$))+"
)
_SUBJECT = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)")
_DOI = re.compile(r"\s*doi:?\s+(10\.\d{4,9}/\S+)\s*", re.I)
_FOLDED, _UNFOLDED = re.compile(r"…?\s*▽\s*More"), re.compile(r"\s*△\s*Less\s*")
_FURNITURE = re.compile(
    r"\s*(?:(?:cross|new|replacement) (?:submissions?|listings?)\b.*|total of \d+ entries.*|showing (?:up to )?\d.*"
    r"|[\d\s….]*(?:next|previous)?|about|help|contact|go|view pdf.*|html \(experimental\)|submission history"
    r"|see today's new changes|links to:.*|(?:continued )?\(showing.*)\s*",
    re.I,
)
_FEWEST = 2
"""Heads without `[pdf]` by which a list is known."""


def is_arxiv_page(text: str) -> bool:
    """Tell whether a text is one of arXiv's lists."""
    if "arXiv:" not in text or re.search(r"^\\\\\s*$", text, re.M):  # arXiv's mails part records by `\\`
        return False
    heads = [head for line in text.split("\n") if len(line) < 300 and (head := _HEAD.fullmatch(line))]
    return any(head["told"] for head in heads) or len(heads) >= _FEWEST


def parse_arxiv_page(text: str) -> Iterator[Entry]:
    """Yield the papers of the list; of abstracts that are shown in part a note says how to get the whole."""
    draft: _Draft | None = None
    day: str | None = None
    folded = 0
    for number, line in enumerate(text.split("\n"), 1):
        if head := _HEAD.fullmatch(line) if len(line) < 300 else None:
            if draft:
                yield draft.found()
            draft = _Draft(number, head[1], day, {"classes": [head["classes"]]})
        elif written := _DAY.fullmatch(line):
            day = written[1]
            if draft:
                draft.close()
        elif draft:
            draft.take(line)
            folded += _FOLDED.search(line) is not None and "△" not in line
    if draft:
        yield draft.found()
    if folded:
        yield a_part_of(folded, "“Show abstracts” there, or `abstract-qa enrich`, brings all")


@dataclass(slots=True)
class _Draft:
    """One paper while its lines are read."""

    line: int
    identifier: str
    day: str | None
    fields: dict[str, list[str]] = field(default_factory=dict)
    _open: str | None = "title"

    def take(self, line: str) -> None:
        """Put a line to the field that it begins or goes on with."""
        body = line.strip().removeprefix("###").strip()
        if not body:
            if self._open in ("authors", "comments"):
                self.close()
            return
        if label := _LABEL.fullmatch(body):
            name = label[1].casefold()
            self._begin("authors" if name.startswith("author") else name, label[2])
        elif found := _OF_ONE.fullmatch(body):
            self.day, self._open = found[1], "title"
        elif found := _SUBMITTED.fullmatch(body):
            self._begin("submitted", found[2] or found[1])
        elif found := _DOI.fullmatch(body):
            self._begin("doi", found[1])
        elif "title" not in self.fields and _CLASSES.fullmatch(body):
            self._begin("classes", body)
        elif _FURNITURE.fullmatch(body):
            self.close()
        else:
            self._go_on(body)

    def close(self) -> None:
        """End the field that is open, so that what follows is none of its lines."""
        self._open = None

    def _begin(self, name: str, text: str) -> None:
        self._open = name
        if text:
            self.fields.setdefault(name, []).append(text)

    def _go_on(self, body: str) -> None:
        """A line without a label: the title, then the names, then, below the subjects, the abstract."""
        if "title" not in self.fields:
            self._begin("title", body)
        elif self._open == "title" and "authors" not in self.fields:
            self._begin("authors", body)
        elif self._open in ("subjects", None) and "abstract" not in self.fields and "submitted" not in self.fields:
            self._begin("abstract", body)
        elif self._open in ("authors", "abstract"):
            self.fields[self._open].append(body)

    def found(self) -> Found:
        """Return the record."""
        shown, is_part = _unfolded("\n".join(self.fields.get("abstract", ())))
        told = {name: " ".join(self.fields.get(name, ())) for name in ("title", "authors", "classes", "subjects")}
        written = next(iter(self.fields.get("submitted", ())), self.day) or ""
        fields = {
            **told,
            "tldr" if is_part else "abstract": shown,
            "arxiv": self.identifier,
            "date": written.replace(",", ""),
            "categories": _SUBJECT.findall(told["subjects"]) or told["classes"].split(),
        }
        return Found(record_from(fields), self.line)


def _unfolded(text: str) -> tuple[str, bool]:
    """Return an abstract without its buttons, and whether it is only a part; the saved page has part and whole."""
    shown, *rest = _FOLDED.split(text)
    if rest and rest[-1].strip():
        return _UNFOLDED.sub("", rest[-1]), False
    return _UNFOLDED.sub("", shown).strip(), bool(rest)

"""Papers exported as BibTeX, RIS and CSL JSON, from stored metadata alone: one function a format.

What is not known is left out, never guessed, and a note in each entry says so. Names are split at their last word
(`Ludwig van der Berg` is `van der Berg, Ludwig`) where a format wants two parts; organisations are kept whole, as each
format marks them. Not handled: names whose family name comes first without a comma.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import accumulate, count
from typing import Any

from rag.base.text.names import is_organisation
from rag.nouns import Paper
from rag.present import address


class ExportFormat(StrEnum):
    """The formats that reference managers read."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl"


SUFFIXES = {ExportFormat.BIBTEX: ".bib", ExportFormat.RIS: ".ris", ExportFormat.CSL_JSON: ".json"}
_PARTICLES = frozenset("van von der den de del della di da du la le ter ten bin ibn al el dos das zu af".split())  # noqa: SIM905
_MATH = re.compile(r"(\$[^$\n]{1,300}\$)")
_UNESCAPED = re.compile(r"(?<!\\)([&%#_])")
_LONGEST_NAME = 24
"""Letters of a name in a key; organisations' are long."""
_TOLD = ("title", "authors", "date", "link", "abstract")
_EMPTY = frozenset("a an the on of in for to and with is are towards toward".split())  # noqa: SIM905


def export(papers: Sequence[Paper], kind: ExportFormat, *, numbered: bool = False) -> str:
    """Return the papers in one of the formats, in their order.

    `numbered`: they are the references of a text, by that order; BibTeX has room for that beside its entries.
    """
    match kind:
        case ExportFormat.BIBTEX:
            return _to_bibtex(papers, numbered=numbered)
        case ExportFormat.RIS:
            return _to_ris(papers)
        case ExportFormat.CSL_JSON:
            items = [_csl_item(paper, key) for paper, key in _keyed(papers)]
            return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _to_bibtex(papers: Iterable[Paper], *, numbered: bool) -> str:
    """Return BibTeX, one `@misc` per paper; keys are author, year and a word of the title, and never twice the same.

    `numbered`: above each entry stands its marker in the text, so that its key can take that place there.
    """
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library as Entries
    from bibtexparser.model import Block, Entry, Field, ImplicitComment
    from bibtexparser.writer import BibtexFormat

    shape = BibtexFormat()  # type: ignore[no-untyped-call]
    shape.indent, shape.block_separator, shape.trailing_comma = "  ", "\n", True
    blocks: list[Block] = []
    for number, (paper, key) in enumerate(_keyed(papers), start=1):
        blocks += [ImplicitComment(f"% [{number}] is {key}")] * numbered
        blocks.append(Entry("misc", key, [Field(*field) for field in _bibtex_fields(paper).items()]))
    return write_string(Entries(blocks), bibtex_format=shape)


def _to_ris(papers: Iterable[Paper]) -> str:
    """Return RIS, one record per paper, lines ended as its specification says."""
    import rispy

    class Writer(rispy.RisWriter):  # type: ignore[misc]
        """Writes no number above each record, which is no part of the format."""

        def set_header(self, count: int) -> str:
            return ""

    written = rispy.dumps([_ris_fields(paper) for paper in papers], implementation=Writer)
    return str(written + "\n" * bool(written)).replace("\n", "\r\n")


# ---------------------------------------------------------------------- the formats


def _bibtex_fields(paper: Paper) -> dict[str, str]:
    known = _Known(paper)
    names = [f"{{{_bibtex_text(name)}}}" if _is_whole(name, paper) else _bibtex_text(name) for name in paper.authors]
    return _told({
        "title": f"{{{_bibtex_text(paper.title)}}}" if paper.title else "",
        "author": " and ".join([*names, *["others"] * known.has_more_authors]),
        **dict(zip(("year", "month", "day"), known.date, strict=False)),
        "doi": paper.doi,
        "eprint": paper.arxiv_id,
        "archiveprefix": "arXiv" * bool(paper.arxiv_id),
        "url": known.url,
        "abstract": _bibtex_text(known.abstract),
        "note": _bibtex_text(known.note),
    })  # fmt: skip


def _ris_fields(paper: Paper) -> dict[str, Any]:
    """Return a record by rispy's names for its tags, in the order of the tags."""
    known, names = _Known(paper), (_parts(name, paper) for name in paper.authors)
    return _told({
        "type_of_reference": "UNPB" if paper.arxiv_id else "GEN",
        "title": _one_line(paper.title),
        "authors": [_one_line(f"{family}, {given}" if given else family) for family, given in names],
        "year": "".join(known.date[:1]),
        "date": "/".join(known.date),
        "abstract": _one_line(known.abstract),
        "urls": [known.url] * bool(known.url),
        "doi": paper.doi,
        "accession_number": f"arXiv:{_one_line(paper.arxiv_id)}" if paper.arxiv_id else "",
        "notes": [known.note] * bool(known.note),
    })  # fmt: skip


def _csl_item(paper: Paper, key: str) -> dict[str, Any]:
    known, names = _Known(paper), (_parts(name, paper) for name in paper.authors)
    return _told({
        "id": key,
        "type": "article",
        "title": paper.title,
        "author": [{"family": f, "given": g} if g else {"literal": f} for f, g in names],
        "issued": {"date-parts": [list(map(int, known.date))]} if known.date else None,
        "DOI": paper.doi,
        "URL": known.url,
        "abstract": known.abstract,
        "publisher": "arXiv" * bool(paper.arxiv_id),
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "note": known.note,
    })  # fmt: skip


# ---------------------------------------------------------------------- what they share


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


class _Known:
    """What every format tells of a paper in its own words; empty where it is not known."""

    def __init__(self, paper: Paper) -> None:
        place = address(paper)
        self.url = "" if place.is_search else place.url
        self.abstract = "" if paper.abstract_is_summary else paper.abstract
        self.date = [part for part in (paper.date or "").split("-") if part.isdigit()]
        self.has_more_authors = bool(paper.authors) and (paper.author_count or math.inf) > len(paper.authors)
        self.note = " ".join(self._notes(paper))

    def _notes(self, paper: Paper) -> Iterator[str]:
        """Yield what an entry lacks, and what in it is not as the paper says it."""
        told = (paper.title, paper.authors, paper.date, self.url, self.abstract)
        lacking = [name for name, value in zip(_TOLD, told, strict=True) if not value]
        if paper.withdrawn:
            yield f"Withdrawn: {_one_line(paper.withdrawn)}"
        if lacking:
            yield f"Not known to this library: {', '.join(lacking)}."
        if self.has_more_authors:
            of = f"Of {paper.author_count} authors" if paper.author_count else "Of its authors"
            yield f"{of} only {len(paper.authors)} {'is' if len(paper.authors) == 1 else 'are'} known by name."
        if paper.date and paper.date_inferred:
            yield "Year inferred from the page it was seen on."


def _keyed(papers: Iterable[Paper]) -> Iterator[tuple[Paper, str]]:
    """Yield each paper with its citation key, a number appended where a key was taken."""
    taken: set[str] = set()
    for paper in papers:
        stem = _key(paper)
        key = next(key for n in count(1) if (key := f"{stem}-{n}" if n > 1 else stem) not in taken)
        taken.add(key)
        yield paper, key


def _key(paper: Paper) -> str:
    """Return family name, year and the first telling word of the title, in lower-case ASCII."""
    family = _ascii(_parts(paper.authors[0], paper)[0])[:_LONGEST_NAME] if paper.authors else ""
    words = (_ascii(word) for word in re.findall(r"[^\W_]+", paper.title))
    word = next((w for w in words if w and w not in _EMPTY), "")
    return f"{family}{(paper.date or '')[:4]}{word}" or _ascii(paper.paper_id) or "paper"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def _is_whole(name: str, paper: Paper) -> bool:
    """Return whether a name is an organisation's, which no reader may split: one of several words."""
    return " " in name.strip() and (name in paper.corporate or is_organisation(name))


def _parts(name: str, paper: Paper) -> tuple[str, str]:
    """Return (family, given); an organisation's name, and one of a single word, is all family."""
    family, comma, given = (part.strip() for part in name.partition(","))
    words = name.split()
    if _is_whole(name, paper) or (len(words) < 2 and not comma):
        return name.strip(), ""
    if comma:
        return family, given
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return " ".join(words[at:]), " ".join(words[:at])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bibtex_text(text: str) -> str:
    """Return text for a BibTeX field: mathematics as it stands, other special characters escaped, braces in pairs."""
    pieces = _MATH.split(_one_line(text))
    escaped = "".join(p if n % 2 else _UNESCAPED.sub(r"\\\1", p) for n, p in enumerate(pieces))
    if escaped.count("$") % 2:
        escaped = escaped.replace("$", r"\$")
    depths = [0, *accumulate((sign == "{") - (sign == "}") for sign in escaped)]
    is_balanced = min(depths) == depths[-1] == 0  # BibTeX counts braces after a backslash too
    return (escaped if is_balanced else re.sub(r"[{}]", "", escaped)).rstrip("\\")

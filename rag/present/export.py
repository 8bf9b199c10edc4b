"""Papers as BibTeX, RIS and CSL JSON, from stored metadata alone: what is not known is left out, never guessed, and a
note in each entry says so.

Names are split at their last word (`Ludwig van der Berg` is `van der Berg, Ludwig`) where a format wants two parts;
organisations are kept whole, as each format marks them. Not handled: names whose family name comes first without
a comma.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from rag.base.text.names import is_organisation
from rag.nouns import Paper
from rag.present import address

if TYPE_CHECKING:
    from bibtexparser.model import Block
    from bibtexparser.model import Entry as BibtexEntry


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
    from bibtexparser.model import ImplicitComment
    from bibtexparser.writer import BibtexFormat

    shape = BibtexFormat()  # type: ignore[no-untyped-call]
    shape.indent, shape.block_separator, shape.trailing_comma = "  ", "\n", True
    blocks: list[Block] = []
    for number, (paper, key) in enumerate(_keyed(papers), start=1):
        blocks += [ImplicitComment(f"% [{number}] is {key}")] * numbered + [_bibtex_entry(paper, key)]
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


def _bibtex_entry(paper: Paper, key: str) -> BibtexEntry:
    from bibtexparser.model import Entry, Field

    names = [f"{{{_bibtex_text(name)}}}" if _is_whole(name, paper) else _bibtex_text(name) for name in paper.authors]
    fields = {
        "title": f"{{{_bibtex_text(paper.title)}}}" if paper.title else "",
        "author": " and ".join([*names, *["others"] * _has_more_authors(paper)]),
        **dict(zip(("year", "month", "day"), _date_parts(paper), strict=False)),
        "doi": paper.doi or "",
        "eprint": paper.arxiv_id or "",
        "archiveprefix": "arXiv" * bool(paper.arxiv_id),
        "url": _address(paper),
        "abstract": _bibtex_text(_abstract(paper)),
        "note": _bibtex_text(_note(paper)),
    }
    return Entry("misc", key, [Field(name, value) for name, value in fields.items() if value])


def _ris_fields(paper: Paper) -> dict[str, Any]:
    """Return a record by rispy's names for its tags, in the order of the tags."""
    parts, names = _date_parts(paper), (_parts(name, paper) for name in paper.authors)
    fields = {
        "type_of_reference": "UNPB" if paper.arxiv_id else "GEN",
        "title": _one_line(paper.title),
        "authors": [_one_line(f"{family}, {given}" if given else family) for family, given in names],
        "year": parts[0] if parts else "",
        "date": "/".join(parts),
        "abstract": _one_line(_abstract(paper)),
        "urls": [address] if (address := _address(paper)) else [],
        "doi": paper.doi or "",
        "accession_number": f"arXiv:{_one_line(paper.arxiv_id)}" if paper.arxiv_id else "",
        "notes": [note] if (note := _note(paper)) else [],
    }
    return {name: value for name, value in fields.items() if value}


def _csl_item(paper: Paper, key: str) -> dict[str, Any]:
    names = (_parts(name, paper) for name in paper.authors)
    item: dict[str, Any] = {
        "id": key,
        "type": "article",
        "title": paper.title,
        "author": [{"family": f, "given": g} if g else {"literal": f} for f, g in names],
        "issued": {"date-parts": [[int(part) for part in _date_parts(paper)]]} if _date_parts(paper) else None,
        "DOI": paper.doi or "",
        "URL": _address(paper),
        "abstract": _abstract(paper),
        "publisher": "arXiv" if paper.arxiv_id else "",
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "note": _note(paper),
    }
    return {name: value for name, value in item.items() if value}


# ---------------------------------------------------------------------- what they share


def _keyed(papers: Iterable[Paper]) -> Iterator[tuple[Paper, str]]:
    """Yield each paper with its citation key, a number appended where a key was taken."""
    taken: set[str] = set()
    for paper in papers:
        stem = _key(paper)
        more = (f"{stem}-{number}" for number in count(2))
        key = next(key for key in chain([stem], more) if key not in taken)
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


def _name(name: str) -> tuple[str, str]:
    """Return (family, given); given is empty for a name of one word."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        return family, given
    words = name.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return (" ".join(words[at:]), " ".join(words[:at])) if at > 0 else (name.strip(), "")


def _is_whole(name: str, paper: Paper) -> bool:
    """Return whether a name is an organisation's, which no reader may split: one of several words."""
    return " " in name.strip() and (name in paper.corporate or is_organisation(name))


def _parts(name: str, paper: Paper) -> tuple[str, str]:
    """Return (family, given); an organisation's name is all family."""
    return (name.strip(), "") if _is_whole(name, paper) else _name(name)


def _has_more_authors(paper: Paper) -> bool:
    """Return whether some are named and others only counted."""
    return bool(paper.authors) and (paper.author_count is None or paper.author_count > len(paper.authors))


def _date_parts(paper: Paper) -> list[str]:
    """Return year, month and day as far as they are known."""
    return [part for part in (paper.date or "").split("-") if part.isdigit()]


def _abstract(paper: Paper) -> str:
    """Return the abstract; nothing where it is only a summary."""
    return "" if paper.abstract_is_summary else paper.abstract


def _address(paper: Paper) -> str:
    """Return where the paper can be read; nothing where it can only be searched for."""
    place = address(paper)
    return "" if place.is_search else place.url


def _note(paper: Paper) -> str:
    """Return what an entry lacks, and what in it is not as the paper says it; empty for a whole one."""
    known = {
        "title": paper.title,
        "authors": paper.authors,
        "date": paper.date,
        "link": _address(paper),
        "abstract": _abstract(paper),
    }
    lacking = [name for name, value in known.items() if not value]
    notes = [f"Withdrawn: {_one_line(paper.withdrawn)}"] if paper.withdrawn else []
    notes += [f"Not known to this library: {', '.join(lacking)}."] if lacking else []
    if _has_more_authors(paper):
        of = f"Of {paper.author_count} authors" if paper.author_count else "Of its authors"
        notes.append(f"{of} only {len(paper.authors)} {'is' if len(paper.authors) == 1 else 'are'} known by name.")
    if paper.date and paper.date_inferred:
        notes.append("Year inferred from the page it was seen on.")
    return " ".join(notes)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _bibtex_text(text: str) -> str:
    """Return text for a BibTeX field: mathematics as it stands, other special characters escaped, braces in pairs."""
    pieces = _MATH.split(_one_line(text))
    escaped = "".join(p if n % 2 else _UNESCAPED.sub(r"\\\1", p) for n, p in enumerate(pieces))
    if escaped.count("$") % 2:
        escaped = escaped.replace("$", r"\$")
    return escaped.rstrip("\\") if _is_balanced(escaped) else re.sub(r"[{}]", "", escaped).rstrip("\\")


def _is_balanced(text: str) -> bool:
    """Return whether every brace has its partner; BibTeX counts those after a backslash too."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0

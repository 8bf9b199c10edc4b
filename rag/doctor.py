"""Is a library in order? Its checks, each with its remedy when it fails, and its repair."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

from rag.catalogue import Catalogue, Lost
from rag.catalogue.salvage import set_aside
from rag.catalogue.schema import VERSION
from rag.environment import Check, attempt
from rag.errors import AbstractQAError, LibraryDamaged
from rag.indexes.words import Words
from rag.library import Library
from rag.locking import WriterLock
from rag.settings import Settings

_REPAIR = "abstract-qa doctor --repair"
_MOST, _LONGEST = 20, 80
"""Names in a line, and characters of a title."""


def repair(folder: Path, settings: Settings) -> str:
    """Save what is whole of a damaged catalogue and of damaged conversations, and build both indexes anew.

    Return what was done and what is lost.
    """
    path = folder / "library.db"
    saved = "" if not path.is_file() or _is_sound(path) else _save(path)
    with Library.open(folder, settings, create=False) as library:
        saved += library.conversations.repair()
        embedded = library.rebuild()
    return f"{saved}Both indexes are in step with the catalogue; {embedded:,} papers were embedded anew."


def _is_sound(path: Path) -> bool:
    try:
        with closing(Catalogue(path)) as catalogue:
            return next(catalogue.faults(), None) is None
    except LibraryDamaged:
        return False


def _save(path: Path) -> str:
    """Put what can be read of a damaged catalogue into a new one; return what was saved and what was lost."""
    with WriterLock(path.parent).held(wait=60):
        known = _indexed(path.parent / "words")
        aside = set_aside(path)
        with closing(Catalogue(path)) as catalogue:
            lost = catalogue.restore(aside)
            count, nameless = len(catalogue), known - catalogue.held(known) - {one.paper_id for one in lost}
    saved = f"{count:,} papers could be saved from the damaged {path.name}, which is kept as {aside.name}"
    gone = [_named(one) for one in lost if not one.saved] + [f"one with the id {name}" for name in sorted(nameless)]
    parts = [_named(one) for one in lost if one.saved]
    return (
        f"{saved}.\n"
        + (f"Lost: {_listed(gone)}.\n" if gone else "")
        + (f"Saved from what is known of them beside their page: {_listed(parts)}.\n" if parts else "")
        + ("Add the pages again that told of them.\n" if gone or parts else "")
        + ("" if gone or parts or known else "More may be missing than can be told: add your pages again.\n")
    )


def _indexed(folder: Path) -> set[str]:
    """Return the ids of the papers that the words hold, as far as they can be read."""
    words = Words(folder)
    try:
        return words.paper_ids()
    except AbstractQAError:
        return set()
    finally:
        words.close()


def _named(one: Lost) -> str:
    short = one.title if len(one.title) <= _LONGEST else f"{one.title[:_LONGEST]}…"
    named = f"“{short}” ({one.paper_id})" if short else one.paper_id
    return f"{named}, of {', '.join(one.pages)}" if one.pages else named


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return "; ".join(names[:_MOST]) + (f"; and {more:,} more" if more > 0 else "")


def examine(library: Library) -> list[Check]:
    """Return every check of an open library, in the order in which a failure would matter."""
    return [
        _catalogue(library),
        _counts(library),
        _conversations(library),
        _embedder(library),
        attempt("a search works", lambda: library.search("alignment", 1)),
    ]


def _catalogue(library: Library) -> Check:
    """Read every row of the catalogue."""
    try:
        faults = list(islice(library.catalogue.faults(), _MOST))
    except AbstractQAError as exc:
        faults = [str(exc)]
    name = f"library.db is sound, in format {VERSION}"
    return Check(name, not faults, f"{_listed(faults)}. Save what is whole with: {_REPAIR}" if faults else "")


def _conversations(library: Library) -> Check:
    ok = library.conversations.is_sound()
    remedy = "" if ok else "Save what can be read with: abstract-qa doctor --repair"
    return Check("the conversations are sound", ok, remedy)


def _counts(library: Library) -> Check:
    """Compare the catalogue with both indexes, paper by paper, and look at each vector."""
    name = "both indexes hold what the catalogue holds"
    try:
        papers = library.catalogue.select("text_hash <> ''", ())
        vectors, words = library.indexes.vectors.paper_ids(), library.indexes.words.paper_ids()
        stale, faults = library.catalogue.count_stale(), library.indexes.vectors.faults()
    except AbstractQAError as exc:
        return Check(name, False, str(exc))
    ok = vectors == papers == words and not stale and not faults
    found = f" ({len(papers):,} papers, {len(vectors):,} with vectors, {len(words):,} with words)"
    said = f"{_listed(faults)}. " if faults else ""
    return Check(name + found, ok, "" if ok else f"{said}Build them anew with: {_REPAIR}")


def _embedder(library: Library) -> Check:
    """Compare the embedder in use with the one that the library was embedded with: name, size, and a probe's vector."""
    name = "the embedder is the one that the library was embedded with"
    checked = attempt(name, library.indexes.check_embedder)
    if not checked.ok:
        return checked
    embedder = library.embedder()
    return Check(f"{name}: {embedder.name}, {embedder.dimension} numbers a vector", True)

"""Is a library in order? Its checks, each with its remedy when it fails, and its repair."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from rag.catalogue import Catalogue
from rag.catalogue.salvage import readable_decisions, readable_sightings, set_aside
from rag.catalogue.schema import VERSION
from rag.environment import Check, attempt
from rag.errors import AbstractQAError, LibraryDamaged
from rag.library import Library
from rag.locking import WriterLock
from rag.settings import Settings


def repair(folder: Path, settings: Settings) -> str:
    """Save what can be read of a damaged catalogue and of damaged conversations, and build both indexes anew.

    Return what was done.
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
            return catalogue.is_sound()
    except LibraryDamaged:
        return False


def _save(path: Path) -> str:
    """Put what can be read of a damaged catalogue into a new one."""
    with WriterLock(path.parent).held(wait=60):
        aside = set_aside(path)
        with closing(Catalogue(path)) as catalogue:
            catalogue.restore(readable_sightings(aside), readable_decisions(aside))
            count = len(catalogue)
    return (
        f"{count:,} papers could be saved from the damaged {path.name}, which is kept as {aside.name}; "
        "add your pages again for those that may be missing. "
    )


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
    ok = library.catalogue.is_sound()
    return Check(
        f"library.db is sound, in format {VERSION}",
        ok,
        "" if ok else "Save what can be read with: abstract-qa doctor --repair",
    )


def _conversations(library: Library) -> Check:
    ok = library.conversations.is_sound()
    remedy = "" if ok else "Save what can be read with: abstract-qa doctor --repair"
    return Check("the conversations are sound", ok, remedy)


def _counts(library: Library) -> Check:
    """Compare the catalogue with both indexes, paper by paper for the vectors."""
    name = "both indexes hold what the catalogue holds"
    try:
        papers = library.catalogue.select("text_hash <> ''", ())
        vectors, words = library.indexes.vectors.paper_ids(), library.indexes.words.count()
        stale = library.catalogue.count_stale()
    except AbstractQAError as exc:
        return Check(name, False, str(exc))
    ok = vectors == papers and words == len(papers) and not stale
    found = f" ({len(papers):,} papers, {len(vectors):,} with vectors, {words:,} with words)"
    return Check(name + found, ok, "" if ok else "Build them anew with: abstract-qa doctor --repair")


def _embedder(library: Library) -> Check:
    """Compare the embedder in use with the one that the library was embedded with: name, size, and a probe's vector."""
    name = "the embedder is the one that the library was embedded with"
    checked = attempt(name, library.indexes.check_embedder)
    if not checked.ok:
        return checked
    embedder = library.embedder()
    return Check(f"{name}: {embedder.name}, {embedder.dimension} numbers a vector", True)

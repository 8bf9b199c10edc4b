"""Is everything in order? Checks of a library and its set-up, each with its remedy when it fails."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.catalogue import Catalogue
from rag.catalogue.salvage import readable_decisions, readable_sightings, set_aside
from rag.errors import AbstractQAError, LibraryDamaged
from rag.library import Library
from rag.locking import WriterLock
from rag.settings import Settings

_ROOM = 200 * 1024 * 1024
"""Bytes that should be free beside a library."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do when it is not in order, and is empty when it is."""

    check: str
    ok: bool
    remedy: str = ""


def repair(folder: Path, settings: Settings) -> str:
    """Save what can be read of a damaged catalogue, build anew what is derived from it; return what was done."""
    path = folder / "library.db"
    saved = "" if not path.is_file() or _is_sound(path) else _save(path)
    with Library.open(folder, settings, create=False) as library:
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
        _python(),
        _writable(library.folder),
        _room(library.folder),
        _catalogue(library),
        _counts(library),
        _attempt("the embedder is the one that the library was embedded with", library.indexes.check_embedder),
        _attempt("a search works", lambda: library.search("alignment", 1)),
        _tokens(),
        _endpoint(library),
    ]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check(
        f"Python {version}",
        sys.version_info >= (3, 11),
        "" if sys.version_info >= (3, 11) else "Use Python 3.11 or newer.",
    )


def _writable(folder: Path) -> Check:
    ok = os.access(folder, os.W_OK)
    return Check(f"{folder} can be written", ok, "" if ok else f"Give yourself write permission on {folder}.")


def _room(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    return Check(f"{free // 2**20:,} MiB free", free >= _ROOM, "" if free >= _ROOM else "Free some disk space.")


def _catalogue(library: Library) -> Check:
    ok = library.catalogue.is_sound()
    return Check("library.db is sound", ok, "" if ok else "Save what can be read with: abstract-qa doctor --repair")


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


def _attempt(name: str, work: Callable[[], object]) -> Check:
    try:
        work()
    except AbstractQAError as exc:
        return Check(name, False, str(exc))
    return Check(name, True)


def _tokens() -> Check:
    from rag.readers.tokens import tables

    ok = tables() is not None
    return Check("tokens can be counted offline", ok, "" if ok else "Install llama-index-core again.")


def _endpoint(library: Library) -> Check:
    settings = library.settings
    if not settings.has_endpoint:
        return Check("no model is set; answers are quotes", True)
    from rag.readers import choose_reader

    return _attempt("the model answers", lambda: choose_reader(settings, library.embedder).name)

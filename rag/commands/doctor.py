"""`doctor`: is a library in order, and what surrounds it? Checks, each with its remedy, and the repair."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import islice
from pathlib import Path

from rag.base.errors import AbstractQAError, LibraryDamaged, ModelFailed, UsageError
from rag.base.folder import WriterLock
from rag.base.settings import Settings, from_environment, library_folder
from rag.catalogue import Catalogue, Lost
from rag.catalogue.damage import set_aside
from rag.catalogue.schema import VERSION
from rag.commands.console import tell
from rag.index.words import Words
from rag.library import Library


def doctor(arguments: argparse.Namespace) -> int:
    """Print every check; fails when one of them does.

    Settings that cannot be read, and a library that is not there or cannot be opened, are failing checks too: the
    others are made all the same. Their errors say whether it was wrong use.
    """
    folder, settings = Path(arguments.library or library_folder()).expanduser(), None
    checks, code = [], 0
    try:
        settings = from_environment()
    except UsageError as exc:
        checks, code = [Check("the settings can be read", str(exc))], exc.exit_code
    checks += surroundings(folder, settings)
    try:
        if arguments.repair:
            print(repair(folder, settings or Settings()), file=sys.stderr)
        with Library.open(folder, settings or Settings(), create=False) as library:
            checks += examine(library)
    except AbstractQAError as exc:
        checks.append(Check("the library can be opened and used", str(exc)))
        code = max(code, exc.exit_code)
    lines = (f"{'ok  ' if c.ok else 'FAIL'} {c.check}{f': {c.remedy}' if c.remedy else ''}" for c in checks)
    tell(arguments, [{"check": c.check, "ok": c.ok, "remedy": c.remedy} for c in checks], "\n".join(lines))
    return code or int(not all(check.ok for check in checks))


# ----------------------------------------------------------------------------------------------------
# Checks of what surrounds a library: packages, disk, permissions, the model's endpoint.
#
# Not handled: graphics cards, memory, and what only the endpoint's owner can see.

ROOM = 200 * 1024 * 1024
"""Bytes that should be free beside a library."""
_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do when it is not in order, and is empty when it is."""

    check: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is in order."""
        return not self.remedy


def surroundings(folder: Path, settings: Settings | None) -> list[Check]:
    """Return every check that needs no library, in the order in which a failure would matter.

    Without settings, since they cannot be read, the model is not asked.
    """
    place = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return [packages(), writable(place), room(place), *([model(settings)] if settings else [])]


def attempt(name: str, work: Callable[[], object]) -> Check:
    """Return whether `work` can be done; its own error says what to do."""
    try:
        work()
    except AbstractQAError as exc:
        return Check(name, str(exc))
    return Check(name)


def packages(pyproject: Path = _PYPROJECT) -> Check:
    """Return whether every package that is needed is there, in a version that was tested."""
    wrong = [line for requirement in _required(pyproject) if (line := _misfit(requirement))]
    remedy = "Install the locked ones with: pip install --require-hashes -r requirements.lock"
    return Check(f"packages: {'; '.join(wrong) or 'all in their versions'}", remedy if wrong else "")


def _required(pyproject: Path) -> list[str]:
    """Return what is needed to run, as the checkout or the package states it."""
    if pyproject.is_file():
        stated: list[str] = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"]
        return stated
    return [line for line in requires("abstract-qa") or [] if "extra ==" not in line]


def _misfit(line: str) -> str:
    """Return what is wrong with one package that is required; empty when nothing is."""
    from packaging.requirements import Requirement

    needed = Requirement(line)
    try:
        found = version(needed.name)
    except PackageNotFoundError:
        return f"{needed.name} is missing"
    fits = needed.specifier.contains(found, prereleases=True)
    return "" if fits else f"{needed.name} is {found}, not {line.removeprefix(needed.name)}"


def writable(folder: Path) -> Check:
    """Return whether the library's folder, and all in it where it is a library, can be written."""
    name = f"{folder} can be written"
    if not folder.is_dir():
        return Check(name, "It is a file: name a folder with --library.")
    within = folder.rglob("*") if (folder / "library.db").is_file() else ()
    locked = next((path for path in (folder, *within) if not os.access(path, os.W_OK)), None)
    return Check(name, f"Give yourself write permission on {locked}." if locked else "")


def room(folder: Path, least: int = ROOM) -> Check:
    """Return whether `least` bytes are free where the library lies."""
    free = shutil.disk_usage(folder).free
    remedy = "Free some disk space, or move the library and name its folder with --library."
    return Check(f"{free // 2**20:,} MiB free", "" if free >= least else remedy)


def model(settings: Settings) -> Check:
    """Return whether the chat endpoint answers, if one is set; where it does not, whether the older route would."""
    if not settings.has_endpoint:
        return Check("no model is set; answers are quotes")
    from rag.models.chat.endpoint import Endpoint
    from rag.read.choice import introduced, measure

    try:
        endpoint = Endpoint.from_settings(settings)
        try:
            measure(endpoint)
        except ModelFailed as exc:
            older = (
                "It serves the older completion route alone: serve the model with a chat template, or set RAG_MODEL."
            )
            return Check("the model answers", f"{exc} {older}" if endpoint.completes() else str(exc))
    except AbstractQAError as exc:
        return Check("the model answers", str(exc))
    told = introduced(endpoint, settings)
    return Check(f"the model {endpoint.model} answers{f': {told}' if told else ''}")


# ----------------------------------------------------------------------------------------------------

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
    unread = "" if library.conversations.is_sound() else f"Save what can be read with: {_REPAIR}"
    return [
        _catalogue(library),
        _counts(library),
        Check("the conversations are sound", unread),
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
    return Check(name, f"{_listed(faults)}. Save what is whole with: {_REPAIR}" if faults else "")


def _counts(library: Library) -> Check:
    """Compare the catalogue with both indexes, paper by paper, and look at each vector."""
    name = "both indexes hold what the catalogue holds"
    try:
        papers = library.catalogue.select("text_hash <> ''", ())
        vectors, words = library.indexes.vectors.paper_ids(), library.indexes.words.paper_ids()
        stale, faults = library.catalogue.count_stale(), library.indexes.vectors.faults()
    except AbstractQAError as exc:
        return Check(name, str(exc))
    ok = vectors == papers == words and not stale and not faults
    found = f" ({len(papers):,} papers, {len(vectors):,} with vectors, {len(words):,} with words)"
    said = f"{_listed(faults)}. " if faults else ""
    return Check(name + found, "" if ok else f"{said}Build them anew with: {_REPAIR}")


def _embedder(library: Library) -> Check:
    """Compare the embedder in use with the one that the library was embedded with: name, size, and a probe's vector."""
    name = "the embedder is the one that the library was embedded with"
    checked = attempt(name, library.indexes.embedding.check)
    if not checked.ok:
        return checked
    embedder = library.embedder()
    return Check(f"{name}: {embedder.name}, {embedder.dimension} numbers a vector")

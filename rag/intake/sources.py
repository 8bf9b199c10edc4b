"""Where papers come from: a file, a folder, a zip, standard input, the pages that come along.

Each file in them is one source with its page.

Not handled: links to folders (not followed), other archives than zip, a zip inside a zip.
"""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from rag.base.errors import UsageError
from rag.intake.content import Content, from_pipe, spooled
from rag.intake.detect import foreign, format_of, parse
from rag.intake.entries import Entry, Note
from rag.intake.reading import Reading
from rag.nouns import Format, Selection

SAMPLE = tuple(sorted((Path(__file__).parents[1] / "sample").glob("*.txt")))
"""The pages that come with the project; `sample:` names all of them, `sample:alignment` one."""
MOST_MEMBERS = 20_000
"""Files that are taken from one zip."""
ALL = Selection()
"""Every paper of a file, but for those that are not sure to be one."""
_PACKINGS = (".gz", ".gzip")


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read: `page` is its name without endings; `problem` says why it cannot be read, if so."""

    path: str
    page: str
    open: Callable[[], tuple[BinaryIO, int]]
    """Returns the bytes and their size as packed."""
    packed: bool = False
    problem: str | None = None

    def read(self, selection: Selection = ALL, before: int = 0, listing: bool = False) -> Reading:
        """Return the file's papers, to be taken one by one; whatever is wrong with it is in the reading's receipt.

        Of the papers, numbered on from `before`, those are taken that `selection` wants; `listing` also lists them all.
        """
        if self.problem:
            return self._refused(self.problem)
        try:
            content = Content(*self.open(), packed=self.packed)
            head = content.head()
        except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
            return self._refused(f"It cannot be read: {getattr(error, 'strerror', None) or error}.")
        if what := foreign(head):
            content.close()
            return self._refused(f"Not read: it is {what}.", content)
        format = format_of(head, self.path)
        entries = _closing(content, format, self.path)
        return Reading(self.path, self.page, format, entries, lambda: content.problems, selection, before, listing)

    def _refused(self, why: str, content: Content | None = None) -> Reading:
        entries: list[Entry] = [Note(why)]
        return Reading(
            self.path, self.page, None, iter(entries), lambda: content.problems if content else (), ALL, 0, False
        )


def _closing(content: Content, format: Format, name: str) -> Iterator[Entry]:
    try:
        yield from parse(content, format, name)
    finally:
        content.close()


def sources(path: str | Path) -> Iterator[Source]:
    """Yield the files that `path` names: itself, or those of a folder or zip, in order of name; "-" is standard input.

    Raises UsageError when nothing is there.
    """
    if str(path).startswith("sample:"):
        yield from _sample(str(path))
        return
    if str(path) == "-":
        yield from _opened("-", "stdin", spooled(sys.stdin.buffer))
        return
    place = Path(path).expanduser()
    if not place.exists():
        raise UsageError(f"There is no file or folder {str(path)!r}. Check the spelling, or the folder you are in.")
    if place.is_dir():
        yield from _folder(place)
    elif place.is_fifo():  # one in a folder is read by nobody's wish
        yield from _opened(str(place), page_name(place.name), from_pipe(place))
    else:
        yield from _file(place)


def _sample(address: str) -> Iterator[Source]:
    wanted = address.removeprefix("sample:")
    if wanted and wanted not in (page.stem for page in SAMPLE):
        known = ", ".join(f"sample:{page.stem}" for page in SAMPLE)
        raise UsageError(f"There is no sample page {wanted!r}: it is sample: for all of them, or one of {known}.")
    for page in SAMPLE:
        if wanted in ("", page.stem):
            yield from _opened(f"sample:{page.stem}", page.stem, _opener(page))


def page_name(name: str) -> str:
    """Return a page's name: its file's, without folder, packing and ending (`x.jsonl.gz` is `x`)."""
    base = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    if base.lower().endswith(_PACKINGS):
        base = base.rsplit(".", 1)[0]
    stem = base.rsplit(".", 1)[0]
    return stem or base or "page"


def _folder(place: Path) -> Iterator[Source]:
    """Yield the files below a folder; hidden ones are the system's, not the person's."""
    found = False
    for folder, below, names in os.walk(place):
        below[:] = sorted(name for name in below if not _is_hidden(name))
        for name in sorted(names):
            if not _is_hidden(name):
                found = True
                yield from _file(Path(folder) / name)
    if not found:
        yield Source(str(place), place.name, _nothing, problem="The folder holds no file: nothing to read.")


def _file(place: Path) -> Iterator[Source]:
    path, page = str(place), page_name(place.name)
    if place.is_symlink() and not place.exists():
        yield Source(path, page, _nothing, problem="A link to a file that is not there.")
        return
    if not place.is_file():
        yield Source(path, page, _nothing, problem="Neither a file nor a folder: it was not read.")
        return
    yield from _opened(path, page, _opener(place))


def _opener(place: Path) -> Callable[[], tuple[BinaryIO, int]]:
    return lambda: (place.open("rb"), place.stat().st_size)


def _opened(path: str, page: str, open: Callable[[], tuple[BinaryIO, int]]) -> Iterator[Source]:
    """Yield the one source, or, where it is a zip, its members."""
    try:
        stream, _ = open()
        with stream:
            is_zip = stream.read(4) == b"PK\x03\x04"
        if is_zip:
            yield from _members(path, page, open)
            return
    except OSError:
        pass  # the source itself says what is wrong when it is read
    yield Source(path, page, open)


def _members(path: str, page: str, open: Callable[[], tuple[BinaryIO, int]]) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(open()[0])
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Source(
            path, page, open, problem=f"The zip file is damaged or cut off ({error}): save or download it again."
        )
        return
    members = [item for item in archive.infolist() if _is_wanted(item)]
    if any(item.filename in ("[Content_Types].xml", "mimetype") for item in members):
        yield Source(path, page, open, problem="Not read: it is an Office document or e-book: save it as plain text.")
        return
    if not members:
        yield Source(path, page, open, problem="The zip file holds no file: nothing to read.")
    for item in members[:MOST_MEMBERS]:
        yield Source(f"{path}/{item.filename}", page_name(item.filename), _member(archive, item), packed=True)
    if len(members) > MOST_MEMBERS:
        why = f"Of its {len(members)} files only the first {MOST_MEMBERS} were read: unpack it and add the folder."
        yield Source(path, page, open, problem=why)


def _is_wanted(item: zipfile.ZipInfo) -> bool:
    parts = item.filename.replace("\\", "/").split("/")
    return not item.is_dir() and not any(_is_hidden(part) for part in parts)


def _is_hidden(name: str) -> bool:
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")


def _member(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Callable[[], tuple[BinaryIO, int]]:
    def open() -> tuple[BinaryIO, int]:
        if item.flag_bits & 1:
            raise OSError("it is locked with a password: unpack it first")
        return archive.open(item), item.compress_size  # type: ignore[return-value]

    return open


def _nothing() -> tuple[BinaryIO, int]:
    return io.BytesIO(), 0

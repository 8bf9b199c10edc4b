"""Where papers come from: a file, a folder, a zip, standard input, the pages that come along.

Each file in them is one source with its page.

Not handled: links to folders (not followed), other archives than zip, a zip inside a zip.
"""

from __future__ import annotations

import io
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from rag.base.errors import UsageError
from rag.intake.content import Content, Opener, from_pipe, spooled
from rag.intake.detect import format_of, parse, why_not_text
from rag.intake.formats import Entry, Note
from rag.intake.reading import ALL, Reading
from rag.nouns import Selection

SAMPLE = tuple(sorted((Path(__file__).parents[1] / "sample").glob("*.txt")))
"""The pages that come with the project; `sample:` names all of them, `sample:alignment` one."""
MOST_MEMBERS = 20_000
"""Files that are taken from one zip."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read: `page` is its name without endings; `problem` says why it cannot be read, if so."""

    path: str
    page: str
    open: Opener = lambda: (io.BytesIO(), 0)
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
        if what := why_not_text(head):
            content.close()
            return replace(self._refused(f"Not read: it is {what}."), problems=lambda: content.problems)
        format = format_of(head, self.path)

        def entries() -> Iterator[Entry]:
            with closing(content):
                yield from parse(content, format, self.path)

        return Reading(self.path, self.page, format, entries(), lambda: content.problems, selection, before, listing)

    def _refused(self, why: str) -> Reading:
        return Reading(self.path, self.page, None, iter([Note(why)]))


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
    base = re.sub(r"\.gz(?:ip)?$", "", name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1], flags=re.I)
    return base.rsplit(".", 1)[0] or base or "page"


def _folder(place: Path) -> Iterator[Source]:
    """Yield the files below a folder; hidden ones are the system's, not the person's."""
    files: list[Path] = []
    for folder, below, names in os.walk(place):
        below[:] = sorted(name for name in below if not _is_hidden(name))
        files += [Path(folder) / name for name in sorted(names) if not _is_hidden(name)]
    for file in files:
        yield from _file(file)
    if not files:
        yield Source(str(place), place.name, problem="The folder holds no file: nothing to read.")


def _file(place: Path) -> Iterator[Source]:
    path, page = str(place), page_name(place.name)
    if place.is_file():
        yield from _opened(path, page, _opener(place))
    elif place.is_symlink() and not place.exists():
        yield Source(path, page, problem="A link to a file that is not there.")
    else:
        yield Source(path, page, problem="Neither a file nor a folder: it was not read.")


def _opener(place: Path) -> Opener:
    return lambda: (place.open("rb"), place.stat().st_size)


def _opened(path: str, page: str, open: Opener) -> Iterator[Source]:
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


def _members(path: str, page: str, open: Opener) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(open()[0])
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        why = f"The zip file is damaged or cut off ({error}): save or download it again."
        yield Source(path, page, problem=why)
        return
    items = [item for item in archive.infolist() if not item.is_dir()]
    members = [item for item in items if not any(map(_is_hidden, item.filename.replace("\\", "/").split("/")))]
    why = "" if members else "The zip file holds no file: nothing to read."
    if len(members) > MOST_MEMBERS:
        why = f"Of its {len(members)} files only the first {MOST_MEMBERS} were read: unpack it and add the folder."
    if any(item.filename in ("[Content_Types].xml", "mimetype") for item in members):
        members, why = [], "Not read: it is an Office document or e-book: save it as plain text."
    for item in members[:MOST_MEMBERS]:
        yield Source(f"{path}/{item.filename}", page_name(item.filename), _member(archive, item), packed=True)
    if why:
        yield Source(path, page, problem=why)


def _is_hidden(name: str) -> bool:
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")


def _member(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Opener:
    def open() -> tuple[BinaryIO, int]:
        if item.flag_bits & 1:
            raise OSError("it is locked with a password: unpack it first")
        return archive.open(item), item.compress_size  # type: ignore[return-value]

    return open

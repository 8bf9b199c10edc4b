"""The bytes of a file, however packed or piped, read within bounds.

Gzip is peeled off. Nothing here raises because of what a file holds: reading ends early, and `problems` says why. What
can be read only once, standard input and named pipes, is kept in a nameless file; a pipe into which nobody writes, and
one that never ends, are told instead of being waited for. Not handled: other packings than gzip (and zip, which
`sources` opens).
"""

from __future__ import annotations

import gzip
import io
import os
import select
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from math import inf
from pathlib import Path
from typing import Any, BinaryIO

from rag.base.errors import UsageError
from rag.base.text.cleaning import decode, encoding_of

Opener = Callable[[], tuple[BinaryIO, int]]
MOST = 2 << 30
"""Bytes that are taken from a pipe."""
PATIENCE = 5.0
"""Seconds to wait for somebody to write into a pipe; who has opened it may take as long as they need."""
_PIECE = 1 << 20


def from_pipe(place: Path) -> Opener:
    """Return what opens the bytes that are written into a named pipe; UsageError when nobody writes."""
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as pipe:
        is_ready = select.select([descriptor], [], [], PATIENCE)[0]
        begun = b""
        with suppress(BlockingIOError):  # somebody has it open, and has written nothing yet
            begun = os.read(descriptor, _PIECE)
            if not begun and not is_ready:
                raise UsageError(
                    f"{place} is a pipe, and nobody writes into it. Name a file, or start what writes first."
                )
        os.set_blocking(descriptor, True)
        return spooled(pipe, begun)


def spooled(stream: BinaryIO, begun: bytes = b"") -> Opener:
    """Return what opens the bytes `begun` and of a stream, and their number; UsageError for more than `MOST`."""
    kept, size = tempfile.TemporaryFile(), 0  # noqa: SIM115  (it lives as long as the source does)
    for piece in chain([begun], iter(lambda: stream.read(_PIECE), b"")):
        size += len(piece)
        if size > MOST:
            kept.close()
            raise UsageError(f"More than {MOST >> 30} GB came through the pipe, and no end: save it in a file first.")
        kept.write(piece)
    kept.flush()

    def open() -> tuple[BinaryIO, int]:
        again = os.fdopen(os.dup(kept.fileno()), "rb")
        again.seek(0)
        return again, size

    return open


HEAD = 1 << 16
"""Bytes that are looked at to tell a format."""
WHOLE = 32 << 20
"""Bytes that are read at most of a format that must be held as a whole."""
LONGEST_LINE = 16 << 20
"""Bytes of the longest line that is read."""
UNPACKED_FREELY, UNPACKED_TIMES = 64 << 20, 150
"""A packed file may unpack to the first number of bytes, and beyond that to the second times its own size."""
MOST_GUESSES = 20
"""Lines in another encoding that are named one by one."""

_BROKEN = (EOFError, OSError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)
_BOMB = "It unpacks to far more than a page's worth, as a zip bomb does; the rest was not read."


class _Bounded(io.RawIOBase):
    """Bytes that end, instead of raising, where the file is damaged or unpacks without end."""

    def __init__(self, raw: BinaryIO, most: float = inf) -> None:
        self.problem: str | None = None
        self._left = most
        # `read1` gives what is there; `read` would lose it when the file breaks off before `size` bytes are together.
        self._take: Callable[[int], bytes] = getattr(raw, "read1", raw.read)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view, filled = memoryview(buffer), 0
        try:
            while filled < len(view) and not self.problem and (data := self._take(len(view) - filled)):
                self._left -= len(data)
                if self._left < 0:
                    self.problem = _BOMB
                    break
                view[filled : filled + len(data)] = data
                filled += len(data)
        except _BROKEN as error:
            self.problem = f"The file is damaged or cut off ({error}); what stands before that was read."
        return filled


class Content:
    """The content of one file, to be read once. `problems` are complete when it has been read."""

    def __init__(self, raw: BinaryIO, size: int, packed: bool = False) -> None:
        """Read from `raw`; `size` is its size in bytes as packed, `packed` whether it is being unpacked already."""
        self._bounds = [_Bounded(raw, _most(size) if packed else inf)]
        self._stream = io.BufferedReader(self._bounds[0], HEAD)
        self._guesses: list[str] = []
        self._raw = raw
        self.depth = 0
        while self.head(2) == b"\x1f\x8b" and self.depth < 2:
            self._bounds.append(_Bounded(gzip.GzipFile(fileobj=self._stream), _most(size)))  # type: ignore[arg-type]
            self._stream = io.BufferedReader(self._bounds[-1], HEAD)
            self.depth += 1

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the bytes."""
        return (*(bound.problem for bound in self._bounds if bound.problem), *self._guesses)

    def head(self, size: int = HEAD) -> bytes:
        """Return the first bytes without taking them."""
        return self._stream.peek(size)[:size]

    def whole(self) -> bytes:
        """Return all bytes, at most `WHOLE` of them."""
        data = self._stream.read(WHOLE)
        if len(data) == WHOLE and self._stream.peek(1):
            size = f"{WHOLE >> 20} MB"
            self._guesses.append(f"Larger than {size}: only the first {size} were read; split it, or use JSON lines.")
        return data

    def text(self) -> str:
        """Return all as text with `\\n` at the end of lines."""
        text, warnings = decode(self.whole())
        self._guesses.extend(warnings)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def lines(self) -> Iterator[tuple[int, str | None]]:
        """Yield the number of each line, from 1, and its text; None in place of a line that is too long to be read."""
        encoding, mark = encoding_of(self.head())
        self._stream.read(mark)
        if encoding and encoding != "utf-8":
            text = io.TextIOWrapper(self._stream, encoding, "replace")
            yield from enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), 1)
            return
        for number, line in enumerate(iter(lambda: self._stream.readline(LONGEST_LINE), b""), 1):
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                while (more := self._stream.readline(1 << 20)) and not more.endswith(b"\n"):
                    pass
                yield number, None
            else:
                yield number, self._decoded(number, line)

    def _decoded(self, number: int, line: bytes) -> str:
        try:
            return line.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            text, warnings = decode(line.rstrip(b"\r\n"))
            if len(self._guesses) < MOST_GUESSES:
                self._guesses.extend(f"Line {number}: {warning}" for warning in warnings)
            return text


def _most(size: int) -> int:
    return max(UNPACKED_FREELY, UNPACKED_TIMES * size)

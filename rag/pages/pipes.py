"""What can be read only once, standard input and named pipes, kept in a nameless file where it can be read again.

A pipe into which nobody writes, and one that never ends, are told instead of being waited for.
"""

from __future__ import annotations

import os
import select
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from rag.errors import UsageError

Opener = Callable[[], tuple[BinaryIO, int]]
MOST = 2 << 30
"""Bytes that are taken from a pipe."""
PATIENCE = 5.0
"""Seconds to wait for somebody to write into a pipe; who has opened it may take as long as they need."""
_PIECE = 1 << 20


def spooled(stream: BinaryIO) -> Opener:
    """Return what opens the bytes of a stream, and their number; UsageError when there are more than `MOST`."""
    return _kept(iter(lambda: stream.read(_PIECE), b""))


def from_pipe(place: Path) -> Opener:
    """Return what opens the bytes that are written into a named pipe; UsageError when nobody writes."""
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return _kept(_pieces(descriptor, place))
    finally:
        os.close(descriptor)


def _pieces(descriptor: int, place: Path) -> Iterator[bytes]:
    """Yield what is written, until the last writer has closed the pipe."""
    until, begun = time.monotonic() + PATIENCE, False
    while True:
        try:
            piece = os.read(descriptor, _PIECE)
        except BlockingIOError:  # somebody has it open, and has written nothing yet
            begun = True
            select.select([descriptor], [], [])
            continue
        if piece:
            begun = True
            yield piece
        elif begun:
            return
        elif not _is_written_to(descriptor, until - time.monotonic()):
            raise UsageError(f"{place} is a pipe, and nobody writes into it. Name a file, or start what writes first.")
        else:
            begun = True


def _is_written_to(descriptor: int, seconds: float) -> bool:
    """Wait until somebody writes into a pipe, or has opened and closed it; false when the time is up before."""
    return bool(select.select([descriptor], [], [], max(0.0, seconds))[0])


def _kept(pieces: Iterator[bytes]) -> Opener:
    kept, size = tempfile.TemporaryFile(), 0  # noqa: SIM115  (it lives as long as the source does)
    for piece in pieces:
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

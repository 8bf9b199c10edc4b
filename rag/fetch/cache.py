"""Answers kept on disk for a month, so that nothing is asked twice; a damaged file counts as none."""

from __future__ import annotations

import gzip
import hashlib
import os
import time
import zlib
from pathlib import Path

from rag.errors import WorkFailed

KEPT = 30 * 86_400.0
"""Seconds that an answer counts: a paper may be put on arXiv, or be revised, the day after it was looked up."""


class Cache:
    """A folder of answers by the address that gave them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str, kept: float = KEPT) -> bytes | None:
        """Return the answer kept for `url`; None where there is none, or none of the last `kept` seconds."""
        place = self._place(url)
        try:
            if time.time() - place.stat().st_mtime > kept:
                return None
            return gzip.decompress(place.read_bytes())
        except (OSError, EOFError, zlib.error):
            return None

    def put(self, url: str, answer: bytes) -> None:
        """Keep an answer; WorkFailed where the folder cannot be written to."""
        place = self._place(url)
        fresh = place.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(exist_ok=True)
            fresh.write_bytes(gzip.compress(answer))
            fresh.replace(place)  # whole or not at all, whoever else is writing
        except OSError as exc:
            raise WorkFailed(f"Cannot keep what was fetched in {self._folder}: {exc.strerror}.") from exc

    def _place(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.xml.gz"

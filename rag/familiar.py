"""Is this the very file that was read before? What it was read by counts too: a better reader reads it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from rag import pages, text
from rag.nouns import FileReceipt, Skipped
from rag.pages import Source

_PIECE = 1 << 20


def content_digest(source: Source) -> str | None:
    """Return a digest of a file's bytes, its name and the code that reads it; None for one that cannot be read."""
    if source.problem:
        return None
    digest = hashlib.sha256(f"{_reader()}\n{Path(source.path).name}\n".encode("utf-8", "surrogateescape"))
    try:
        stream, _ = source.open()
        with stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except (OSError, RuntimeError, NotImplementedError):
        return None
    return digest.hexdigest()


def receipt_to_text(receipt: FileReceipt) -> str:
    """Return a receipt as JSON."""
    return json.dumps(asdict(receipt))


def receipt_from_text(told: str, path: str) -> FileReceipt:
    """Return the receipt that `receipt_to_text` wrote, for a file that lies at `path` now."""
    body = json.loads(told)
    skipped = tuple(Skipped(**block) for block in body["skipped"])
    return FileReceipt(path, body["format"], body["records"], skipped, tuple(body["warnings"]), body["missing"])


@cache
def _reader() -> str:
    """Return a digest of the code that turns files into records."""
    digest = hashlib.sha256()
    for package in (pages, text):
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()

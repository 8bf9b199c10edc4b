"""What the commands share: opening the library, reading a batch, printing."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.errors import AbstractQAError, UsageError
from rag.base.settings import from_environment, library_folder
from rag.library import Library
from rag.present import terminal_safe, title

if TYPE_CHECKING:
    pass


def open_library(arguments: argparse.Namespace, *, create: bool = False, **overrides: Any) -> Library:
    """Return the library that the arguments name; other commands than `add` do not make one."""
    return Library.open(arguments.library or library_folder(), from_environment(**overrides), create=create)


def say(text: str) -> None:
    """Print text from papers, models and people so that it cannot drive the terminal."""
    print(terminal_safe(text))


def say_ranked(library: Library, hits: Sequence[dict[str, Any]]) -> None:
    """Print papers that were found, best first, each with its score, title and id."""
    papers = library.catalogue.get([hit["paper_id"] for hit in hits])
    for rank, hit in enumerate(hits, start=1):
        if hit["paper_id"] in papers:
            say(f"{rank:3}. {hit['score']:.3f}  {title(papers[hit['paper_id']])}  ({hit['paper_id']})")


def complain(text: str) -> None:
    """Say on standard error, on one line, what happened and what to do."""
    print(f"abstract-qa: {terminal_safe(' '.join(text.split()))}", file=sys.stderr)


_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e0fff]")


def put(body: object) -> None:
    """Print one JSON object on a line of its own, at once; what would drive a terminal is written as its number."""
    text = json.dumps(body, ensure_ascii=False)
    print(_UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text), flush=True)


def run_batch(path: str, key: str, work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Do `work` for each line of a file in its order; a line that fails becomes an error object. Return 0 or 1."""
    failed = False
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        request: dict[str, Any] = {}
        try:
            request = _request(line, number, key)
            put({"id": request.get("id")} | work(request) | {"id": request.get("id")})
        except Exception as exc:  # whatever one line meets, the rest go on
            failed = True
            known = (
                str(exc) if isinstance(exc, AbstractQAError) else f"The program failed ({type(exc).__name__}: {exc})."
            )
            put({"id": request.get("id"), "status": "error", "error": known})
    return 1 if failed else 0


def _lines(path: str) -> Iterator[str]:
    if path == "-":
        yield from sys.stdin
        return
    try:
        with Path(path).open(encoding="utf-8-sig", errors="replace") as file:
            yield from file
    except OSError as exc:
        raise UsageError(f"Cannot read {path}: {exc.strerror}.") from exc


def _request(line: str, number: int, key: str) -> dict[str, Any]:
    """Return a line's object with a text under `key`; `question` and `query` stand for each other."""
    try:
        request = json.loads(line)
    except ValueError as exc:
        raise UsageError(f"Line {number} is not JSON: {exc}.") from exc
    if not isinstance(request, dict):
        raise UsageError(f"Line {number} is not a JSON object.")
    text = request.get(key, request.get("question", request.get("query")))
    if not isinstance(text, str):
        return request | {key: _refuse(number, key, request)}
    return request | {key: text}


def _refuse(number: int, key: str, request: dict[str, Any]) -> str:
    raise UsageError(f"Line {number} has no {key!r}." + (f" It has: {', '.join(request)}." if request else ""))

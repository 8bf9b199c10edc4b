"""What the commands share: opening the library, reading a batch, printing, telling how far the work is."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.base.errors import AbstractQAError, UsageError
from rag.base.settings import from_environment, library_folder
from rag.base.text.cleaning import without_controls
from rag.library import Library, Progress


def open_library(arguments: argparse.Namespace, *, create: bool = False, **overrides: Any) -> Library:
    """Return the library that the arguments name; other commands than `add` do not make one."""
    return Library.open(arguments.library or library_folder(), from_environment(**overrides), create=create)


def tell(arguments: argparse.Namespace, body: object, text: str) -> None:
    """Print what a command found: as JSON where that is asked for, else as text."""
    if arguments.json:
        put(body)
    elif text:
        say(text)


def say(text: str) -> None:
    """Print text from papers, models and people so that it cannot drive the terminal."""
    print(without_controls(text))


def complain(text: str) -> None:
    """Say on standard error, on one line, what happened and what to do."""
    print(f"abstract-qa: {without_controls(' '.join(text.split()))}", file=sys.stderr)


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
            request = _object(line, number)
            put({"id": request.get("id")} | work(_request(request, number, key)) | {"id": request.get("id")})
        except Exception as exc:  # whatever one line meets, the rest go on
            failed = True
            known = isinstance(exc, AbstractQAError)
            said = str(exc) if known else f"The program failed ({type(exc).__name__}: {exc})."
            put({"id": request.get("id"), "status": "error", "error": said})
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


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as exc:
        raise UsageError(f"Line {number} is not JSON: {exc}.") from exc
    if not isinstance(request, dict):
        raise UsageError(f"Line {number} is not a JSON object.")
    return request


def _request(request: dict[str, Any], number: int, key: str) -> dict[str, Any]:
    """Return a line's object with a text under `key`; `question` and `query` stand for each other."""
    text = request.get(key, request.get("question", request.get("query")))
    if not isinstance(text, str):
        raise UsageError(f"Line {number} has no {key!r}." + (f" It has: {', '.join(request)}." if request else ""))
    return request | {key: text}


_QUIET = 2.0
"""Seconds of work before a progress bar appears."""


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give what shows how far the work is: on standard error, where someone watches, and only when it takes long."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, Any] = {}
    began = time.monotonic()

    def show(what: str, done: int, total: int) -> None:
        if not sys.stderr.isatty() or time.monotonic() - began < _QUIET:
            return
        if what not in tasks:
            bar.start()
            tasks[what] = bar.add_task(what, total=None)
        bar.update(tasks[what], completed=done, total=total or None)

    try:
        yield show
    finally:
        if tasks:
            bar.stop()

"""Checks of what surrounds a library: Python, packages, disk, permissions, port, token tables, the model's endpoint.

Not handled: graphics cards, memory, and what only the endpoint's owner can see.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from rag.errors import AbstractQAError, ModelFailed
from rag.page.server import HOME, PORT, is_free
from rag.settings import Settings

ROOM = 200 * 1024 * 1024
"""Bytes that should be free beside a library."""
_PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?P<bounds>[^;]*)(?P<marker>;.*)?")
_BOUND = re.compile(r"(>=|<)\s*(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do when it is not in order, and is empty when it is."""

    check: str
    ok: bool
    remedy: str = ""


def surroundings(folder: Path, settings: Settings) -> list[Check]:
    """Return every check that needs no library, in the order in which a failure would matter."""
    return [python(), packages(), writable(folder), room(folder), tokens(), model(settings), port()]


def attempt(name: str, work: Callable[[], object]) -> Check:
    """Return whether `work` can be done; its own error says what to do."""
    try:
        work()
    except AbstractQAError as exc:
        return Check(name, False, str(exc))
    return Check(name, True)


def python() -> Check:
    """Return whether this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= (3, 11)
    return Check(f"Python {found}", ok, "" if ok else "Use Python 3.11 or newer.")


def packages(pyproject: Path = _PYPROJECT) -> Check:
    """Return whether every package that is needed is there, in a version that was tested."""
    wrong = [line for requirement in _required(pyproject) if (line := _misfit(requirement))]
    remedy = "Install the locked ones with: pip install --require-hashes -r requirements.lock"
    return Check(f"packages: {'; '.join(wrong) or 'all in their versions'}", not wrong, remedy if wrong else "")


def writable(folder: Path) -> Check:
    """Return whether the library's folder and all in it can be written."""
    locked = next((path for path in (folder, *folder.rglob("*")) if not os.access(path, os.W_OK)), None)
    name = f"{folder} can be written"
    return Check(name, locked is None, f"Give yourself write permission on {locked}." if locked else "")


def room(folder: Path, least: int = ROOM) -> Check:
    """Return whether `least` bytes are free where the library lies."""
    free = shutil.disk_usage(folder).free
    remedy = "Free some disk space, or move the library and name its folder with --library."
    return Check(f"{free // 2**20:,} MiB free", free >= least, "" if free >= least else remedy)


def tokens() -> Check:
    """Return whether tokens can be counted without a network."""
    from rag.readers.tokens import tables

    ok = tables() is not None
    return Check("tokens can be counted offline", ok, "" if ok else "Install llama-index-core again.")


def model(settings: Settings) -> Check:
    """Return whether the chat endpoint answers, if one is set; where it does not, whether the older route would."""
    if not settings.has_endpoint:
        return Check("no model is set; answers are quotes", True)
    from rag.readers.endpoint import Endpoint
    from rag.readers.portrait import introduced, measure

    try:
        endpoint = Endpoint.from_settings(settings)
        measure(endpoint)
    except ModelFailed as exc:
        older = " It serves the older completion route alone: serve the model with a chat template, or set RAG_MODEL."
        return Check("the model answers", False, f"{exc}{older if endpoint.completes() else ''}")
    except AbstractQAError as exc:
        return Check("the model answers", False, str(exc))
    told = introduced(endpoint, settings)
    return Check(f"the model {endpoint.model} answers{f': {told}' if told else ''}", True)


def port(number: int = PORT) -> Check:
    """Return whether the page can have its port, or has it already."""
    if is_free(HOME, number):
        return Check(f"port {number} is free for the page", True)
    if _is_our_page(f"http://{HOME}:{number}/"):
        return Check(f"the page is open on port {number}", True)
    remedy = f"Another program has it: open the page elsewhere, such as with --port {number + 1}."
    return Check(f"port {number} is free for the page", False, remedy)


def _is_our_page(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=2) as reply:
            return b"Abstract QA" in reply.read(100_000)
    except (OSError, ValueError):
        return False


def _required(pyproject: Path) -> Iterator[re.Match[str]]:
    """Yield what is needed to run, as the package or the checkout states it."""
    if pyproject.is_file():
        stated = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["dependencies"]
    else:
        stated = requires("abstract-qa") or []
    for line in stated:
        found = _REQUIREMENT.match(line)
        if found and not found["marker"]:
            yield found


def _misfit(requirement: re.Match[str]) -> str:
    """Return what is wrong with one package; empty when nothing is."""
    name = requirement["name"]
    try:
        found = version(name)
    except PackageNotFoundError:
        return f"{name} is missing"
    numbers = _numbers(found)
    bounds = [(sign, _numbers(bound)) for sign, bound in _BOUND.findall(requirement["bounds"])]
    fits = all(numbers >= bound if sign == ">=" else numbers < bound for sign, bound in bounds)
    return "" if fits else f"{name} is {found}, not {requirement['bounds'].strip()}"


def _numbers(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text.partition("+")[0])[:3]]

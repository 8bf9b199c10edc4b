"""Without an endpoint nothing of this library opens a socket: not at import, not at start, not in a question."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLE

_OFFLINE = """
import socket, sys, traceback

def forbid(event, arguments):
    inet = event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6)
    if not inet and event != "socket.getaddrinfo":
        return
    if any(frame.name == "port" and "doctor" in frame.filename for frame in traceback.extract_stack()):
        return  # `doctor` looks whether the page's port on this machine is free, or the page's own
    raise RuntimeError(f"a socket was opened: {event} {arguments[1:]}")

sys.addaudithook(forbid)
"""


def run_offline(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process that may open no socket to a network."""
    command = [sys.executable, "-c", _OFFLINE + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_a_socket_is_noticed() -> None:
    done = run_offline("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')")
    assert "a socket was opened" in done.stderr


_COMMANDS = """
import importlib, json
from rag.__main__ import main

for module in json.loads(sys.argv[1]):
    importlib.import_module(module)
for command in json.loads(sys.argv[2]):
    code = main(command)
    assert code in (0, 2 if command[0] == "remove" else 0), (command, code)
"""


def test_importing_adding_asking_and_removing_open_no_socket(tmp_path: Path) -> None:
    modules = (
        "rag",
        "rag.library",
        "rag.page.conversation",
        "rag.present.llama_index",
        "rag.read.model",
        "rag.models.embedder.endpoint",
        "rag.serve.mcp_tools",
        "rag.serve.routes",
        "rag.intake.fetch",
        "eval.commands",
    )
    commands = [
        ["add", str(SAMPLE / "cultural-alignment.txt")],
        ["ask", "Which corpus collects Chinese value rules?"],
        ["search", "Korean social values"],
        ["remove", "2412.13602"],
        ["doctor"],
    ]
    there = ["--library", str(tmp_path)]
    done = run_offline(_COMMANDS, json.dumps(modules), json.dumps([[*command, *there] for command in commands]))
    assert "socket" not in done.stderr
    assert done.returncode == 0, done.stderr


_AT_HOME = """
import socket, sys, urllib.request

def tell(event, arguments):
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        print("went out to", host, flush=True)

sys.addaudithook(tell)
"""
_ELSEWHERE = """
socket.setdefaulttimeout(0.1)
socket.socket().connect_ex(("192.0.2.1", 9))
"""
_OPEN = """
from rag.library import Library
from rag.page.server import start
from rag.base.settings import Settings

with socket.create_server(("127.0.0.1", 0)) as probe:
    port = probe.getsockname()[1]
page, address = start(Library.open(sys.argv[1], Settings()), port=port)
for path in ("/", "/config"):
    assert urllib.request.urlopen(address + path).status == 200
page.close(verbose=False)
print("opened")
"""


@pytest.mark.parametrize(
    ("code", "said"), [(_ELSEWHERE, "went out to 192.0.2.1\n"), (_OPEN, "opened\n")], ids=["elsewhere", "the page"]
)
def test_the_page_opens_without_asking_anyone(code: str, said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _AT_HOME + code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, said), done.stderr

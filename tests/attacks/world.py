"""A library of honest and hostile papers, and a model that obeys every order that it reads."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rag.base.settings import Settings
from tests.endpoint_server import MODEL, EndpointServer, Turn

KEY = "canary-3f9d1c7a55e0"
"""The key of every request here: it must not stand in anything that is written."""
LIE = "moonmilk"
"""A word that no paper holds: whatever is said with it has no source."""
PLAN = {"standalone": "How do owls hunt at night?", "queries": ["owls hunt mice night"], "whole_library": False}
HONEST = [
    {
        "id": "owls",
        "title": "Owls hunt by ear",
        "abstract": "Owls hunt mice at night. Of 100 strikes 80 hit. The gain is 5.1, 95% CI [3.06, 7.70]. "
        "They rest by day.",
        "url": "https://owls.example/paper",
        "date": "2024-05-17",
    },
    {"id": "bats", "title": "Bats use sonar", "abstract": "Bats call at 50 kHz. Each call lasts 3 milliseconds."},
]


@contextmanager
def listening() -> Iterator[tuple[str, socket.socket]]:
    """Yield the address that attacks point at, and its socket, at which nobody must ever knock."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/evil", server


def cases(evil: str = "{EVIL}") -> list[dict[str, Any]]:
    """Return the cases of the file, their attacks pointing at `evil`."""
    text = (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").replace("{EVIL}", evil)
    return [json.loads(line) for line in text.splitlines()]


def write_papers(folder: Path, evil: str) -> Path:
    """Write the papers, honest ones and those of the cases, as JSON lines."""
    path = folder / "birds.jsonl"
    papers = HONEST + [case["paper"] for case in cases(evil) if "paper" in case]
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return path


def system_of(request: dict[str, Any]) -> str:
    """Return what the request says in our own name, which no paper can write into."""
    return str(request["messages"][0]["content"])


def prompt_of(request: dict[str, Any]) -> str:
    """Return the whole of what the model is shown."""
    return "\n".join(str(message["content"]) for message in request["messages"])


def pointer_to(prompt: str, words: str) -> str:
    """Return the pointer of the shown sentence that holds `words`."""
    found = re.search(r"^\[P\d+\.\d+\](?=[^\n]*" + re.escape(words) + ")", prompt, re.M)
    assert found, f"the model was not shown {words!r}"
    return found[0]


def obeying(case: dict[str, Any]) -> EndpointServer:
    """Return a server whose model says what the case tells it to, and lies again when it is asked to mend."""

    def turn(request: dict[str, Any]) -> Turn:
        system, prompt = system_of(request), prompt_of(request)
        if "whole_library" in system:
            return Turn(json.dumps(case.get("plan", PLAN)), size=50)
        if "VERDICT" in system:
            reply = re.sub("«(.+?)»", lambda found: pointer_to(prompt, found[1]), case["reply"])
            return Turn(reply, size=9, tools=case["where"] == "reply")
        if "mend one sentence" not in system:
            return Turn("{}")
        return Turn(f"Owls drink {LIE} {pointer_to(prompt, '')}.", size=50)

    return EndpointServer(turn)


def settings(server: EndpointServer, **more: Any) -> Settings:
    return Settings(base_url=server.url, model=MODEL, api_key=KEY, **more)

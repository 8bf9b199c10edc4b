"""A model's replies, kept by the SHA-256 of the request, and put to a prompt whose papers stand in other places.

One JSON line a reply. The same request asked again is kept again and replayed in the same order, then from the start.
The body of a streamed reply is kept as its events, neighbours that differ only in their text made one.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .questions import SetError

# ----------------------------------------------------------------------------------------------------
# A recorded reply, put to a prompt in which the papers that it points at stand in other places.
#
# So recordings outlive a change of search. Not handled: a reply that points at a paper which the new prompt lacks,
# marks for papers, and prompts whose words have changed: these have no recording.

_PAPER = re.compile(r"^P\d+ · (.*)$", re.M)
_POINTER = re.compile(r"\bP(\d+)(?=\.\d)")
_MARK = re.compile(r'"P\d+\\?"')
_AFTER = ("\nEarlier in this conversation:", "\nQuestion: ", "\nSentence to mend: ")
"""What stands behind the papers of a prompt."""


def papers(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a short hash of the title of each paper that a request shows, in order; P1 is the first."""
    return tuple(_hash(title)[:8] for title in _PAPER.findall(_said(request)[-1]))


def about(request: Mapping[str, Any]) -> str:
    """Return a hash of a request without its papers; empty where it shows none."""
    *rules, said = _said(request)
    first = _PAPER.search(said)
    ends = [end for mark in _AFTER if (end := said.find(mark)) >= 0]
    if first is None or not ends:
        return ""
    return _hash("\n".join([str(request.get("model")), *rules, said[: first.start()], said[min(ends) :]]))


def renumbered(body: str, before: Sequence[str], now: Sequence[str]) -> str | None:
    """Return `body` with the pointers into the papers `before` as pointers into `now`; None where one leads nowhere."""
    pointed = {int(number) for number in _POINTER.findall(body)}
    if _MARK.search(body) or not all(1 <= number <= len(before) and before[number - 1] in now for number in pointed):
        return None
    return _POINTER.sub(lambda found: f"P{now.index(before[int(found[1]) - 1]) + 1}", body)


def _said(request: Mapping[str, Any]) -> list[str]:
    return [str(message.get("content") or "") for message in request.get("messages") or ()] or [""]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ----------------------------------------------------------------------------------------------------

BESIDE = ("max_tokens", "return_progress")
"""Parameters of a request that change nothing of what a reply says: where it is cut, and what is told beside it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One recorded reply: the request's hash and model, and the body to send back.

    `about` and `papers` tell the request without its papers, and these, as in `renumbered`.
    """

    sha256: str
    model: str
    model_returned: str
    content_type: str
    body: str
    about: str = ""
    papers: tuple[str, ...] = ()


def request_sha256(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a request's canonical JSON, less `BESIDE`: sorted keys, no white space, UTF-8."""
    asked = {name: value for name, value in body.items() if name not in BESIDE}
    canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Recordings:
    """The replies of one file; safe to use from several threads."""

    def __init__(self, path: Path, *, must_exist: bool = False) -> None:
        if must_exist and not path.is_file():
            raise SetError(f"There is no file of recorded replies at {path}.")
        self._path, self._lock = path, threading.Lock()
        self._replies: dict[str, list[Reply]] = {}
        self._about: dict[str, list[Reply]] = {}
        self._asked: dict[str, int] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            self._keep(_reply(line, path))

    @property
    def models(self) -> set[str]:
        """The names of the models that were asked."""
        return {reply.model for replies in self._replies.values() for reply in replies}

    @property
    def models_returned(self) -> set[str]:
        """The names that the endpoint gave itself in its replies."""
        return {r.model_returned for replies in self._replies.values() for r in replies if r.model_returned}

    def add(self, request: Mapping[str, Any], content_type: str, body: str) -> None:
        """Keep one reply, in memory and on disk."""
        body = fold_events(body) if "event-stream" in content_type else body
        model, returned = str(request.get("model", "")), _model_returned(body)
        key, shown = about(request), papers(request)
        reply = Reply(request_sha256(request), model, returned, content_type, body, key, shown)
        with self._lock:
            self._keep(reply)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(reply), ensure_ascii=False) + "\n")

    def replay(self, request: Mapping[str, Any]) -> Reply | None:
        """Return the next recorded reply to this very request, else one to the same with its papers in other places.

        None when there is neither.
        """
        key = request_sha256(request)
        with self._lock:
            replies = self._replies.get(key)
            if not replies:
                return self._elsewhere(request)
            turn = self._asked.get(key, 0)
            self._asked[key] = turn + 1
            return replies[turn % len(replies)]

    def _elsewhere(self, request: Mapping[str, Any]) -> Reply | None:
        for reply in self._about.get(about(request), ()):
            if (body := renumbered(reply.body, reply.papers, papers(request))) is not None:
                return replace(reply, body=body)
        return None

    def _keep(self, reply: Reply) -> None:
        self._replies.setdefault(reply.sha256, []).append(reply)
        if reply.about:
            self._about.setdefault(reply.about, []).append(reply)


def fold_events(body: str) -> str:
    """Return a stream of chat chunks with neighbours that differ only in `delta.content` made one."""
    folded: list[Any] = []
    for event in _events(body):
        if folded and _frame(folded[-1]) == _frame(event) and _frame(event) is not None:
            folded[-1]["choices"][0]["delta"]["content"] += event["choices"][0]["delta"]["content"]
        else:
            folded.append(event)
    lines = [f"data: {e if isinstance(e, str) else json.dumps(e, ensure_ascii=False)}\n\n" for e in folded]
    return "".join(lines)


def _events(body: str) -> list[Any]:
    data = [line[5:].strip() for line in body.splitlines() if line.startswith("data:")]
    return [_json_or_text(item) for item in data]


def _json_or_text(item: str) -> Any:
    try:
        return json.loads(item)
    except json.JSONDecodeError:
        return item


def _frame(event: Any) -> Any:
    """Return a chunk without its text, or None for an event that carries none."""
    try:
        choice = event["choices"][0]
        if len(event["choices"]) != 1 or not isinstance(choice["delta"]["content"], str):
            return None
        delta = {key: value for key, value in choice["delta"].items() if key != "content"}
        return {**event, "choices": [{**choice, "delta": delta}]}
    except (KeyError, TypeError, IndexError):
        return None


def _model_returned(body: str) -> str:
    for item in [_json_or_text(body), *_events(body)]:
        if isinstance(item, dict) and isinstance(item.get("model"), str):
            return str(item["model"])
    return ""


def _reply(line: str, path: Path) -> Reply:
    try:
        found = json.loads(line)
        return Reply(**{**found, "papers": tuple(found.get("papers", ()))})
    except (json.JSONDecodeError, TypeError) as error:
        raise SetError(f"{path} is not a file of recorded replies: {error}.") from error

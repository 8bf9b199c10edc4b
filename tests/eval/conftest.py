"""Papers, questions and runs that every test of the harness can read by eye."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eval.records import RunFolder
from eval.session import Options, run_set
from rag.base.settings import Settings
from tests.eval.small_library import SmallLibrary

PAPERS: list[dict[str, Any]] = [
    {
        "title": "Glacier Reward Models",
        "abstract": "Reward models melt under repeated sampling. "
        "The glacier corpus holds 250,000 dialogues in 9 languages. "
        "Training on the corpus improves accuracy by 3.5 points over 40 baselines.",
        "date": "2024-05-01",
    },
    {
        "title": "Copper Tokenisers for Birdsong",
        "abstract": "Birdsong is cut into copper tokens. "
        "Tokenisers trained on 1,200 hours of birdsong can outperform spectrograms. "
        "The code is released.",
    },
    {
        "title": "Walking Robots in Deep Snow",
        "abstract": "Robots walk through snow with learned gaits. "
        "Falls are reduced by 60% against a controller of 2019.",
    },
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "num-1",
        "type": "numeric",
        "question": "How many dialogues does the glacier corpus hold?",
        "answerable": True,
        "gold_titles": ["Glacier Reward Models"],
        "nuggets": [
            {
                "text": "It holds 250,000 dialogues.",
                "title": "Glacier Reward Models",
                "evidence": "The glacier corpus holds 250,000 dialogues in 9 languages.",
                "any_of": ["250,?000"],
            }
        ],
        "distractor_titles": ["Copper Tokenisers for Birdsong"],
        "split": "dev",
    },
    {
        "id": "fact-1",
        "type": "fact",
        "question": "On how many hours of birdsong were the tokenisers trained?",
        "answerable": True,
        "gold_titles": ["Copper Tokenisers for Birdsong"],
        "nuggets": [
            {
                "text": "Tokenisers trained on 1,200 hours of birdsong can outperform spectrograms.",
                "title": "Copper Tokenisers for Birdsong",
                "evidence": "Tokenisers trained on 1,200 hours of birdsong can outperform spectrograms.",
                "any_of": ["1,?200"],
            }
        ],
        "split": "test",
    },
    {
        "id": "follow-1",
        "type": "followup",
        "question": "And by how much are falls reduced?",
        "history": ["How do robots walk in snow?"],
        "answerable": True,
        "gold_titles": ["Walking Robots in Deep Snow"],
        "nuggets": [
            {
                "text": "Falls are reduced by 60%.",
                "title": "Walking Robots in Deep Snow",
                "evidence": "Falls are reduced by 60% against a controller of 2019.",
                "any_of": ["60 ?%"],
            }
        ],
        "split": "dev",
    },
    {
        "id": "off-1",
        "type": "off_topic",
        "question": "What is the weather tomorrow?",
        "answerable": False,
        "gold_titles": [],
        "nuggets": [],
        "notes": "No paper speaks of weather or tomorrow.",
        "split": "test",
    },
    {
        "id": "form-1",
        "type": "instruction",
        "question": "In at most 12 words: how many languages has the glacier corpus?",
        "answerable": True,
        "gold_titles": ["Glacier Reward Models"],
        "nuggets": [
            {
                "text": "Nine languages.",
                "title": "Glacier Reward Models",
                "evidence": "The glacier corpus holds 250,000 dialogues in 9 languages.",
                "any_of": ["\\b9\\b", "nine"],
            }
        ],
        "check": "max_words=12",
        "split": "test",
    },
]


def write_lines(path: Path, items: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    return path


@pytest.fixture
def papers_file(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "papers.jsonl", PAPERS)


@pytest.fixture
def set_file(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "questions.jsonl", QUESTIONS)


@pytest.fixture
def options(tmp_path: Path, set_file: Path, papers_file: Path) -> Options:
    return Options(set_file, tmp_path / "run", (papers_file,))


@pytest.fixture
def finished(options: Options) -> RunFolder:
    """A whole run of the small set, twins and controls included."""
    return run_set(options, Settings(), SmallLibrary)


@dataclass
class Endpoint:
    """A scripted chat endpoint: `replies` are given in turn, the last one for good; requests are kept."""

    url: str = ""
    replies: list[str] = field(default_factory=lambda: ["It is 250,000."])
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@pytest.fixture
def chat_endpoint() -> Iterator[Endpoint]:
    script = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"data": [{"id": "small"}]}))

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append(request)
            script.keys.append(self.headers.get("Authorization"))
            text = script.replies[min(len(script.requests), len(script.replies)) - 1]
            if request.get("stream"):
                chunks = [*(_chunk(word) for word in text.split(" ")), _chunk("", "stop")]
                self._send("text/event-stream", "".join(f"data: {c}\n\n" for c in [*chunks, "[DONE]"]))
            else:
                message = {"role": "assistant", "content": text}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                body = {
                    "id": "1",
                    "object": "chat.completion",
                    "created": 1,
                    "model": "small-2025",
                    "choices": [choice],
                }
                self._send("application/json", json.dumps(body))

        def _send(self, content_type: str, body: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    yield script
    server.shutdown()
    server.server_close()


def _chunk(word: str, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": word}, "finish_reason": finish}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "model": "small-2025", "choices": [choice]})

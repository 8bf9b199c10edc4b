"""arXiv's API on loopback: answers questions for ids and titles in its layout of 2020 or of 2026, or misbehaves.

A real HTTP server with a record of its requests. Titles are matched as arXiv's index does: all words of the phrase, in
order, so that a longer title is found too.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class AtomPaper:
    """A paper as arXiv holds it."""

    id: str
    title: str
    summary: str = "We do a thing, and it is done. It is done well."
    authors: tuple[str, ...] = ("Ada Berg", "Ben Cho")
    published: str = "2024-01-15T09:30:00Z"
    categories: tuple[str, ...] = ("cs.CL", "cs.AI")


@dataclass(frozen=True)
class Fault:
    """What is sent in the place of an answer."""

    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    cut: bool = False
    """The answer ends in the middle."""
    promise_more: bool = False
    """The answer is shorter than its header says."""


def feed(papers: Iterable[AtomPaper], total: int, layout: int) -> str:
    """Return an answer of the API."""
    return (_feed_2020 if layout == 2020 else _feed_2026)(list(papers), total)


def _feed_2020(papers: list[AtomPaper], total: int) -> str:
    entries = "".join(
        f"""  <entry>
    <id>http://arxiv.org/abs/{p.id}v1</id>
    <updated>{p.published}</updated>
    <published>{p.published}</published>
    <title>{_wrapped(p.title)}</title>
    <summary>  {_wrapped(p.summary)}
</summary>
{"".join(f"    <author>{chr(10)}      <name>{escape(a)}</name>{chr(10)}    </author>{chr(10)}" for a in p.authors)}\
    <link href="http://arxiv.org/abs/{p.id}v1" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/{p.id}v1" rel="related" type="application/pdf"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="{p.categories[0]}" \
scheme="http://arxiv.org/schemas/atom"/>
{"".join(f'    <category term="{c}" scheme="http://arxiv.org/schemas/atom"/>{chr(10)}' for c in p.categories)}\
  </entry>
"""
        for p in papers
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <link href="http://arxiv.org/api/query" rel="self" type="application/atom+xml"/>
  <title type="html">ArXiv Query: search_query=&amp;id_list=&amp;start=0&amp;max_results=10</title>
  <id>http://arxiv.org/api/abc</id>
  <updated>2020-09-04T00:00:00-04:00</updated>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{total}</opensearch:totalResults>
{entries}</feed>
"""


def _feed_2026(papers: list[AtomPaper], total: int) -> str:
    entries = "".join(
        f"""  <entry>
    <id>http://arxiv.org/abs/{p.id}v2</id>
    <title>{escape(p.title)}</title>
    <updated>2025-12-01T00:00:00Z</updated>
    <link href="https://arxiv.org/abs/{p.id}v2" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{p.id}v2" rel="related" type="application/pdf" title="pdf"/>
    <summary>{escape(p.summary)}</summary>
    {"".join(f'<category term="{c}" scheme="http://arxiv.org/schemas/atom"/>' for c in p.categories)}
    <published>{p.published}</published>
    <arxiv:primary_category term="{p.categories[0]}"/>
    {"".join(f"<author><name>{escape(a)}</name></author>" for a in p.authors)}
  </entry>
"""
        for p in papers
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/abc</id>
  <title>arXiv Query: search_query=&amp;id_list=&amp;start=0&amp;max_results=10</title>
  <opensearch:totalResults>{total}</opensearch:totalResults>
{entries}</feed>
"""


def _wrapped(text: str) -> str:
    """Break lines as the layout of 2020 did."""
    return escape(re.sub(r"(.{30,70}?) ", r"\1\n  ", text))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


class AtomServer:
    """A running server: `with AtomServer([AtomPaper(…)]) as server`, then `server.url`; `faults` come first."""

    def __init__(self, papers: Iterable[AtomPaper] = (), *, layout: int = 2026, bad_ids: Iterable[str] = ()) -> None:
        self.papers, self.layout, self.bad_ids = list(papers), layout, set(bad_ids)
        self.faults: list[Fault] = []
        self.asked: list[dict[str, str]] = []
        self.times: list[float] = []
        self.agents: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/query"

    def __enter__(self) -> AtomServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, query: dict[str, str]) -> tuple[int, bytes]:
        if ids := query.get("id_list"):
            if self.bad_ids & set(ids.split(",")):
                return 400, b"bad id"
            found = [p for p in self.papers if p.id in ids.split(",")]
        else:
            phrase = re.fullmatch(r'ti:"([^"]*)"', query["search_query"])
            assert phrase, query
            found = [p for p in self.papers if f" {_words(phrase[1])} " in f" {_words(p.title)} "]
        found = found[: int(query["max_results"])]
        return 200, feed(found, len(found), self.layout).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.times.append(time.monotonic())
                server.agents.append(self.headers["User-Agent"])
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                server.asked.append(query)
                fault = server.faults.pop(0) if server.faults else Fault()
                server.ended.wait(fault.hang)
                status, body = server.answer(query)
                if fault.body is not None or fault.status != 200:
                    status, body = fault.status, b"busy" if fault.body is None else fault.body
                promised = len(body)
                if fault.cut or fault.promise_more:
                    body = body[: len(body) * 2 // 3]
                self.send_response(status)
                for name, value in fault.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(promised if fault.promise_more else len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

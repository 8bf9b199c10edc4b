"""The routes beside the page: `/ask` and `/search` as plain JSON, OpenAI's protocol, and what describes them.

    GET or POST /ask      {"question", "history"?: [earlier questions], "k"?, "since"?, "until"?, "page"?}
    GET or POST /search   {"query", "k"?}
    GET /docs, /openapi.json

A field that is none of these is refused by its name. What comes back is what `ask --json` and `search --json` write.
Where the page has a password, a program sends it as `Authorization: Bearer NAME:PASSWORD` (OpenAI's clients: as the
key). `/docs` needs none: it tells nothing of the library.
"""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.security import HTTPBearer
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from rag.serve import chat_completions
from rag.serve.chat_completions import Bounds, ChatSessions
from rag.serve.failures import Closed, Limited, handle
from rag.serve.login import Gate, address_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.library import Library

_SCHEME = HTTPBearer(auto_error=False, description="NAME:PASSWORD, as given to --auth")
_OURS = ("/ask", "/search", "/docs", "/openapi.json")


class AskRequest(Bounds, Closed):
    """A question."""

    question: str
    history: list[str] = Field([], description="earlier questions of the conversation, oldest first")


class SearchRequest(Closed):
    """A query."""

    query: str
    k: int = Field(10, ge=1, le=400, description="papers to list")


class Beside:
    """An ASGI layer that answers the routes of this module, and leaves every other to the page."""

    def __init__(self, page: ASGIApp, library: Library, gate: Gate) -> None:
        self._page, self._api = page, Limited(api(library, gate))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_ours = scope["type"] == "http" and (path in _OURS or path == "/v1" or path.startswith("/v1/"))
        await (self._api if is_ours else self._page)(scope, receive, send)


def api(library: Library, gate: Gate) -> FastAPI:
    """Return the application that answers these routes."""
    app = FastAPI(title="Abstract QA", version="1", description=__doc__ or "", docs_url=None, redoc_url=None)
    handle(app)
    conversations, guard = ChatSessions(library), [Depends(_guard(gate))]
    app.include_router(chat_completions.routes(conversations), dependencies=guard)

    @app.post(
        "/ask",
        summary="Answer a question, with cited sentences",
        dependencies=guard,
        operation_id="ask_by_body_ask_post",
    )
    async def ask(request: AskRequest) -> dict[str, Any]:
        return (await conversations.ask([*request.history, request.question], request)).to_dict()

    @app.get("/ask", summary="The same, with the question in the address", dependencies=guard)
    async def ask_by_address(request: Annotated[AskRequest, Query()]) -> dict[str, Any]:
        return await ask(request)

    @app.post(
        "/search",
        summary="List the papers nearest to a query",
        dependencies=guard,
        operation_id="search_by_body_search_post",
    )
    async def search(request: SearchRequest) -> dict[str, Any]:
        hits = await run_in_threadpool(library.search, request.query, request.k)
        return {"id": None, "query": request.query, "results": [asdict(hit) for hit in hits]}

    @app.get("/search", summary="The same, with the query in the address", dependencies=guard)
    async def search_by_address(request: Annotated[SearchRequest, Query()]) -> dict[str, Any]:
        return await search(request)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(_docs(app.openapi()))

    return app


def _guard(gate: Gate) -> Any:
    """Return what lets a request through that brings the token, and tells of it in the description."""

    async def check(request: Request, _: Annotated[Any, Depends(_SCHEME)]) -> None:
        gate.check(request.headers.get("authorization"), address_of(request.scope))

    return check


def _docs(schema: dict[str, Any]) -> str:
    """Return a page that lists the routes; the usual ones load their scripts from elsewhere."""
    rows = "".join(
        f"<tr><td><code>{method.upper()} {escape(path)}</code></td><td>{escape(told.get('summary', ''))}</td></tr>"
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Abstract QA for programs</title>"
        f"<h1>Abstract QA for programs</h1><pre>{escape(schema['info']['description'])}</pre><table>{rows}</table>"
        '<p>In full: <a href="openapi.json">openapi.json</a></p></html>'
    )

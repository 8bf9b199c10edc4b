"""`mcp`: the library for agents, over standard input and output, or over HTTP."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.base.errors import AbstractQAError
from rag.commands.console import complain, open_library
from rag.library import Library
from rag.page.server import checked_login, checked_port

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def run(arguments: argparse.Namespace) -> int:
    """Serve until the client goes; only a library that may be written to is made when missing.

    One that is not there is no reason to end: whoever starts this is a program, and what to do is told in its answers.
    """
    login = None
    if arguments.http:
        login = checked_login(arguments.host, arguments.auth)
        checked_port(arguments.host, arguments.port)
    with _opened(arguments) as opened:
        from rag.serve.mcp_tools import server

        mcp = server(opened, writable=arguments.writable)
        if not arguments.http:
            mcp.run("stdio")
            return 0
        from mcp.server.transport_security import TransportSecuritySettings

        hosts = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # by OnlyThisMachine, or the token
        _serve(mcp.streamable_http_app(host=arguments.host, transport_security=hosts), login, arguments)
    return 0


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[Callable[[], Library]]:
    """Give what returns the library, opened as soon as it can be; until then it raises what is amiss."""
    guard, held = threading.Lock(), list[Library]()

    def opened() -> Library:
        with guard:
            if not held:
                held.append(open_library(arguments, create=arguments.writable))
            return held[0]

    try:
        opened()
    except AbstractQAError as exc:
        complain(f"{exc} Until then the tools answer with this line.")
    try:
        yield opened
    finally:
        for library in held:
            library.close()


def _serve(app: ASGIApp, login: tuple[str, str] | None, arguments: argparse.Namespace) -> None:
    import uvicorn

    from rag.page.other_sites import OnlyThisMachine
    from rag.serve.login import OnlyWithToken

    guarded = OnlyWithToken(app, login) if login else OnlyThisMachine(app)  # type: ignore[arg-type]
    address = f"http://{arguments.host}:{arguments.port}/mcp"
    print(f"MCP over HTTP on {address} (Ctrl+C stops it)", file=sys.stderr, flush=True)
    uvicorn.run(guarded, host=arguments.host, port=arguments.port, log_level="warning")

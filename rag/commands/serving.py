"""`serve` and `mcp`: the chat page for people, and the library for agents; on this machine, or behind a password."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from rag.commands.console import open_library, tell
from rag.intake import SAMPLE
from rag.page.server import OnlyThisMachine, checked_login, checked_port, spare_memory, start, warm_up

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def serve(arguments: argparse.Namespace) -> int:
    """Open the page and wait; a new library gets the sample pages, so that there is something to ask."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the first process of a container is deaf to it else
    spare_memory()
    checked_login(arguments.host, arguments.auth)
    checked_port(arguments.host, arguments.port)
    with open_library(arguments, create=True) as library:
        if not len(library) and library.catalogue.meta("latest") is None:  # nothing was ever added
            print("First start: adding the three sample pages …", file=sys.stderr)
            library.add(SAMPLE)
        with contextlib.suppress(KeyboardInterrupt):
            warm_up(library)
            page, address = start(library, host=arguments.host, port=arguments.port, auth=arguments.auth)
            tell(arguments, {"address": address}, f"Abstract QA is open on {address} (Ctrl+C stops it)")
            sys.stdout.flush()
            with contextlib.redirect_stdout(sys.stderr):  # Gradio's word on the end is no result
                page.block_thread()
    sys.stdout.flush()
    # Answers that are still being read end here: a thread of native code does not outlive the interpreter's own end.
    os._exit(0)


def mcp(arguments: argparse.Namespace) -> int:
    """Serve until the client goes; only a library that may be written to is made when missing."""
    login = None
    if arguments.http:
        login = checked_login(arguments.host, arguments.auth)
        checked_port(arguments.host, arguments.port)
    with open_library(arguments, create=arguments.writable) as library:
        from rag.serve.mcp_tools import server

        tools = server(library, writable=arguments.writable)
        if not arguments.http:
            tools.run("stdio")
            return 0
        from mcp.server.transport_security import TransportSecuritySettings

        hosts = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # by OnlyThisMachine, or the token
        _over_http(tools.streamable_http_app(host=arguments.host, transport_security=hosts), login, arguments)
    return 0


def _over_http(app: ASGIApp, login: tuple[str, str] | None, arguments: argparse.Namespace) -> None:
    import uvicorn

    from rag.serve.login import OnlyWithToken

    guarded = OnlyWithToken(app, login) if login else OnlyThisMachine(app)
    address = f"http://{arguments.host}:{arguments.port}/mcp"
    print(f"MCP over HTTP on {address} (Ctrl+C stops it)", file=sys.stderr, flush=True)
    uvicorn.run(guarded, host=arguments.host, port=arguments.port, log_level="warning")

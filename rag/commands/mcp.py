"""`mcp`: the library for agents, over standard input and output, or over HTTP."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rag.commands.console import open_library
from rag.page.server import checked_login, checked_port

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def run(arguments: argparse.Namespace) -> int:
    """Serve until the client goes; only a library that may be written to is made when missing."""
    login = None
    if arguments.http:
        login = checked_login(arguments.host, arguments.auth)
        checked_port(arguments.host, arguments.port)
    with open_library(arguments, create=arguments.writable) as library:
        from rag.serve.mcp_tools import server

        mcp = server(library, writable=arguments.writable)
        if not arguments.http:
            mcp.run("stdio")
            return 0
        from mcp.server.transport_security import TransportSecuritySettings

        hosts = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # by OnlyThisMachine, or the token
        _serve(mcp.streamable_http_app(host=arguments.host, transport_security=hosts), login, arguments)
    return 0


def _serve(app: ASGIApp, login: tuple[str, str] | None, arguments: argparse.Namespace) -> None:
    import uvicorn

    from rag.page.other_sites import OnlyThisMachine
    from rag.serve.login import OnlyWithToken

    guarded = OnlyWithToken(app, login) if login else OnlyThisMachine(app)  # type: ignore[arg-type]
    address = f"http://{arguments.host}:{arguments.port}/mcp"
    print(f"MCP over HTTP on {address} (Ctrl+C stops it)", file=sys.stderr, flush=True)
    uvicorn.run(guarded, host=arguments.host, port=arguments.port, log_level="warning")

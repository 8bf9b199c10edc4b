"""Starting the page: where it listens, who may come in and which sites may not, and what is said when it cannot."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from rag.base.errors import AbstractQAError, UsageError, WorkFailed

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from rag.library import Library


LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
HOME = "127.0.0.1"
PORT = 7860
UPLOAD_LIMIT = "20mb"
_HEAPS = 2
"""Heaps of the page's process; glibc would give it eight a core. `python -m tests.page.soak` tells its memory."""
_M_ARENA_MAX = -8
"""The number by which `mallopt` knows the bound of heaps (malloc.h)."""
_THREADS = 64
"""Requests that may be worked on at once."""

_SLOWER = (
    "After five wrong passwords, wait before each further try, up to five minutes: until then the button does nothing."
)
"""Said where the password is asked for, since Gradio's form says nothing of its own when a try comes too early."""

_FEW = 2_000
"""Papers up to which the overview is made before anyone asks for it."""
_CONVERSATIONS = 64
"""Conversations kept at once; the one that was not used for longest makes room."""


def start(library: Library, *, host: str = HOME, port: int = PORT, auth: str | None = None) -> tuple[Any, str]:
    """Open the page without waiting; return Gradio's Blocks, whose `block_thread()` waits, and the page's address.

    `auth` is `NAME:PASSWORD`.
    UsageError when it would listen to others without a password; WorkFailed, naming a free port, when `port` is taken.
    """
    login = checked_login(host, auth)
    checked_port(host, port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    _spare_the_proxy(host)
    from rag.page.layout import build, head
    from rag.page.theme import theme
    from rag.serve.login import Gate, PageLogin
    from rag.serve.routes import Beside

    gate = Gate(login)
    layers: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [(Beside, (library, gate), {})]
    layers.insert(0, (PageLogin, (gate.tries,), {}) if login else (OnlyThisMachine, (), {}))

    page = build(library)
    page.queue(default_concurrency_limit=None, max_size=256)
    page.launch(
        server_name=host,
        server_port=port,
        auth=login,
        auth_message=_SLOWER,
        theme=theme(),
        head=head(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        max_file_size=UPLOAD_LIMIT,
        max_threads=_THREADS,
        share=False,
        state_session_capacity=_CONVERSATIONS,
        quiet=True,
        show_error=False,
        ssr_mode=False,
        prevent_thread_lock=True,
        app_kwargs={"middleware": layers},
        _frontend=False,  # else it gives up where its own first page takes three seconds, as on a busy machine
    )
    return page, f"http://{host}:{port}"


def spare_memory() -> None:
    """Have the threads of this process share few heaps: by glibc's default each keeps what it once needed for itself.

    To be called before there are threads. Elsewhere than with glibc there is nothing to do.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def warm_up(library: Library) -> None:
    """Load, in a thread beside, what the first questions need, so that nobody waits for it.

    The questions are those that the page offers: each kind of them has parts of its own.
    """
    from rag.page.welcome import example_questions

    def ask() -> None:
        with contextlib.suppress(AbstractQAError):
            for question in ("How well does it work?", *example_questions(library.papers())):
                library.ask(question, settings=replace(library.settings, extractive=True))
            if len(library) <= _FEW:
                library.digest()

    threading.Thread(target=ask, daemon=True, name="warm-up").start()


def checked_login(host: str, auth: str | None) -> tuple[str, str] | None:
    """Return name and password; UsageError when they are missing though others could come in, or ill-formed."""
    if auth is None:
        if host in LOCAL:
            return None
        raise UsageError(
            f"Listening on {host} opens the library to everyone who can reach this machine. "
            "Add --auth NAME:PASSWORD, or leave --host away to listen on this machine alone."
        )
    name, colon, password = auth.partition(":")
    if not (colon and name and password):
        raise UsageError("--auth takes NAME:PASSWORD, with a colon between the two and neither of them empty.")
    return name, password


def checked_port(host: str, port: int) -> None:
    """WorkFailed, naming the next free port, when `port` is taken; UsageError when it is none."""
    if not 1 <= port <= 65535:
        raise UsageError(f"--port takes a number between 1 and 65535, not {port}.")
    if is_free(host, port):
        return
    following = next((p for p in range(port + 1, min(port + 100, 65536)) if is_free(host, p)), None)
    advice = f"Port {following} is free: add --port {following}." if following else "Choose another with --port."
    raise WorkFailed(f"Port {port} is taken by another program. {advice}")


def _spare_the_proxy(host: str) -> None:
    """Keep a proxy of the environment out of calls to this machine: Gradio asks its own server whether it is up."""
    for name in ("NO_PROXY", "no_proxy"):
        spared = [part for part in os.environ.get(name, "").split(",") if part]
        os.environ[name] = ",".join(dict.fromkeys([*spared, *sorted(LOCAL), host]))


def is_free(host: str, port: int) -> bool:
    """Tell whether nobody listens on `port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


# ----------------------------------------------------------------------------------------------------
# Other sites are kept out of a page that listens on this machine alone and asks for no password.
#
# A site that a person visits can send requests to this machine, or have its own name lead here (DNS rebinding). Both
# are told by the names that a browser sends along. Not handled: other programs of this machine.

_REFUSAL = "This page answers to this machine alone. To let others in, start it with --auth NAME:PASSWORD."


class OnlyThisMachine:
    """An ASGI layer that answers 403 to every request that names another host, or comes from the page of another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or all(map(_is_local, _named(scope))):
            await self._app(scope, receive, send)
            return
        await PlainTextResponse(_REFUSAL, 403)(scope, receive, send)


def _named(scope: Scope) -> list[str]:
    """Return the addresses that a request names: where it goes, and the page that sends it."""
    headers = Headers(scope=scope)
    return [*(f"//{host}" for host in headers.getlist("host")), *headers.getlist("origin")]


def _is_local(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOCAL
    except ValueError:
        return False

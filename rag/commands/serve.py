"""`serve`: the chat page of a library, on this machine alone or behind a password."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from typing import Any

from rag.commands.console import open_library, put, say
from rag.intake import SAMPLE
from rag.library import Library
from rag.page.server import checked_login, checked_port, spare_memory, start, warm_up


def run(arguments: argparse.Namespace) -> int:
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
            page = _opened(library, arguments)
            with contextlib.redirect_stdout(sys.stderr):  # Gradio's word on the end is no result
                page.block_thread()
    sys.stdout.flush()
    # Answers that are still being read end here: a thread of native code does not outlive the interpreter's own end.
    os._exit(0)


def _opened(library: Library, arguments: argparse.Namespace) -> Any:
    """Return the page, open, its address told."""
    warm_up(library)
    page, address = start(library, host=arguments.host, port=arguments.port, auth=arguments.auth)
    if arguments.json:
        put({"address": address})
    else:
        say(f"Abstract QA is open on {address} (Ctrl+C stops it)")
        sys.stdout.flush()
    return page

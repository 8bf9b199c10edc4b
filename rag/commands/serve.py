"""`serve`: the chat page of a library, on this machine alone or behind a password."""

from __future__ import annotations

import argparse
import sys

from rag.commands.console import open_library, put, say
from rag.intake import SAMPLE
from rag.page.server import checked_login, checked_port, start, warm_up


def run(arguments: argparse.Namespace) -> int:
    """Open the page and wait; a new library gets the sample pages, so that there is something to ask."""
    checked_login(arguments.host, arguments.auth)
    checked_port(arguments.host, arguments.port)
    with open_library(arguments, create=True) as library:
        if not len(library) and library.catalogue.meta("latest") is None:  # nothing was ever added
            print("First start: adding the three sample pages …", file=sys.stderr)
            library.add(SAMPLE)
        warm_up(library)
        page, address = start(library, host=arguments.host, port=arguments.port, auth=arguments.auth)
        if arguments.json:
            put({"address": address})
        else:
            say(f"Abstract QA is open on {address} (Ctrl+C stops it)")
            sys.stdout.flush()
        page.block_thread()
    return 0

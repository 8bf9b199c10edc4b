"""`doctor`: check the library and the set-up."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.commands.console import open_library, put, say
from rag.doctor import examine


def run(arguments: argparse.Namespace) -> int:
    """Print every check; fails when one of them does."""
    with open_library(arguments) as library:
        if arguments.repair:
            library.rebuild()
        checks = examine(library)
    if arguments.json:
        put([asdict(check) for check in checks])
    else:
        for check in checks:
            say(f"{'ok  ' if check.ok else 'FAIL'} {check.check}" + (f": {check.remedy}" if check.remedy else ""))
    return 0 if all(check.ok for check in checks) else 1

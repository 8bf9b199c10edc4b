"""`doctor`: check the library and the set-up."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from rag.base.errors import WorkFailed
from rag.base.settings import from_environment, library_folder
from rag.commands.console import open_library, put, say
from rag.doctor import Check, examine, repair, surroundings


def run(arguments: argparse.Namespace) -> int:
    """Print every check; fails when one of them does. A library that cannot be opened is a failing check."""
    folder, settings = Path(arguments.library or library_folder()).expanduser(), from_environment()
    try:
        if arguments.repair:
            print(repair(folder, settings), file=sys.stderr)
        with open_library(arguments) as library:
            checks = examine(library)
    except WorkFailed as exc:
        checks = [Check("the library can be opened and used", False, str(exc))]
    checks = [*surroundings(folder, settings), *checks]
    if arguments.json:
        put([asdict(check) for check in checks])
    else:
        for check in checks:
            say(f"{'ok  ' if check.ok else 'FAIL'} {check.check}" + (f": {check.remedy}" if check.remedy else ""))
    return 0 if all(check.ok for check in checks) else 1

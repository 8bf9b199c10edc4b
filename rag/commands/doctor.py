"""`doctor`: check the library and the set-up."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from rag.base.errors import AbstractQAError, UsageError
from rag.base.settings import Settings, from_environment, library_folder
from rag.commands.console import put, say
from rag.doctor import Check, examine, repair, surroundings
from rag.library import Library


def doctor(arguments: argparse.Namespace) -> int:
    """Print every check; fails when one of them does.

    Settings that cannot be read, and a library that is not there or cannot be opened, are failing checks too: the
    others are made all the same. Their errors say whether it was wrong use.
    """
    folder = Path(arguments.library or library_folder()).expanduser()
    settings, unreadable = _settings()
    inside, wrong = _inside(folder, settings or Settings(), repairing=arguments.repair)
    checks = [*unreadable, *surroundings(folder, settings), *inside]
    if arguments.json:
        put([asdict(check) for check in checks])
    else:
        for check in checks:
            say(f"{'ok  ' if check.ok else 'FAIL'} {check.check}" + (f": {check.remedy}" if check.remedy else ""))
    if wrong or unreadable:
        return UsageError.exit_code
    return 0 if all(check.ok for check in checks) else 1


def _settings() -> tuple[Settings | None, list[Check]]:
    try:
        return from_environment(), []
    except UsageError as exc:
        return None, [Check("the settings can be read", False, str(exc))]


def _inside(folder: Path, settings: Settings, *, repairing: bool) -> tuple[list[Check], bool]:
    """Return the checks of the library, repaired first where that is asked for, and whether there is none."""
    try:
        if repairing:
            print(repair(folder, settings), file=sys.stderr)
        with Library.open(folder, settings, create=False) as library:
            return examine(library), False
    except AbstractQAError as exc:
        failed = Check("the library can be opened and used", False, str(exc))
        return [failed], isinstance(exc, UsageError)

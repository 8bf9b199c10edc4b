"""The command line: `python -m rag`, installed as `abstract-qa`.

Results go to standard output, all else to standard error. Exit codes: 0 done, 1 the work failed, 2 wrong use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rag.base.errors import AbstractQAError
from rag.commands.arguments import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = parse(argv)
    try:
        from importlib import import_module

        module = import_module(f"rag.commands.{arguments.module}")
        code: int = getattr(module, arguments.command)(arguments)
        sys.stdout.flush()
    except AbstractQAError as exc:
        return _report(str(exc), exc.exit_code, as_json=arguments.json)
    except KeyboardInterrupt:
        return _report("Stopped. What was finished is kept; run the same command again to go on.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter complains at exit
        return 0
    except Exception as exc:
        if arguments.debug:
            raise
        said = f"{type(exc).__name__}: {exc}".splitlines()[0]
        return _report(f"The program failed ({said}). Run again with --debug to see where.", 1, as_json=arguments.json)
    return code


def _report(message: str, code: int, *, as_json: bool = False) -> int:
    """Say what happened in one line on standard error, and with --json as an object too; return the exit code."""
    from rag.commands.console import complain, put

    if as_json:
        put({"status": "error", "error": message})
    complain(message)
    return code


if __name__ == "__main__":
    sys.exit(main())

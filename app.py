"""Opens the chat page: `python app.py`. On first start the sample pages are added."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rag.errors import AbstractQAError
from rag.library import Library
from rag.settings import from_environment, library_folder

SAMPLE = Path(__file__).parent / "rag" / "sample"


def main(argv: list[str] | None = None) -> int:
    """Open the library and the page; return the exit code."""
    parser = argparse.ArgumentParser(prog="python app.py", description="Open the chat page on this machine.")
    parser.add_argument(
        "--library", metavar="DIR", help="the library's folder (default: RAG_LIBRARY, else your data folder)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine alone)")
    parser.add_argument("--port", type=int, default=7860, help="the port (default 7860)")
    parser.add_argument("--auth", metavar="NAME:PASSWORD", help="needed to listen on anything but this machine")
    arguments = parser.parse_args(argv)
    from rag.page.server import checked_login, checked_port, start, warm_up

    try:
        checked_login(arguments.host, arguments.auth)
        checked_port(arguments.host, arguments.port)
        with Library.open(arguments.library or library_folder(), from_environment()) as library:
            if not len(library):
                print("First start: adding the three sample pages …", file=sys.stderr)
                library.add(sorted(SAMPLE.glob("*.txt")))
            page, address = start(library, host=arguments.host, port=arguments.port, auth=arguments.auth)
            warm_up(library)
            print(f"Abstract QA is open on {address} (Ctrl+C stops it)", flush=True)
            page.block_thread()
    except AbstractQAError as exc:
        print(f"app.py: {exc}", file=sys.stderr)
        return exc.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A process to be killed: adds pages one by one and says which `add` has returned."""

from __future__ import annotations

import sys
from pathlib import Path

from rag.base.settings import Settings
from rag.library import Library


def main(folder: str, *pages: str) -> None:
    """Add the pages to the library in `folder`."""
    with Library.open(folder, Settings()) as library:
        library.embedder().embed_query("loaded before the clock starts")
        print("ready", flush=True)
        for page in pages:
            library.add(Path(page))
            print(page, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

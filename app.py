"""Opens the chat page from the checkout: `python app.py`, the same as `python -m rag serve`."""

from __future__ import annotations

import sys

from rag.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))

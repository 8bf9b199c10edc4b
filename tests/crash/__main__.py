"""`python -m tests.crash`: kill -9 at 50 random moments of adding 2,000 papers; takes some minutes."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.crash.kills import kill_at_random
from tests.crash.pages import write_pages


def main() -> None:
    """Run, and print one line on what held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--papers", type=int, default=2000)
    parser.add_argument("--each", type=int, default=100, help="papers of one page, which one `add` acknowledges")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        pages = write_pages(Path(work) / "pages", options.papers, options.each)
        tally = kill_at_random(Path(work), pages, options.kills, options.seed, print)
    print(
        f"{tally.kills} kills while {options.papers:,} papers were added: each of {tally.acknowledged} acknowledged "
        f"pages was found after every later one, and the same adds completed {tally.libraries} libraries."
    )


if __name__ == "__main__":
    main()

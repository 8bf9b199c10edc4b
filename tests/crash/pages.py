"""Made-up papers that any number of processes can make again, word for word."""

from __future__ import annotations

import json
import random
from pathlib import Path

_FIRST = ["river", "stone", "winter", "copper", "silent", "market", "engine", "velvet", "harbour", "orchard", "paper"]
_SECOND = ["counts", "measures", "moves", "sorts", "weighs", "paints", "finds", "crosses", "bends", "holds", "feeds"]
_THIRD = ["otters", "bridges", "violins", "ladders", "clouds", "maps", "kettles", "comets", "hinges", "sails", "mills"]


def paper(number: int) -> dict[str, str]:
    """Return a paper of about forty words whose title names it alone."""
    rng = random.Random(number)
    sentences = [
        f"{rng.choice(_FIRST)} {rng.choice(_SECOND)} {rng.choice(_THIRD)} {rng.randrange(99)} times" for _ in "abcd"
    ]
    return {
        "id": f"p{number}",
        "title": f"Study no{number} of {rng.choice(_THIRD)}",
        "abstract": ". ".join(sentences) + ".",
    }


def write_page(path: Path, numbers: range) -> Path:
    """Write the papers of these numbers as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(paper(n)) + "\n" for n in numbers), encoding="utf-8")
    return path


def write_pages(folder: Path, papers: int, each: int) -> list[Path]:
    """Write so many papers on pages of `each`."""
    starts = range(0, papers, each)
    return [write_page(folder / f"page-{n:05}.jsonl", range(n, min(n + each, papers))) for n in starts]


def ids_of(page: Path) -> set[str]:
    """Return the ids of the papers on a page."""
    return {json.loads(line)["id"] for line in page.read_text(encoding="utf-8").splitlines()}

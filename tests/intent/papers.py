"""A small catalogue of made-up papers on bees, for questions about a library as a whole."""

from __future__ import annotations

import json
from pathlib import Path

PAPERS = {
    "spring": [
        {"id": "hum", "title": "HumNet: A Benchmark of Hives", "date": "2024-05-02", "authors": ["Ada Oak", "Bo Elm"]},
        {"id": "wax", "title": "WaxSense: Weighing Combs", "date": "2025-01-10", "authors": ["Cy Ash"]},
        {"id": "old", "title": "Swarms of Old", "date": "2019", "authors": ["Ada Oak", "Di Fir", "Ed Yew"]},
    ],
    "summer": [
        {"id": "nec", "title": "Nectar and Dew", "authors": ["Di Fir", "Flo Bay", "Gus Fig", "Hal Gum"]},
        {"id": "mite", "title": "Mites in Winter", "date": "2025-01-10", "upvotes": 7},
        {"id": "wax", "title": "WaxSense: Weighing Combs", "date": "2025-01-10", "authors": ["Cy Ash"]},
    ],
}
ABSTRACTS = {
    "hum": "We record hives in four valleys. The HumNet benchmark holds 300 hours of sound.",
    "wax": "A scale below the comb tells the weight of honey. We weigh 12 combs with load cells.",
    "old": "Old books tell of swarms. We read 40 of them.",
    "nec": "Nectar differs from dew. Bees prefer nectar in 9 of 10 trials.",
    "mite": "Mites live through winter on 3% of bees. Load cells do not find them.",
}
ORGANISATIONS = {"nec": "Meadow Lab"}


def write_pages(folder: Path) -> list[Path]:
    """Write the two pages and return their paths."""
    paths = []
    for page, papers in PAPERS.items():
        lines = []
        for paper in papers:
            name = str(paper["id"])
            more = {"organisation": ORGANISATIONS[name]} if name in ORGANISATIONS else {}
            lines.append(json.dumps({**paper, "abstract": ABSTRACTS[name], **more}) + "\n")
        paths.append(folder / f"{page}-bees.jsonl")
        paths[-1].write_text("".join(lines), encoding="utf-8")
    return paths

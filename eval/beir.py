"""Search measured on a folder in BEIR's layout: `corpus.jsonl`, `queries.jsonl`, `qrels/*.tsv`, each also gzipped.

Means are over all queries that have a relevant document; one whose search finds nothing counts as 0.
Not handled: judgements below zero.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rag.base.settings import Settings

from .intervals import Figure, Part, figure
from .libraries import Libraries, OpenLibrary
from .metrics import ndcg_at, recall_at, strict_order
from .questions import SetError
from .written_set import read_lines

DEPTH = 100
Qrels = dict[str, dict[str, float]]


class Result(NamedTuple):
    """The figures over the folder's queries, and how many of the corpus's documents the library does not hold."""

    figures: dict[str, Figure]
    documents: int
    not_held: int


def measure(folder: Path, open_library: OpenLibrary, settings: Settings, on_done: Callable[[int, int], None]) -> Result:
    """Add the corpus to a library that is deleted afterwards, run every query, and return the figures."""
    queries, qrels = read_queries(folder), read_qrels(folder)
    asked = {name: queries[name] for name, grades in qrels.items() if name in queries and max(grades.values()) > 0}
    if not asked:
        raise SetError(f"{folder}: no query has a relevant document.")
    ranked = {}
    with tempfile.TemporaryDirectory(prefix="abstract-qa-beir-") as work:
        corpus = Path(work) / "corpus.jsonl"
        documents = _write_corpus(folder, corpus)
        with Libraries((corpus,), settings, open_library) as libraries:
            held = {paper.paper_id for paper in libraries.papers}
            for done, (name, text) in enumerate(asked.items(), 1):
                hits = libraries.base.search(text, k=DEPTH)
                ranked[name] = strict_order((hit.paper_id, hit.score) for hit in hits)
                on_done(done, len(asked))
    return Result(figures(ranked, qrels), len(documents), len(documents - held))


def figures(ranked: Mapping[str, Sequence[str]], qrels: Qrels) -> dict[str, Figure]:
    """Return nDCG@10, recall@10 and recall@100 over the ranked queries."""
    scores: dict[str, list[Part]] = {"ndcg@10": [], "recall@10": [], "recall@100": []}
    for name, found in ranked.items():
        relevant = {doc for doc, grade in qrels[name].items() if grade > 0}
        scores["ndcg@10"].append((ndcg_at(found, qrels[name], 10), 1.0))
        scores["recall@10"].append((recall_at(found, relevant, 10), 1.0))
        scores["recall@100"].append((recall_at(found, relevant, 100), 1.0))
    return {name: figure(parts) for name, parts in scores.items()}


def below_floor(found: Mapping[str, Figure], floors: Mapping[str, float]) -> list[str]:
    """Return a line for each figure under its floor; SetError for a floor on a figure that is not measured."""
    if unknown := sorted(floors.keys() - found.keys()):
        raise SetError(f"There is no figure {', '.join(unknown)}; a floor can be set on {', '.join(found)}.")
    return [f"{m} is {found[m].value:.4f}, below {floor}" for m, floor in floors.items() if found[m].value < floor]


def read_queries(folder: Path) -> dict[str, str]:
    """Return the queries' texts by id."""
    return {str(item["_id"]): str(item["text"]) for item in _jsonl(folder, "queries.jsonl")}


def read_qrels(folder: Path) -> Qrels:
    """Return grade by document by query, of all `qrels/*.tsv` together."""
    qrels: Qrels = {}
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise SetError(f"{folder} is not in BEIR's layout: it has no qrels/*.tsv.")
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t"):
                if len(row) >= 3 and _is_number(row[2]):
                    qrels.setdefault(row[0], {})[row[1]] = float(row[2])
    return qrels


def _write_corpus(folder: Path, path: Path) -> set[str]:
    """Write the corpus as `add` takes it; return the ids of its documents."""
    documents = set()
    with path.open("w", encoding="utf-8") as file:
        for item in _jsonl(folder, "corpus.jsonl"):
            documents.add(str(item["_id"]))
            record = {"id": str(item["_id"]), "title": item.get("title") or "", "abstract": item.get("text") or ""}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return documents


def _jsonl(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.exists():
            return read_lines(path)
    raise SetError(f"{folder} is not in BEIR's layout: it has no {name}.")


def _is_number(text: str) -> bool:
    return text.strip().lstrip("-").replace(".", "", 1).isdigit()

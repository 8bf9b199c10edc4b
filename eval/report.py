"""One run as a page that needs nothing else, and as Markdown.

Text from papers and questions is escaped wherever it stands. Not handled: comparing runs; that is `eval compare`.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from . import controls, judge, plots, sections
from .aggregate import Scored, score_records, score_run
from .answers import by_title
from .damage import detection_table
from .records import RunFolder
from .tables import Table, number, to_html, to_markdown

TEMPLATE = Path(__file__).with_name("report.html")


def write_report(folder: RunFolder, split: str | None = None) -> tuple[Path, Path]:
    """Write `report.html` and `report.md` into the run's folder and return their paths; nothing is asked."""
    manifest = folder.manifest()
    parts = build(folder, split)
    lead = _lead(manifest, split)
    page = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=html.escape(_title(manifest)),
        lead=html.escape(lead),
        body="\n".join(to_html(table, plot) for table, plot in parts),
        manifest=html.escape(json.dumps(manifest, indent=1, ensure_ascii=False)),
    )
    text = "\n".join([f"# {_title(manifest)}", "", lead, "", *(to_markdown(table) for table, _ in parts)])
    paths = (folder.path / "report.html", folder.path / "report.md")
    for path, content in zip(paths, (page, text), strict=True):
        path.write_text(content, encoding="utf-8")
    return paths


def build(folder: RunFolder, split: str | None = None) -> list[tuple[Table, str]]:
    """Return the report's tables in order, each with its plot or an empty string."""
    scored = score_run(folder, split)
    everyone = {"run": scored, **score_controls(folder, split)}
    papers = by_title(folder.papers())
    questions = list(scored.questions.values())
    parts = [
        (sections.figures(scored), plots.figures(scored)),
        (sections.counts(scored), ""),
        (sections.by_type(scored), ""),
        (sections.statuses(scored), plots.statuses(scored)),
        (sections.controls(everyone), ""),
        (sections.order(controls.placings(everyone)), ""),
    ]
    for manner, quoting in (("quote", True), ("retell", False)):
        rows = detection_table(questions, papers, quoting=quoting)
        parts.append((sections.damage(rows, manner), plots.damage(rows)))
    if verdicts := judge.load(folder.path / "judge.jsonl"):
        parts.append((sections.opinion(judge.opinion(verdicts)), ""))
    return [*parts, (_question_rows(scored), "")]


def score_controls(folder: RunFolder, split: str | None = None) -> dict[str, Scored]:
    """Return the scores of the controls made from a run's records, and of those that were asked beside it."""
    questions, papers = folder.questions(), by_title(folder.papers())
    kept = [r for r in folder.records() if not questions[r.question_id].twin_of]
    found = {name: score_records(folder, derive(kept, papers), split) for name, derive in controls.DERIVED.items()}
    for path in sorted((folder.path / "controls").glob("*/records.jsonl")):
        found[path.parent.name] = score_records(folder, RunFolder(path.parent).records(), split)
    return found


def order_of(folder: RunFolder, split: str | None = None) -> list[controls.Placing]:
    """Return whether a run and its controls order as they must."""
    return controls.placings({"run": score_run(folder, split), **score_controls(folder, split)})


def _question_rows(scored: Scored) -> Table:
    """Return every question with its main scores, worst titles first."""

    def score(metric: str, question: str) -> float | None:
        part = scored.parts.get(metric, {}).get(question)
        return part[0] / part[1] if part and part[1] else None

    metrics = ("title_f1", "evidence_recall", "nugget_recall", "recall@10")
    rows = [
        (q.id, q.type, q.question, *(number(score(m, q.id), 2) for m in metrics)) for q in scored.questions.values()
    ]
    rows.sort(key=lambda row: (row[3] == "–", row[3], row[0]))
    return Table(
        "Every question", ("Id", "Type", "Question", "Titles F1", "Evidence", "Nuggets", "Recall@10"), tuple(rows)
    )


def _title(manifest: Mapping[str, Any]) -> str:
    reader = "the extractive reader" if manifest["reader"] == "extractive" else manifest["model"]["asked"]
    return f"Answers of {reader} to {manifest['set']}"


def _lead(manifest: Mapping[str, Any], split: str | None) -> str:
    git = manifest["git"]
    dirty = " with uncommitted changes" if git["dirty"] else ""
    return (
        f"Split: {split or 'all'}. {manifest['papers']} papers. Reader: {manifest['reader']}. "
        f"Revision {str(git['revision'])[:12]}{dirty}, Python {manifest['versions']['python']}."
    )

"""`python -m eval`: measures whether answers are grounded in the abstracts they cite.

Without a command it runs the shipped set with the extractive reader in a temporary library and prints the table.
Exit codes: 0 pass, 1 gate failed, 2 wrong input, 3 too many errors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rag.base.errors import AbstractQAError

from .questions import SHIPPED, TRAINING

_STAGES = ("add", "again", "few", "retrieval", "filter", "recall", "first", "chat", "embedding", "ladder", "graph")


def parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    top = argparse.ArgumentParser(
        prog="python -m eval",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        fromfile_prefix_chars="@",
    )
    top.set_defaults(command="shipped")
    commands = _Commands(top)
    _add_run(commands.add("run", "ask the questions of a set, resuming where it was broken off"))
    _add_reading(commands)
    _add_asking(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = parser().parse_args(arguments)
    from . import commands

    try:
        return int(getattr(commands, args.command)(args))
    except AbstractQAError as error:
        print(error, file=sys.stderr)
        return 2 if error.exit_code == 2 else 3
    except KeyboardInterrupt:
        print("\nBroken off. What is answered is kept: the same command goes on from there.", file=sys.stderr)
        return 3


class _Commands:
    """The commands of a parser, each with the function of `eval.commands` that does it."""

    def __init__(self, top: argparse.ArgumentParser) -> None:
        self._added = top.add_subparsers(title="commands", metavar="COMMAND")

    def add(self, name: str, what: str, function: str = "") -> argparse.ArgumentParser:
        """Return the parser of a command; its function has its name, unless another is given."""
        command = self._added.add_parser(name, help=what)
        command.set_defaults(command=function or name)
        return command


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("set", nargs="?", type=Path, default=SHIPPED, help="questions, JSON lines (default: the shipped)")
    run.add_argument("--out", type=Path, required=True, help="the run's folder")
    run.add_argument("--reader", choices=("extractive", "model", "recorded"), default="extractive")
    run.add_argument("--model", help="the model's name (default: RAG_MODEL, or the recordings' only one)")
    run.add_argument("--rerank", action="store_true", help="let the model order the papers found")
    run.add_argument("--recordings", type=Path, help="replies to replay (default: those in the run's folder)")
    run.add_argument("--papers", type=Path, action="append", help="file or folder to add (default: the sample pages)")
    run.add_argument("--distractors", type=Path, action="append", metavar="FILE", help="other papers around them")
    run.add_argument("--library", type=Path, help="keep the base library there, or use the one that lies there")
    run.add_argument("--limit", type=_count, help="ask only the first so many")
    run.add_argument("--only", action="append", metavar="TYPE|ID", help="ask only these; may be repeated")
    run.add_argument("--split", choices=("dev", "test"))
    run.add_argument("--repeat", type=_count, default=1, help="ask each question so many times")
    run.add_argument("--concurrency", type=_count, default=1, help="questions asked at once")
    run.add_argument("--twins", action=argparse.BooleanOptionalAction, default=True, help="also without the gold paper")
    controls = "also the controls (default: extractive only)"
    run.add_argument("--controls", action=argparse.BooleanOptionalAction, help=controls)
    run.add_argument("--window", type=_count, default=120_000, help="tokens of the control that pastes everything")
    run.add_argument("--most-failed", type=float, default=0.05, help="share of errors above which the exit code is 3")


def _add_reading(commands: _Commands) -> None:
    """Add the commands that read what is there and ask no library."""
    score = commands.add("score", "figures of a run; asks no question again")
    score.add_argument("run", type=Path)
    score.add_argument("--json", action="store_true")
    score.add_argument("--judge", metavar="MODEL", help="let a model judge the answers too")
    score.add_argument("--judge-turns", type=_count, default=3, help="readings of each answer")
    score.add_argument("--most-failed", type=float, default=0.05)
    compare = commands.add("compare", "two runs on the same questions")
    compare.add_argument("first", type=Path)
    compare.add_argument("second", type=Path)
    report = commands.add("report", "write report.html and report.md into a run's folder", "write_report")
    report.add_argument("run", type=Path)
    gate = commands.add("gate", "exit 1 where a run misses a threshold")
    gate.add_argument("run", type=Path)
    gate.add_argument("--gate", type=Path, help="thresholds (default: eval/gate.toml)")
    for command in (score, compare, report, gate):
        command.add_argument("--split", choices=("dev", "test"))
    feedback = commands.add("feedback", "thumbs of the chat page as questions of a set")
    feedback.add_argument("--library", type=Path, metavar="DIR", help="the library's folder (default: as the page's)")
    feedback.add_argument("--out", type=Path, required=True, help="the set; what it holds stays")
    agreement = commands.add("agreement", "a second labelling against the set")
    agreement.add_argument("labels", type=Path)
    agreement.add_argument("--set", type=Path, default=SHIPPED)


def _add_asking(commands: _Commands) -> None:
    """Add the commands that build a library or ask a model."""
    validate = commands.add("validate", "look for mistakes in a set")
    validate.add_argument("set", nargs="?", type=Path, default=SHIPPED)
    validate.add_argument("--papers", type=Path, action="append", help="file or folder (default: the sample pages)")
    validate.add_argument("--library", type=Path, help="take the papers of this library")
    beir = commands.add("beir", "search measured on a folder in BEIR's layout")
    beir.add_argument("folder", type=Path)
    beir.add_argument("--floor", action="append", metavar="METRIC=NUMBER", help="exit 1 where a figure is lower")
    quotes = commands.add("quotes", "every sentence of abstracts, quoted, against the audit")
    quotes.add_argument("papers", type=Path, nargs="+", help="files of papers that `add` takes, also gzipped")
    meaning = commands.add("meaning", "what is found, picked and marked on the written set")
    meaning.add_argument("--part", choices=("test", "dev", "train"), default="dev", help="default: dev")
    meaning.add_argument("--papers", type=Path, action="append", help="other papers around them, to find among")
    meaning.add_argument("--library", type=Path, help="keep that library there, or use the one that lies there")
    train = commands.add("train", "make the learned parts anew, step by step; needs torch")
    train.add_argument("step", choices=("general", "selector", "checker", "embedder", "export"))
    train.add_argument("--weights", type=Path, required=True, help="model.safetensors of all-MiniLM-L6-v2")
    train.add_argument("--out", type=Path, required=True, help="checkpoints and graphs; a step goes on from its own")
    train.add_argument("--sets", type=Path, help="general: the folder of public sets")
    train.add_argument("--library", type=Path, help="selector, embedder: a library of the papers to learn among")
    train.add_argument("--start", type=Path, help="selector, checker: the graph that ships, to go on from it")
    fit = commands.add("fit", "the coefficients of the reader without a model, fitted anew")
    sets = "sets; their test half is left out"
    fit.add_argument("sets", nargs="*", type=Path, default=[SHIPPED, TRAINING], help=sets)
    fit.add_argument(
        "--library", type=Path, metavar="DIR", help="a library of the written papers, to ask of its dev part"
    )
    _add_bench(commands.add("bench", "how fast and how large: without PAPERS, with the sample library"))
    arena = commands.add("arena", "a tournament of two or more runs, judged by a model")
    arena.add_argument("runs", type=Path, nargs="+")
    arena.add_argument("--model")


def _add_bench(bench: argparse.ArgumentParser) -> None:
    bench.add_argument("papers", nargs="?", type=Path, help="JSON lines of papers, also gzipped")
    bench.add_argument("--size", type=_count, help="take only the first so many")
    bench.add_argument("--work", type=Path, help="keep the library there, or measure the one that lies there")
    bench.add_argument("--only", action="append", metavar="STAGE", choices=_STAGES, help=f"one of {', '.join(_STAGES)}")
    bench.add_argument("--fp32", type=Path, help="folder of an fp32 export of the shipped model, for comparison")
    bench.add_argument("--peers", type=_count, metavar="N", default=0, help="beside peers, with N of the papers")
    bench.add_argument("--out", type=Path, help="write the figures there, as JSON; with --growth the plot, as SVG")
    bench.add_argument("--growth", type=Path, nargs="+", metavar="FIGURES", help="figures of several sizes as a plot")


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of 1 or more, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

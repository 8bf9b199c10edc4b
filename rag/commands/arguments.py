"""What the command line takes: each command and its options. Imports nothing heavy, so that `--help` is instant."""

from __future__ import annotations

import argparse
from collections.abc import Sequence


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Return the arguments; exits with code 2 and one line on wrong use."""
    parser = argparse.ArgumentParser(
        prog="abstract-qa", description="Ask questions of saved pages of papers; every sentence cites its source."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    _add_common(parser, default=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    _add_common(common, default=argparse.SUPPRESS)

    def command(name: str, module: str, summary: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=summary, description=summary, parents=[common])
        made.set_defaults(module=module)
        return made

    _add(command("add", "adding", "Add saved pages or files of papers to the library."))
    _ask(command("ask", "asking", "Answer a question from the library, with cited titles."))
    _search(command("search", "asking", "List the papers nearest to a query."))
    related = command("related", "asking", "List the papers most like one of the library.")
    related.add_argument("paper", metavar="PAPER", help="a paper's id, alias or title")
    _limit(related)
    about = "Tell what the papers say about a subject: sentences in groups, each with its paper."
    known = command("known", "asking", about)
    known.add_argument("subject", metavar="SUBJECT", help='such as "reward hacking"')
    _digest(command("digest", "overview", "Tell what is in the library: by month, by page and by subject."))
    keeping = "Keep a question: new papers that answer it are told. Without one, list those kept."
    _watch(command("watch", "overview", keeping))
    papers = command("papers", "holdings", "List what is in the library.")
    papers.add_argument("--duplicates", action="store_true", help="list the papers that may be one instead")
    deciding = "Make papers that are one one paper, or keep them apart; either is remembered."
    _merge(command("merge", "holdings", deciding))
    looking_up = "Look papers up at arXiv and fill in what they lack. Goes out to the network."
    _enrich(command("enrich", "adding", looking_up))
    remove = command("remove", "holdings", "Remove papers from the library.")
    remove.add_argument("ids", nargs="+", metavar="ID", help="a paper's id or alias, as `papers` lists it")
    checking = "Check the library and the set-up; every failing line ends with its remedy."
    doctor = command("doctor", "doctor", checking)
    doctor.add_argument("--repair", action="store_true", help="build both indexes anew from the catalogue")
    opening = "Open the chat page on this machine; an empty library gets the sample pages."
    _listening(command("serve", "serving", opening), 7860)
    lending = "Give the library to agents, by the Model Context Protocol, over standard input and output."
    _mcp(command("mcp", "serving", lending))
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        commands.choices[arguments.command].error(f"unrecognized arguments: {' '.join(unknown)}")
    return arguments


class _Version(argparse.Action):
    """Prints the version, which takes a look at what is installed, only when it is asked for."""

    def __call__(self, *_: object, **__: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"abstract-qa {version('abstract-qa')}")
        except PackageNotFoundError:
            print("abstract-qa, not installed: the version stands in pyproject.toml")
        raise SystemExit(0)


def _add_common(parser: argparse.ArgumentParser, *, default: object) -> None:
    """Add what every command takes, before the command or after it; one that is left away must not undo the other."""
    where = "the library's folder (default: RAG_LIBRARY, else your data folder)"
    what = "print JSON to standard output, and nothing else there"
    parser.add_argument("--library", metavar="DIR", default=default or None, help=where)
    parser.add_argument("--json", action="store_true", default=default, help=what)
    parser.add_argument("--debug", action="store_true", default=default, help="show where the program failed")


_PLACES = (
    "a file, a folder, - for standard input, sample:; or, fetched: hf:2026-08-21 (hf: is today), arxiv:2401.00001, "
    "arxiv:cs.CL (the newest), zotero: or zotero:COLLECTION (running here), https://… (a page)"
)


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", metavar="PATH", help=_PLACES)
    parser.add_argument("--dry-run", action="store_true", help="show the receipt and the papers, store nothing")
    parser.add_argument("--unsure", action="store_true", help="store also what is not sure to be a paper")
    parser.add_argument(
        "--leave-out", type=_numbers, default=(), metavar="N,N", help="leave out papers, by their numbers in --dry-run"
    )


def _digest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--map", metavar="FILE.svg", help="also draw a map of the papers, each point a title")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--new", action="store_true", help="what is new to the questions kept by `watch`, then seen")
    what.add_argument("--like", metavar="FILE", help="the last add's papers by likeness to yours: a BibTeX file")
    kinds = ["text", "markdown", "atom"]
    parser.add_argument("--format", choices=kinds, default="text", help="of what is new; atom is a feed")


def _watch(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("question", nargs="?", metavar="QUESTION")
    what.add_argument("--forget", type=_positive, metavar="N", help="forget the question kept under this number")


def _merge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help="papers' ids or aliases, as `papers --duplicates` lists")
    parser.add_argument("--apart", action="store_true", help="they are not one; takes back an earlier merge of them")


def _enrich(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these papers (default: all that lack something)")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, store nothing")
    parser.add_argument("--api", metavar="URL", help="the API to ask (default: RAG_ARXIV_URL, else arXiv's)")
    parser.add_argument(
        "--pause", type=_seconds, default=3.0, metavar="S", help="seconds between requests (default 3, as arXiv asks)"
    )


def _ask(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", metavar="QUESTION")
    what.add_argument(
        "--batch", metavar="FILE.jsonl", help='one {"id", "question", "history"?} a line; - for standard input'
    )
    reader = parser.add_mutually_exclusive_group()
    reader.add_argument("--extractive", action="store_true", help="answer in quotes, without a model")
    reader.add_argument("--model", metavar="NAME", help="the model that answers (default: RAG_MODEL)")
    parser.add_argument("--strict-model", action="store_true", help="fail when the model fails, instead of quoting")
    parser.add_argument("--rerank", action="store_true", help="let the model order the papers found: one more call")
    parser.add_argument("--check", action="store_true", help="have the model compare the answer with its sources")
    parser.add_argument("-k", type=_positive, metavar="N", help="papers to retrieve (default 25)")
    parser.add_argument(
        "--budget", type=_positive, metavar="N", help="tokens of evidence for a model (default: RAG_BUDGET, else 8000)"
    )
    parser.add_argument("--since", metavar="DATE", help="only papers from this date on: 2025, 2025-08 or 2025-08-22")
    parser.add_argument("--until", metavar="DATE", help="only papers up to this date")
    parser.add_argument("--page", metavar="NAME", help="only papers seen on this page (its file's name without ending)")


def _search(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("query", nargs="?", metavar="QUERY")
    what.add_argument("--batch", metavar="FILE.jsonl", help='one {"id", "query"} a line; - for standard input')
    _limit(parser)


def _mcp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--writable", action="store_true", help="offer `add` too, which fetches papers; make a library")
    parser.add_argument("--http", action="store_true", help="over streamable HTTP, at /mcp")
    _listening(parser, 7870)


def _limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-k", type=_positive, default=10, metavar="N", help="papers to list (default 10)")


def _listening(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this machine alone)")
    parser.add_argument("--port", type=int, default=port, help=f"the port (default {port})")
    parser.add_argument("--auth", metavar="NAME:PASSWORD", help="needed to listen on anything but this machine")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number of seconds, not {text!r}")
    return seconds


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(_positive(part.strip()) for part in text.split(","))


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, not {text!r}")
    return number

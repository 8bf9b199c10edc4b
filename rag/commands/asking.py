"""`ask`, `search`, `related` and `known`: what is asked of the papers, one question at a time or a batch of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.base.errors import UsageError
from rag.base.settings import from_environment
from rag.base.text.cleaning import without_controls
from rag.catalogue.filters import checked_period
from rag.cite.escaping import unseal
from rag.commands.console import open_library, put, run_batch, say, tell
from rag.library import Library
from rag.nouns import Answer, Hit, Statement
from rag.overview.synthesis import written
from rag.present import answer_to_text, title
from rag.present.references import date


def search(arguments: argparse.Namespace) -> int:
    """List the nearest papers, best first."""
    with open_library(arguments) as library:
        if arguments.batch:
            return run_batch(
                arguments.batch,
                "query",
                lambda asked: _found(asked["query"], library.search(asked["query"], arguments.k)),
            )
        hits = library.search(arguments.query, arguments.k)
        tell(arguments, {"id": None} | _found(arguments.query, hits), _ranked(library, hits))
    return 0


def related(arguments: argparse.Namespace) -> int:
    """List the papers nearest to one, best first."""
    with open_library(arguments) as library:
        paper, hits = library.related(arguments.paper, arguments.k)
        told = {"paper_id": paper.paper_id, "title": paper.title, "results": [asdict(hit) for hit in hits]}
        tell(arguments, told, f"Papers like {title(paper)}:\n{_ranked(library, hits)}")
    return 0


def known(arguments: argparse.Namespace) -> int:
    """Print what is known about a subject, in groups, each sentence with its paper."""
    with open_library(arguments) as library:
        synthesis = library.known_about(arguments.subject)
    tell(arguments, synthesis.to_dict(), unseal("\n".join(written(synthesis, _source))))
    return 0


def ask(arguments: argparse.Namespace) -> int:
    """Answer; an abstention is an answer."""
    _refuse_in_vain(arguments)
    chosen: dict[str, Any] = {
        name: getattr(arguments, name) or None for name in ("model", "extractive", "rerank", "strict_model", "budget")
    }
    options = {name: getattr(arguments, name) for name in ("k", "since", "until", "page")}
    with open_library(arguments, **chosen) as library:
        if arguments.batch:
            return run_batch(arguments.batch, "question", lambda asked: _answer(library, asked, options))
        if arguments.json:
            answer = library.ask(arguments.question, **options)
            put(answer.to_dict() | (_checked(answer, library) if arguments.check else {}))
        else:
            answer = _print_growing(library, arguments.question, options)
            if arguments.check:
                _print_opinion(answer, library)
    return 0


def _found(query: str, hits: Sequence[Hit]) -> dict[str, Any]:
    return {"query": query, "results": [asdict(hit) for hit in hits]}


def _ranked(library: Library, hits: Sequence[Hit]) -> str:
    """Return papers that were found, a line each, with their scores, titles and ids."""
    papers = library.catalogue.get([hit.paper_id for hit in hits])
    return "\n".join(
        f"{rank:3}. {hit.score:.3f}  {title(papers[hit.paper_id])}  ({hit.paper_id})"
        for rank, hit in enumerate(hits, start=1)
        if hit.paper_id in papers
    )


def _source(statement: Statement) -> str:
    return f"({title(statement.paper)}{date(statement.paper)})"


def _refuse_in_vain(arguments: argparse.Namespace) -> None:
    """UsageError for dates that are none, and for what only a model does where no endpoint is set."""
    checked_period(arguments.since, arguments.until, mark="--")
    asked = [name for name in ("model", "strict_model", "rerank", "check") if getattr(arguments, name)]
    if asked and not from_environment().has_endpoint:
        raise UsageError(
            f"--{asked[0].replace('_', '-')} needs a model's endpoint, and none is set. Set OPENAI_BASE_URL, or "
            "OPENAI_API_KEY for OpenAI's own; or leave it away to be answered in quotes."
        )


def _checked(answer: Answer, library: Library) -> dict[str, Any]:
    opinion = library.check(answer)
    told = [{"claim": o.claim.text, "verdict": o.verdict.value, "reason": o.reason} for o in opinion.opinions]
    return {"check": {"model": opinion.model, "opinions": told, "warnings": list(opinion.warnings)}}


def _print_opinion(answer: Answer, library: Library) -> None:
    told = _checked(answer, library)["check"]
    say(f"\nThe opinion of {told['model']} on each sentence and its sources:")
    for one in told["opinions"]:
        say(f"- {one['verdict']}: {one['claim']}" + (f" ({one['reason']})" if one["reason"] else ""))
    for warning in told["warnings"]:
        say(warning)


def _answer(library: Library, request: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    history = request.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise UsageError("`history` must be a list of earlier questions.")
    return library.ask(request["question"], history=history, **options).to_dict()


def _print_growing(library: Library, question: str, options: dict[str, Any]) -> Answer:
    """Print the answer as it grows where someone is watching, else when it is whole."""
    shown, watched, waited = "", sys.stdout.isatty(), False
    for answer in library.stream(question, **options):
        if answer.doing or waited:
            _print_waiting(answer.doing)
            waited = bool(answer.doing)
        text = without_controls(answer.text)
        # While something is waited for, what is there may yet change its place.
        if watched and not answer.doing and text.startswith(shown):
            print(text[len(shown) :], end="", flush=True)
            shown = text
    whole = without_controls(answer_to_text(answer))
    print(whole[len(shown) :] if whole.startswith(shown) else f"\n\n{whole}")
    return answer


def _print_waiting(doing: str) -> None:
    """Write what is waited for over the last such line, where someone is watching."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{without_controls(doing)}", end="", file=sys.stderr, flush=True)

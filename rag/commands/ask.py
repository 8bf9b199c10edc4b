"""`ask`: one question, or a batch of them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from rag.base.errors import UsageError
from rag.base.settings import from_environment
from rag.catalogue.filters import checked_period
from rag.commands.console import open_library, put, run_batch, say
from rag.library import Library
from rag.nouns import Answer
from rag.present import answer_to_text, terminal_safe

if TYPE_CHECKING:
    from rag.read.second_opinion import SecondOpinion


def run(arguments: argparse.Namespace) -> int:
    """Answer; an abstention is an answer."""
    settings = {
        "model": arguments.model,
        "extractive": arguments.extractive or None,
        "rerank": arguments.rerank or None,
        "budget": arguments.budget,
    }
    _refuse_in_vain(arguments)
    with open_library(arguments, strict_model=arguments.strict_model or None, **settings) as library:
        options = {name: getattr(arguments, name) for name in ("k", "since", "until", "page")}
        if arguments.batch:
            return run_batch(arguments.batch, "question", lambda request: _answer(library, request, options))
        if arguments.json:
            answer = library.ask(arguments.question, **options)
            put(answer.to_dict() | (_checked(answer, library) if arguments.check else {}))
        else:
            answer = _print_growing(library, arguments.question, options)
            if arguments.check:
                _print_opinion(library.check(answer))
    return 0


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


def _print_opinion(opinion: SecondOpinion) -> None:
    say(f"\nThe opinion of {opinion.model} on each sentence and its sources:")
    for one in opinion.opinions:
        say(f"- {one.verdict.value}: {one.claim.text}" + (f" ({one.reason})" if one.reason else ""))
    for warning in opinion.warnings:
        say(warning)


def _answer(library: Library, request: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    history = request.get("history") or []
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise UsageError("`history` must be a list of earlier questions.")
    return library.ask(request["question"], history=history, **options).to_dict()


def _print_waiting(doing: str) -> None:
    """Write what is waited for over the last such line, where someone is watching."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{terminal_safe(doing)}", end="", file=sys.stderr, flush=True)


def _print_growing(library: Library, question: str, options: dict[str, Any]) -> Answer:
    """Print the answer as it grows where someone is watching, else when it is whole."""
    shown, watched, waited = "", sys.stdout.isatty(), False
    for answer in library.stream(question, **options):
        if answer.doing or waited:
            _print_waiting(answer.doing)
            waited = bool(answer.doing)
        text = terminal_safe(answer.text)
        # While something is waited for, what is there may yet change its place.
        if watched and not answer.doing and text.startswith(shown):
            print(text[len(shown) :], end="", flush=True)
            shown = text
    if not watched:
        say(answer_to_text(answer))
        return answer
    whole = terminal_safe(answer_to_text(answer))
    print(whole[len(shown) :] if whole.startswith(shown) else f"\n\n{whole}")
    return answer

"""`watch`: keep a question, list those kept, or forget one."""

from __future__ import annotations

import argparse

from rag.base.text.numbers import plural
from rag.commands.console import open_library, put, say


def run(arguments: argparse.Namespace) -> int:
    """Keep, forget or list; what is new is told by `add` and by `digest --new`."""
    told: dict[str, object]
    with open_library(arguments) as library:
        if arguments.forget is not None:
            gone = library.unwatch(arguments.forget)
            told, line = {"forgotten": gone.to_dict()}, f"Forgotten: {gone.question}"
        elif arguments.question:
            kept = library.watch(arguments.question)
            line = (
                f"Kept under {kept.number}. `add` tells which new papers answer it; so does: abstract-qa digest --new"
            )
            told = {"kept": kept.to_dict()}
        else:
            standing = library.watched()
            told = {"questions": [one.unseen().to_dict() for one in standing]}
            listed = [f"{one.number:3}. {one.question}  ({len(one.unseen().findings):,} new)" for one in standing]
            count = plural(len(standing), "question")
            line = "\n".join(
                [*listed, f"{count} kept." + ("" if listed else ' Keep one: abstract-qa watch "QUESTION"')]
            )
    if arguments.json:
        put(told)
    else:
        say(line)
    return 0

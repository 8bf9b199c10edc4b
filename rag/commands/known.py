"""`known`: what the papers of the library say about a subject."""

from __future__ import annotations

import argparse

from rag.cite.escaping import unseal
from rag.commands.console import open_library, put, say
from rag.nouns import Statement
from rag.present import title
from rag.present.references import date
from rag.synthesis.synthesis import written


def run(arguments: argparse.Namespace) -> int:
    """Print what is known about a subject, in groups, each sentence with its paper."""
    with open_library(arguments) as library:
        synthesis = library.known_about(arguments.subject)
    if arguments.json:
        put(synthesis.to_dict())
    else:
        say(unseal("\n".join(written(synthesis, str, _source))))
    return 0


def _source(statement: Statement) -> str:
    return f"({title(statement.paper)}{date(statement.paper)})"

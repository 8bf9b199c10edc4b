"""`digest` and `watch`: what is in the library, the questions that are kept, and what is new to them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from rag.base.errors import UsageError, WorkFailed
from rag.base.text import plural
from rag.commands.console import open_library, put, say, tell
from rag.kept.news import likened_to_markdown, likened_to_text, news_to_atom, news_to_markdown, news_to_text
from rag.library import Library
from rag.overview import Digest, Topic
from rag.present import title

_TITLES = 3
"""Papers named under a subject."""
_LATEST = 10
_WIDEST = 30
"""Signs of the longest bar."""


def watch(arguments: argparse.Namespace) -> int:
    """Keep, forget or list questions; what is new is told by `add` and by `digest --new`."""
    with open_library(arguments) as library:
        if arguments.forget is not None:
            gone = library.standing.forget(arguments.forget)
            tell(arguments, {"forgotten": gone.to_dict()}, f"Forgotten: {gone.question}")
        elif arguments.question:
            kept = library.standing.keep(arguments.question)
            told = "`add` tells which new papers answer it; so does: abstract-qa digest --new"
            tell(arguments, {"kept": kept.to_dict()}, f"Kept under {kept.number}. {told}")
        else:
            unseen = [one.unseen() for one in library.standing.all()]
            lines = [f"{one.number:3}. {one.question}  ({len(one.findings):,} new)" for one in unseen]
            more = "" if lines else ' Keep one: abstract-qa watch "QUESTION"'
            lines.append(f"{plural(len(unseen), 'question')} kept.{more}")
            tell(arguments, {"questions": [one.to_dict() for one in unseen]}, "\n".join(lines))
    return 0


def digest(arguments: argparse.Namespace) -> int:
    """Print the digest, and draw the map where that is asked for; or what is new."""
    if arguments.like and arguments.format == "atom":
        raise UsageError("--like has no feed: use --format markdown, or --json.")
    if arguments.format != "text" and not (arguments.new or arguments.like):
        raise UsageError("--format is for what is new: use it with --new or --like FILE.")
    with open_library(arguments) as library:
        if arguments.like:
            ranked = library.likened(arguments.like)
            written = (likened_to_markdown if arguments.format == "markdown" else likened_to_text)(ranked)
            tell(arguments, {"papers": [asdict(one) for one in ranked]}, written.strip())
        elif arguments.new:
            _tell_new(library, arguments)
        else:
            found = library.digest()
            if arguments.map:
                _draw(found, arguments.map)
            tell(arguments, found.to_dict(), "\n".join(_written(found)))
    return 0


def _tell_new(library: Library, arguments: argparse.Namespace) -> None:
    """Tell what is new to the kept questions, which is seen then; a feed's reader knows by itself what it has shown."""
    library.standing.news()
    standing = library.standing.all()
    unseen = [one.unseen() for one in standing]
    if arguments.json:
        put({"questions": [one.to_dict() for one in unseen]})
    elif arguments.format == "atom":
        say(news_to_atom(standing, library.catalogue.meta("library") or "").strip())
        return
    else:
        say((news_to_markdown if arguments.format == "markdown" else news_to_text)(unseen).strip())
    library.standing.mark_seen()


def _draw(found: Digest, path: str) -> None:
    from rag.overview.map import map_svg

    try:
        Path(path).write_text(map_svg(found.topics, found.map), encoding="utf-8")
    except OSError as exc:
        raise WorkFailed(f"Cannot write {path}: {exc.strerror}. Choose another place for --map.") from exc


def _written(found: Digest) -> Iterator[str]:
    yield f"{plural(found.papers, 'paper')}, {found.undated:,} of them without a date."
    yield from _bars("By month", found.by_month)
    yield from _bars("By page", found.by_page)
    yield "\nBy subject"
    for number, topic in enumerate(found.topics, start=1):
        yield from _topic(number, topic)
    yield f"\nNew with the last add: {len(found.latest):,}"
    yield from (f"  {title(paper)}  ({paper.paper_id})" for paper in found.latest[:_LATEST])
    if (more := len(found.latest) - _LATEST) > 0:
        yield f"  and {more:,} more"


def _bars(heading: str, counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    rows = list(counts)
    most = max((count for _, count in rows), default=1)
    width = max((len(name) for name, _ in rows), default=0)
    yield f"\n{heading}"
    for name, count in rows:
        yield f"  {name:<{width}}  {'█' * max(1, round(_WIDEST * count / most))} {count:,}"


def _topic(number: int, topic: Topic) -> Iterator[str]:
    yield f"\n{number}. {', '.join(topic.words)}: {plural(len(topic.papers), 'paper')}"
    yield f"   “{topic.sentence.quote}” (sentence {topic.sentence.index} of {title(topic.papers[0])})"
    yield from (f"   - {title(paper)}  ({paper.paper_id})" for paper in topic.papers[:_TITLES])

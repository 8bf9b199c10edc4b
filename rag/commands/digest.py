"""`digest`: what is in the library, by month, page and subject."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from rag.base.errors import UsageError, WorkFailed
from rag.base.text.numbers import plural
from rag.commands.console import open_library, put, say
from rag.digest import Digest, Topic
from rag.digest.likeness import Likened
from rag.kept.news import likened_to_markdown, likened_to_text, news_to_atom, news_to_markdown, news_to_text
from rag.present import title

_TITLES = 3
"""Papers named under a subject."""
_LATEST = 10
_WIDEST = 30
"""Signs of the longest bar."""


def run(arguments: argparse.Namespace) -> int:
    """Print the digest, and draw the map where that is asked for; or what is new."""
    if arguments.new or arguments.like:
        return _tell_new(arguments)
    if arguments.format != "text":
        raise UsageError("--format is for what is new: use it with --new or --like FILE.")
    with open_library(arguments) as library:
        digest = library.digest()
    if arguments.map:
        _draw(digest, arguments.map)
    if arguments.json:
        put(digest.to_dict())
        return 0
    say(f"{plural(digest.papers, 'paper')}, {digest.undated:,} of them without a date.")
    _bars("By month", digest.by_month)
    _bars("By page", digest.by_page)
    say("\nBy subject")
    for number, topic in enumerate(digest.topics, start=1):
        _say_topic(number, topic)
    say(f"\nNew with the last add: {len(digest.latest):,}")
    for paper in digest.latest[:_LATEST]:
        say(f"  {title(paper)}  ({paper.paper_id})")
    if (more := len(digest.latest) - _LATEST) > 0:
        say(f"  and {more:,} more")
    return 0


def _tell_new(arguments: argparse.Namespace) -> int:
    """Tell what is new to the kept questions, which is seen then, or to whose papers are like one's own."""
    if arguments.like and arguments.format == "atom":
        raise UsageError("--like has no feed: use --format markdown, or --json.")
    with open_library(arguments) as library:
        if arguments.like:
            _put_ranked(library.likened(arguments.like), arguments)
            return 0
        library.news()
        standing = library.watched()
        told = [one.unseen() for one in standing]
        if arguments.json:
            put({"questions": [one.to_dict() for one in told]})
        elif arguments.format == "atom":
            say(news_to_atom(standing, library.catalogue.meta("library") or "").strip())
            return 0
        else:
            say((news_to_markdown if arguments.format == "markdown" else news_to_text)(told).strip())
        library.mark_seen()
    return 0


def _put_ranked(ranked: Sequence[Likened], arguments: argparse.Namespace) -> None:
    if arguments.json:
        put({"papers": [asdict(one) for one in ranked]})
    else:
        say((likened_to_markdown if arguments.format == "markdown" else likened_to_text)(ranked).strip())


def _draw(digest: Digest, path: str) -> None:
    from rag.digest.drawing import map_svg

    try:
        Path(path).write_text(map_svg(digest), encoding="utf-8")
    except OSError as exc:
        raise WorkFailed(f"Cannot write {path}: {exc.strerror}. Choose another place for --map.") from exc


def _bars(heading: str, counts: Iterable[tuple[str, int]]) -> None:
    rows = list(counts)
    most = max((count for _, count in rows), default=1)
    width = max((len(name) for name, _ in rows), default=0)
    say(f"\n{heading}")
    for name, count in rows:
        say(f"  {name:<{width}}  {'█' * max(1, round(_WIDEST * count / most))} {count:,}")


def _say_topic(number: int, topic: Topic) -> None:
    say(f"\n{number}. {', '.join(topic.words)}: {plural(len(topic.papers), 'paper')}")
    say(f"   “{topic.sentence.quote}” (sentence {topic.sentence.index} of {title(topic.papers[0])})")
    for paper in topic.papers[:_TITLES]:
        say(f"   - {title(paper)}  ({paper.paper_id})")

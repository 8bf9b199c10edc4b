"""The filters that an answer was found under, as chips that can be taken away, and those that were taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rag.catalogue.filters import Filters
from rag.nouns import Answer
from rag.page.conversation import Stage, Turn
from rag.page.markup import attribute, icon, paper_text
from rag.present.filters_in_words import in_words

_TOGETHER = (
    ("since", "until"),
    ("page", "also_on"),
    *((f"min_{what}", f"max_{what}") for what in ("authors", "upvotes", "comments", "pages")),
)
"""Filters that are one in words."""
_VERBS = {"are": "", "have": "with ", "mention": "mentioning "}


def chips_html(turn: Turn) -> str:
    """Return the chips of one turn, and how many papers pass; nothing where nothing is or was filtered."""
    answer = turn.answer
    on = [_chip("drop", names, words, turn) for names, words in _said(answer.filters if answer else {})]
    off = [_chip("restore", names, words, turn) for names, words in _said(turn.dropped)]
    if not on and not off:
        return ""
    count = f'<span class="small">{_count(answer)}</span>' if answer and on else ""
    return f'<div class="chips" role="group" aria-label="Filters">{"".join(on + off)}{count}</div>'


def _said(filters: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (names, words) of each filter, those together that are one in words."""
    left = dict(filters)
    while left:
        name = next(iter(left))
        names = next((group for group in _TOGETHER if name in group), (name,))
        values = {n: left.pop(n) for n in names if n in left}
        verb, _, rest = in_words(Filters.of(values)).partition(" ")
        yield tuple(values), _VERBS.get(verb, "") + rest


def _chip(what: str, names: tuple[str, ...], words: str, turn: Turn) -> str:
    plain = attribute(words)
    hint = f"Ask again without: {plain}" if what == "drop" else f"Put back: {plain}"
    shown = paper_text(words) if what == "drop" else f"<s>{paper_text(words)}</s>"
    sign = "close" if what == "drop" else "again"
    off = " disabled" if turn.stage is Stage.ASKING else ""
    return (
        f'<button type="button" class="chip is-{what}" data-do="{what}" data-turn="{turn.number}" '
        f'data-names="{attribute(json.dumps(names))}" title="{hint}" aria-label="{hint}"{off}>'
        f"<span>{shown}</span>{icon(sign)}</button>"
    )


def _count(answer: Answer) -> str:
    found = answer.coverage
    dated = {"since", "until"} & answer.filters.keys()
    undated = f"; {found.undated:,} more have no date" if dated and found.undated else ""
    return f"{found.matched:,} of {found.looked_at:,} papers{undated}"

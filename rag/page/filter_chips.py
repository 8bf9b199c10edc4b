"""The filters that an answer was found under, as chips that can be taken away, and those that were taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rag.catalogue.filters import Filters
from rag.nouns import Answer
from rag.page.conversation import Stage, Turn
from rag.page.markup import button, icon, paper_text
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
    shown, hint, sign = paper_text(words), f"Ask again without: {words}", "close"
    if what == "restore":
        shown, hint, sign = f"<s>{shown}</s>", f"Put back: {words}", "again"
    off = "" if turn.stage is Stage.ASKING else None
    return button(
        what, f"<span>{shown}</span>{icon(sign)}", f"chip is-{what}",
        data_turn=turn.number, data_names=json.dumps(names), title=hint, aria_label=hint, disabled=off,
    )  # fmt: skip


def _count(answer: Answer) -> str:
    found = answer.coverage
    dated = {"since", "until"} & answer.filters.keys()
    undated = f"; {found.undated:,} more have no date" if dated and found.undated else ""
    return f"{found.matched:,} of {found.looked_at:,} papers{undated}"

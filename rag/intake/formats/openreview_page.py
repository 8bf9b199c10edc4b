"""OpenReview's lists as copied text: a title and a line of names without labels, then labelled fields.

Not handled: lists whose abstracts are folded away (they hold titles and names alone).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rag.intake.entries import Entry, Found, passed_over
from rag.intake.formats.blocks import is_names, names
from rag.intake.formats.fields import record_from

_LABEL = re.compile(
    r"\s*(abstract|keywords|tl;?dr|published|primary area|submission number|supplementary material|(?:code|pdf|venue"
    r"|student paper|submission type|previous url|resubmission|assigned action editor|decision)s?)\s*:\s*(.*)",
    re.I,
)
_DATED = re.compile(
    r"\s*(?:published:\s*)?(\d{1,2} \w{3,9} \d{4})\s*(?:[,(].*|(?:modified|readers|everyone|\w+ 20\d\d).*)", re.I
)
_SIGN = re.compile(r"^[ \t]*(?:keywords|tl;?dr|primary area|submission number|published)[ \t]*:", re.I | re.M)
_BUTTON = re.compile(r"\s*(?:download pdf|go to .{3,80} homepage|back to .{3,60})\s*", re.I)
_ABSTRACT = re.compile(r"^[ \t]*abstract[ \t]*:\s*\S", re.I | re.M)
_TITLE = re.compile(r"^[ \t]*title[ \t]*:", re.I | re.M)


def is_openreview(text: str) -> bool:
    """Tell whether a text labels abstracts and keywords, and leaves titles without a label."""
    return bool(_ABSTRACT.search(text) and _SIGN.search(text)) and not _TITLE.search(text)


def parse_openreview(text: str) -> Iterator[Entry]:
    """Yield the papers of the list, and what belongs to none."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        if draft.is_whole and line.strip() and not _LABEL.fullmatch(line):
            yield from draft.entries()
            draft = _Draft()
        draft.take(number, line)
    yield from draft.entries()


@dataclass(slots=True)
class _Draft:
    """One paper while its lines are read: `head` are those without a label."""

    head: list[tuple[int, str]] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    is_whole: bool = False
    _open: str | None = None

    def take(self, number: int, line: str) -> None:
        """Put a line to the head, or to the field that it begins or goes on with."""
        body = line.strip().removeprefix("###").strip()
        dated, label = _DATED.fullmatch(body), _LABEL.fullmatch(body)
        if dated:
            self.fields["date"], self._open = [dated[1]], "date"
        elif _BUTTON.fullmatch(body):
            return
        elif label:
            self._open = label[1].casefold().replace(";", "")
            self.fields.setdefault(self._open, []).append(label[2])
        elif body and self._open == "abstract":
            self.fields["abstract"].append(body)
        elif body and "abstract" not in self.fields and self._open != "date":  # behind the date stand buttons
            self.head.append((number, body))
        if ("abstract" in self.fields and self._open != "abstract") or (not body and self._open == "abstract"):
            self.is_whole, self._open = True, None

    def entries(self) -> Iterator[Entry]:
        """Yield the paper, if its abstract was read, and the lines above its title."""
        people = self.head.pop()[1] if self._ends_in_names() else ""
        if "abstract" in self.fields and self.head:
            number, title = self.head.pop()
            told = {name: "\n".join(self.fields.get(name, ())) for name in ("abstract", "tldr", "date")}
            yield Found(record_from({"title": title, "authors": people, **told}), number)
        yield from (passed_over(number, line, "belongs to no paper") for number, line in self.head)

    def _ends_in_names(self) -> bool:
        """Whether the last line without a label, right below another, is the authors', though it be one."""
        if len(self.head) < 2:
            return False
        (above, _), (number, line) = self.head[-2:]
        return bool(names(line)) or (number == above + 1 and is_names(line, fewest=1))

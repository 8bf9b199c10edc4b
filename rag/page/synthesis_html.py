"""What is known about a subject as HTML: groups with a sentence or two to read at once, all others a fold away."""

from __future__ import annotations

from collections.abc import Sequence

from rag.base.text import plural
from rag.cite.escaping import unseal
from rag.nouns import Answer, Group, Section, Statement
from rag.overview.roles import FALLS_SHORT, WORKS
from rag.overview.synthesis import ALIKE, DISPUTED, SUSPICION, lead
from rag.page.answer_html import marker
from rag.page.markup import attribute, paper_text
from rag.present import title

_OPEN = 2
"""Sentences of a group that are read without unfolding it."""
_LONGEST_NAME = 7
"""Words of a title that stand behind a sentence."""


def synthesis_html(answer: Answer, turn: int) -> str:
    """Return what is known as groups; nothing for an answer of another kind."""
    if answer.synthesis is None:
        return ""
    shown = _Shown(answer, turn)
    synthesis = answer.synthesis
    parts = [f'<p class="small">{paper_text(unseal(lead(synthesis)))}</p>']
    parts += map(shown.section, synthesis.first)
    if synthesis.alike:
        parts.append(f"<h3>{ALIKE}</h3>")
        parts += [shown.group(group, f"alike{place}", 1) for place, group in enumerate(synthesis.alike)]
    if synthesis.disputed:
        pairs = "".join(f'<div class="pair">{"".join(map(shown.alone, pair))}</div>' for pair in synthesis.disputed)
        parts.append(f'<h3>{DISPUTED}</h3><p class="small">{SUSPICION[0].upper()}{SUSPICION[1:]}.</p>{pairs}')
    parts += map(shown.section, synthesis.others)
    return f'<div class="known">{"".join(parts)}</div>'


class _Shown:
    """Statements with the markers of one answer."""

    def __init__(self, answer: Answer, turn: int) -> None:
        self._numbers = {citation.paper.paper_id: citation.number for citation in answer.citations}
        self._turn = turn

    def section(self, section: Section) -> str:
        """Return a heading with its groups."""
        count = "" if len(section.groups) == 1 else _count(section.papers)
        groups = [self.group(group, f"{section.role}{number}", _OPEN) for number, group in enumerate(section.groups)]
        if [group.name for group in section.groups[:2]] == [WORKS, FALLS_SHORT]:
            beside = "".join(f"<div>{group}</div>" for group in groups[:2])
            groups[:2] = [f'<div class="pair">{beside}</div>']
        return f"<h3>{attribute(section.heading)}{count}</h3>{''.join(groups)}"

    def group(self, group: Group, key: str, most: int) -> str:
        """Return a group: its name, the first `most` sentences, and the others folded under their count."""
        name = f"<h4>{attribute(group.name)}{_count(group.papers)}</h4>" if group.name else ""
        first, rest = group.statements[:most], group.statements[most:]
        return f"{name}{self._list(first)}{self._folded(rest, key)}"

    def _folded(self, rest: Sequence[Statement], key: str) -> str:
        if not rest:
            return ""
        papers = plural(len({statement.paper.paper_id for statement in rest}), "paper")
        summary = f"{plural(len(rest), 'more sentence')}, of {papers}"
        return f'<details data-key="known-{key}"><summary>{summary}</summary>{self._list(rest)}</details>'

    def alone(self, statement: Statement) -> str:
        """Return one sentence as a list of its own."""
        return self._list([statement])

    def _list(self, statements: Sequence[Statement]) -> str:
        return f"<ul>{''.join(f'<li>{self._sentence(statement)}</li>' for statement in statements)}</ul>"

    def _sentence(self, statement: Statement) -> str:
        number = self._numbers.get(statement.paper.paper_id)
        mark = f"\u00a0{marker(str(number), self._turn)}" if number else ""
        target = f"t{self._turn}-c{number}-s{statement.index}"
        return (
            f'<span class="claim" data-do="evidence" data-turn="{self._turn}" data-targets="{target}">'
            f"“{paper_text(statement.text)}”</span>{mark} "
            f'<span class="from">{attribute(_name(statement))}</span>'
        )


def _count(papers: int) -> str:
    return f'<span class="count">{plural(papers, "paper")}</span>'


def _name(statement: Statement) -> str:
    """Return a short title, that before the colon, and the year."""
    words = title(statement.paper).partition(":")[0].split()
    short = " ".join(words[:_LONGEST_NAME]) + (" …" if len(words) > _LONGEST_NAME else "")
    year = (statement.paper.date or "")[:4]
    return f"{short}, {year}" if year else short

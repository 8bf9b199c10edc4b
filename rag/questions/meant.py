"""The papers that a question names, by title or by the name in their title, and where in the question it does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.catalogue import Catalogue
from rag.indexes import Indexes
from rag.questions.named import Named
from rag.questions.wording import folded
from rag.text.names import fold, is_marked
from rag.text.titles import is_generic, normalise_title

_NEAREST = 10
"""Papers nearest by words whose titles are looked for."""
_LEAST_WORDS = 2
_ORDINARY = 5
"""Papers from which a word that its spelling does not mark is no name."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One paper, and the span of the question that names it."""

    start: int
    end: int
    paper_id: str


def papers_meant(question: str, names: Sequence[Named], catalogue: Catalogue, indexes: Indexes) -> tuple[Meant, ...]:
    """Return the papers that `question` names, in its order, each once; a name that several titles bear is none."""
    found = _titled(question, catalogue, indexes)
    for named in names:
        holders = named.titled if named.titled else named.papers
        if not _tells_apart(named, indexes) or len(holders) != 1:
            continue
        if len(named.papers) > _ORDINARY and not _begins_with(named, holders[0], catalogue):
            continue  # a thing that many papers speak of, one of them in its title
        if not any(m.start < named.end and named.start < m.end for m in found):
            found.append(Meant(named.start, named.end, holders[0]))
    first: dict[str, Meant] = {}
    for meant in sorted(found, key=lambda m: m.start):
        first.setdefault(meant.paper_id, meant)
    return tuple(first.values())


def _begins_with(named: Named, paper_id: str, catalogue: Catalogue) -> bool:
    """Tell whether a title's part before the colon is the name."""
    holder = catalogue.get([paper_id]).get(paper_id)
    return holder is not None and fold(holder.title.partition(":")[0]) == named.name


def _tells_apart(named: Named, indexes: Indexes) -> bool:
    """Tell whether a name is more than an ordinary word of these papers."""
    parts = re.findall(r"[^\W_]+", named.written)
    if is_marked(named.written) and len(parts) == 1:
        return True
    return any(not p.isalpha() or len(indexes.words.search(p, _ORDINARY + 1)) <= _ORDINARY for p in parts)


def _titled(question: str, catalogue: Catalogue, indexes: Indexes) -> list[Meant]:
    """Return the papers whose whole title, or its part before the colon, stands in `question`."""
    near = catalogue.get([paper_id for paper_id, _ in indexes.words.search(question, _NEAREST)])
    found: list[Meant] = []
    for paper in sorted(near.values(), key=lambda p: -len(p.title)):
        for title in (paper.title, paper.title.partition(":")[0]):
            words = normalise_title(title).split()
            if len(words) < _LEAST_WORDS or is_generic(title):
                continue
            shape = r"[\W_]+".join(map(re.escape, words))
            match = re.search(rf"(?<!\w){shape}(?!\w)|{re.escape(folded(title))}", question, re.I)
            if match and not any(m.start < match.end() and match.start() < m.end for m in found):
                found.append(Meant(match.start(), match.end(), paper.paper_id))
                break
    return found

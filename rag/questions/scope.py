"""Which papers a question is asked of: the filters passed with it and those it states, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.catalogue import Catalogue
from rag.filters import Filters
from rag.indexes import Indexes
from rag.nouns import Answer, Coverage
from rag.questions.exact import CatalogueReader, Found, UnknownReader
from rag.questions.held import Held
from rag.questions.named import Named, corrected, read_names, unknown_name
from rag.questions.saying import in_words
from rag.questions.understanding import Understood, understand


@dataclass(frozen=True, slots=True)
class Scope:
    """The filters in force, the ids that pass (None: all), what to search for, and what to tell about all this."""

    filters: Filters
    allowed: frozenset[str] | None
    coverage: Coverage
    subject: str
    understood: Understood
    names: tuple[Named, ...] = ()
    unknown: Named | None = None
    """The name that the question is about and that occurs in no paper."""
    notes: tuple[str, ...] = ()


def read_scope(
    question: str,
    catalogue: Catalogue,
    indexes: Indexes,
    passed: Filters,
    history: Sequence[Answer] = (),
    *,
    today: date | None = None,
    dropped: Collection[str] = (),
) -> Scope:
    """Return the scope of `question`; filters that it states are left out, and said to be, where they leave nothing.

    An exact question keeps them: that no paper meets them is its answer.
    """
    last = next((turn for turn in reversed(history) if turn.citations), None)
    among = tuple(citation.paper.paper_id for citation in last.citations) if last else ()
    understood = understand(question, Held(catalogue), today or date.today(), among=among, dropped=dropped)
    filters, notes, subject = passed.over(understood.filters), understood.notes, understood.subject
    allowed = filters.allowed(catalogue)
    if allowed is not None and not allowed and not understood.exact and understood.filters:
        notes = (*notes, f"No paper {in_words(understood.filters, 1)}; this was left out of the search.")
        filters, subject = passed, question
        understood = replace(understood, asked=None, filters=Filters())
        allowed = filters.allowed(catalogue)
    total = catalogue.readable()
    coverage = Coverage(total, total if allowed is None else len(allowed), filters.undated(catalogue))
    names = read_names(question, indexes.names)
    unknown = None if understood.exact else unknown_name(question, names, indexes)
    notes = (
        *notes,
        *(f"“{n.written}” was read as {corrected(n.written, [n], catalogue)}." for n in names if n.is_misspelt),
    )
    subject = corrected(subject, names, catalogue)
    ids = None if allowed is None else frozenset(allowed)
    return Scope(filters, ids, coverage, subject, understood, names, unknown, notes)


def exact_reader(scope: Scope, catalogue: Catalogue) -> CatalogueReader | UnknownReader | None:
    """Return what answers without a search: of a question understood to the last word, or about an unknown name."""
    if not scope.coverage.looked_at:
        return None
    if scope.unknown is not None:
        return UnknownReader(scope.unknown.written)
    asked = scope.understood.asked
    if asked is None or not scope.understood.exact:
        return None
    papers = catalogue if scope.allowed is None else catalogue.get(sorted(scope.allowed)).values()
    unknown = scope.filters.unknown(catalogue)
    readable = tuple(paper for paper in papers if paper.title or paper.abstract)
    return CatalogueReader(Found(asked, scope.filters, readable, scope.coverage, unknown))

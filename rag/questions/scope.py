"""Which papers a question is asked of: the filters passed with it and those it states, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.catalogue import Catalogue
from rag.filters import Filters
from rag.indexes import Indexes
from rag.nouns import Answer, Coverage
from rag.questions.comparison import Comparison, compares, read_comparison
from rag.questions.held import Held
from rag.questions.ids import spell_ids
from rag.questions.lookup import read_fields
from rag.questions.meant import Meant, papers_meant
from rag.questions.named import Named, corrected, occurs, read_names, unknown_name
from rag.questions.saying import in_words
from rag.questions.similar import read_similar
from rag.questions.understanding import Understood, is_fragment, is_understood, understand
from rag.questions.wording import blank, folded

_IT = re.compile(r"\b(?:it|its|they|their|them|this|these|those|that)\b", re.I)


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
    meant: tuple[Meant, ...] = ()
    """The papers that the question names."""
    comparison: Comparison | None = None
    fields: tuple[str, ...] = ()
    """What it wants to know of these, where that is all it wants and the catalogue tells it."""
    similar: tuple[str, int] | None = None
    """The paper that others are to be like, and how many to name, where the question asks for such."""
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
    spelled = spell_ids(question, catalogue)
    text = folded(spelled.question)
    names = read_names(text, indexes.names)
    meant = papers_meant(text, names, catalogue, indexes)
    if not meant and is_fragment(text):
        whole = f"Papers on {question}"
        return read_scope(whole, catalogue, indexes, passed, history, today=today, dropped=dropped)
    among = _spoken_of(history)
    titles = [(m.start, m.end) for m in meant if " " in text[m.start : m.end]]
    day = today or date.today()
    understood = understand(text, Held(catalogue), day, titles=titles, among=among, dropped=dropped)
    understood, filters, allowed = _filtered(understood, passed, catalogue)
    subject = understood.subject if understood.filters else spelled.question
    fields, asked_of = _looked_up(text, meant, among)
    answered = understood.exact or bool(fields)
    strange = () if meant else spelled.strange
    compared = bool(meant) and compares(text) and not understood.exact
    total = catalogue.readable()
    return Scope(
        filters=filters,
        allowed=allowed,
        coverage=Coverage(total, total if allowed is None else len(allowed), filters.undated(catalogue)),
        subject=corrected(subject, names, catalogue),
        understood=understood,
        names=names,
        unknown=_missing(strange) or (None if answered else unknown_name(text, names, indexes)),
        meant=asked_of or meant,
        comparison=None if answered else read_comparison(text, meant),
        fields=fields,
        similar=read_similar(text, understood.subject, meant, among),
        notes=(*understood.notes, *_notes(names, strange, catalogue, indexes, compared=compared)),
    )


def _filtered(
    understood: Understood, passed: Filters, catalogue: Catalogue
) -> tuple[Understood, Filters, frozenset[str] | None]:
    """Return what was understood, the filters in force, and the ids that pass them.

    Filters that a question states and that leave nothing are taken out of it with a note, unless it is exact.
    """
    filters = passed.over(understood.filters)
    allowed = filters.allowed(catalogue)
    if allowed is None or allowed or understood.exact or not understood.filters:
        return understood, filters, allowed
    note = f"No paper {in_words(understood.filters, 1)}; this was left out of the search."
    without = replace(understood, asked=None, filters=Filters(), notes=(*understood.notes, note))
    return without, passed, passed.allowed(catalogue)


def _missing(strange: Sequence[str]) -> Named | None:
    """Return the first id of which nothing is known, as the name that a question is about."""
    return Named(0, 0, strange[0], strange[0]) if strange else None


def _notes(
    names: Sequence[Named], strange: Sequence[str], catalogue: Catalogue, indexes: Indexes, *, compared: bool
) -> Iterator[str]:
    """Yield what became of the ids and names of a question; of one that is compared also that no paper holds it."""
    for name in strange:
        if catalogue.resolve(name):
            yield f"{name} is kept as wanted: `abstract-qa enrich` fetches its text."
    for named in names:
        if named.is_misspelt:
            yield f"“{named.written}” was read as {corrected(named.written, [named], catalogue)}."
    for named in names if compared else ():
        if not named.papers and not occurs(named.written, indexes):
            yield f"“{named.written}” occurs in no paper here."


def _spoken_of(history: Sequence[Answer]) -> tuple[str, ...]:
    """Return the papers that the conversation was last about."""
    last = next((turn for turn in reversed(history) if turn.citations), None)
    return tuple(citation.paper.paper_id for citation in last.citations) if last else ()


def _looked_up(
    text: str, meant: tuple[Meant, ...], among: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[Meant, ...]]:
    """Return the fields asked for and of which papers, where nothing but that is asked."""
    if not meant and among and _IT.search(text):
        meant = tuple(Meant(0, 0, paper_id) for paper_id in among)
    if not meant:
        return (), ()
    named = blank(text, [(m.start, m.end) for m in meant])
    fields, rest = read_fields(named)
    rest = rest.replace("'", " ").replace('"', " ")
    return (fields, meant) if fields and is_understood(rest, of_one_paper=True) else ((), ())

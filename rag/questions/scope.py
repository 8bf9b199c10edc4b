"""Which papers a question is asked of: the filters passed with it and those it states, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.catalogue import Catalogue
from rag.filters import Filters
from rag.indexes import Indexes
from rag.nouns import Answer, Coverage
from rag.questions.comparison import Comparison, compares, read_comparison
from rag.questions.exact import CatalogueReader, Found, UnknownReader
from rag.questions.held import Held
from rag.questions.ids import spell_ids
from rag.questions.lookup import RecordReader, read_fields
from rag.questions.meant import Meant, papers_meant
from rag.questions.named import Named, corrected, occurs, read_names, unknown_name
from rag.questions.saying import in_words
from rag.questions.similar import read_similar
from rag.questions.understanding import Understood, is_understood, understand
from rag.questions.wording import blank, folded

_PLAIN = 20
"""Words up to which a question about one paper asks one thing."""
_SEVERAL = re.compile(
    r"\b(?:papers|works|studies|benchmarks|data\s?sets|corpora|methods|approaches|others?|another|else|besides|apart|similar"
    r"|like|unlike|than|compare[ds]?|versus|vs|all|list|every|each|both)\b",
    re.I,
)
"""Words of a question that may be about more than one paper."""
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
    question = spelled.question
    text = folded(question)
    names = read_names(text, indexes.names)
    meant = papers_meant(text, names, catalogue, indexes)
    among = _spoken_of(history)
    understood = understand(
        text,
        Held(catalogue),
        today or date.today(),
        titles=[(m.start, m.end) for m in meant if " " in text[m.start : m.end]],
        among=among,
        dropped=dropped,
    )
    fields, asked_of = _looked_up(text, meant, among)
    filters, notes, subject = (
        passed.over(understood.filters),
        understood.notes,
        understood.subject if understood.filters else question,
    )
    allowed = filters.allowed(catalogue)
    if allowed is not None and not allowed and not understood.exact and understood.filters:
        notes = (*notes, f"No paper {in_words(understood.filters, 1)}; this was left out of the search.")
        filters, subject = passed, question
        understood = replace(understood, asked=None, filters=Filters())
        allowed = filters.allowed(catalogue)
    total = catalogue.readable()
    coverage = Coverage(total, total if allowed is None else len(allowed), filters.undated(catalogue))
    unknown = None if understood.exact or fields else unknown_name(text, names, indexes)
    if spelled.strange and not meant:
        unknown = Named(0, 0, spelled.strange[0], spelled.strange[0])
        wanted = [name for name in spelled.strange if catalogue.resolve(name)]
        notes = (*notes, *(f"{name} is kept as wanted: `abstract-qa enrich` fetches its text." for name in wanted))
    notes = (
        *notes,
        *(f"“{n.written}” was read as {corrected(n.written, [n], catalogue)}." for n in names if n.is_misspelt),
    )
    subject = corrected(subject, names, catalogue)
    ids = None if allowed is None else frozenset(allowed)
    if compares(text) and meant and not understood.exact:
        strange = [n.written for n in names if not n.papers and not occurs(n.written, indexes)]
        notes = (*notes, *(f"“{written}” occurs in no paper here." for written in strange))
    similar = read_similar(text, understood.subject, meant, among)
    comparison = None if understood.exact or fields else read_comparison(text, meant)
    return Scope(
        filters,
        ids,
        coverage,
        subject,
        understood,
        names,
        unknown,
        asked_of or meant,
        comparison,
        fields,
        similar,
        notes,
    )


def is_plain(scope: Scope, history: Sequence[Answer]) -> bool:
    """Tell whether a question is about one paper that it names, and so needs no model to say what to search for."""
    short = len(scope.subject.split()) <= _PLAIN
    return not history and short and len(scope.meant) == 1 and not _SEVERAL.search(scope.subject)


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


def exact_reader(scope: Scope, catalogue: Catalogue) -> CatalogueReader | RecordReader | UnknownReader | None:
    """Return what answers without a search: of a question understood to the last word, or about an unknown name."""
    if not scope.coverage.looked_at:
        return None
    if scope.unknown is not None:
        return UnknownReader(scope.unknown.written)
    if scope.fields:
        named = catalogue.get([m.paper_id for m in scope.meant])
        return RecordReader([named[m.paper_id] for m in scope.meant if m.paper_id in named], scope.fields)
    asked = scope.understood.asked
    if asked is None or not scope.understood.exact:
        return None
    papers = catalogue if scope.allowed is None else catalogue.get(sorted(scope.allowed)).values()
    unknown = scope.filters.unknown(catalogue)
    readable = tuple(paper for paper in papers if paper.title or paper.abstract)
    return CatalogueReader(Found(asked, scope.filters, readable, scope.coverage, unknown))

"""Every sentence of abstracts, quoted word for word against its own abstract: the audit must find each supported.

A sentence is put as the reader without a model puts it: in quotation marks, with its pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.audit import audit
from rag.base.text.sentences import split_sentences
from rag.cite import resolve
from rag.intake import sources
from rag.nouns import EXTRACTIVE, Claim, Draft, Paper, Passage, Record
from rag.read.reader import quotes


def papers(paths: Iterable[Path]) -> Iterator[Paper]:
    """Yield the papers of files that `add` takes, in order; one that stands there twice comes twice."""
    for path in paths:
        for source in sources(path):
            yield from (_paper(sighting.record) for sighting in source.read().sightings)


def audited(paper: Paper) -> Iterator[Claim]:
    """Yield what the audit makes of an answer for each sentence of `paper` that only quotes that sentence."""
    shown = (Passage(paper, 1.0),)
    for index in range(1, len(paper.sentences) + 1):
        yield from audit(resolve(Draft(quotes(paper, 1, [index]), shown, EXTRACTIVE), final=True)).claims


def _paper(record: Record) -> Paper:
    name = record.own_id or record.arxiv_id or record.title
    return Paper(name, record.title, record.abstract, split_sentences(record.abstract), date=record.date)

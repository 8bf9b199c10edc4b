"""Whether what stands in the place of a paper is one, where its file does not say so: marks of papers, then its words.

The weights are those of a logistic regression on which words occur, in half of 8,100 abstracts (Daily Papers, arXiv,
SciFact, Cranfield) and of 7,500 titled paragraphs of news, recipes, offers of jobs, blogs, notes, manuals and talks.
Of all 80,317 abstracts of Daily Papers and arXiv, with their titles, 321 are too light (1 in 250: `python -m
tests.intake.test_paper_classifier FILE.jsonl.gz …`); of the other half of the paragraphs 97% are, of news and recipes
99% (by a script that does not ship, nor does what it was fitted by). The words of proofs were added by hand, since
these sets hold little mathematics. Not handled: other sciences (of SciFact's abstracts 2.6% are too light, of
Cranfield's 3.8%), textbooks (8% pass), other languages than English.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.intake.formats import FoundRecord
from rag.nouns import Record

_LEAST, _LEAST_TELLING = 5, 4
"""What the words of a paper weigh together, and what those that speak for it do, without those of any prose."""
_LISTED = (
    (4, "conjecture flow lemma theorem theorems"),
    (3, "agents boundary disease dna induced paper presented proof prove proved proves propose study"),
    (2, "activation alignment approach approaches associated background been challenge challenging clinical"),
    (2, "conditions considered dependent derived developed during dynamic effects equations evaluation existing"),
    (2, "experimental expression factor generation however identify important including increased increasingly"),
    (2, "inference introduce investigate investigation levels mechanism mechanisms methods models motion multi"),
    (2, "novel of particularly present pressure reasoning recent response responses retrieval review shown stress"),
    (2, "structural studied studies surface synthesis systematic temperature transfer via visual"),
    (1, "accuracy across adaptive agent analysis are aware based benchmark between by capabilities challenges"),
    (1, "compared complex control crucial datasets demonstrate detection development diverse driven due effect"),
    (1, "effective efficient enabling for form framework fundamental generated high highly human image improve"),
    (1, "improves in is language large limited method multimodal objective often performance potential problem"),
    (1, "problems quality recognition rely remains requires research results scale show significant solution"),
    (1, "stability structure structures such synthetic system systems task tasks their theory these traditional"),
    (1, "type under understanding unified various video vision which while within yet"),
    (-1, "be building code data end even full input its last new no not now over step still that the they this tools"),
    (-1, "when would"),
    (-2, "company each example file he if just let more my our people said says see take talk until us what your"),
    (-3, "add his job look start will"),
    (-4, "you"),
)
_OF_ANY_PROSE = frozenset(
    """are been between by considered due during for however important in including is of often particularly such their
    these under which while within yet""".split()  # noqa: SIM905
)
_WEIGHTS = {word: weight for weight, words in _LISTED for word in words.split()}


def weighed(found: FoundRecord) -> FoundRecord:
    """Return what was found, marked as unsure where neither its record nor its words are a paper's."""
    is_paper = has_marks_of_papers(found.record) or reads_like_a_paper(found.record)
    return found if is_paper else replace(found, is_sure=False)


def has_marks_of_papers(record: Record) -> bool:
    """Tell whether a record has what papers alone have; one name alone stands below news and blogs too."""
    several = max(len(record.authors), record.author_count or 0) > 1
    return several or any((record.arxiv_id, record.doi, record.venue, record.withdrawn))


def reads_like_a_paper(record: Record) -> bool:
    """Tell whether title and abstract are in the words of abstracts; each word weighs once."""
    words = set(re.findall("[a-z]+", f"{record.title} {record.abstract}".lower()))
    told = {word: _WEIGHTS[word] for word in words & _WEIGHTS.keys()}
    telling = sum(weight for word, weight in told.items() if weight > 0 and word not in _OF_ANY_PROSE)
    return sum(told.values()) >= _LEAST and telling >= _LEAST_TELLING

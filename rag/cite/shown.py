"""What a reader was shown, as the resolver asks of it: which pointers name something, which text is a quotation.

Abstracts write brackets of their own (`95% CI [3.06, 7.70]`), and some write what looks like a pointer; the text of
what was shown decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.base.text.addresses import URL, bare
from rag.base.text.overlap import Weights, content_words, weights
from rag.cite.pointers import Parsed, Pointer
from rag.nouns import Paper, Passage

LABEL = re.compile(r"(?<![A-Za-z0-9_.\-])P[1-9]\d{0,3}(?:\.\d{1,3})?(?![A-Za-z0-9_\-]|\.\d)")

_BRACKET = re.compile(r"([\[【［〔(（])([^\[\]【】()（）]{1,200})[\]】］〕)）]")
_ROUND = "(（"
_DASHES = re.compile("[‐‑‒–—−]")
_CONTEXT = 2
"""Words before a bracket, in its sentence, that make it a quotation when the same stand before it in a draft."""


@dataclass(frozen=True, slots=True)
class ShownPapers:
    """The papers of a draft, in order, with what their text holds."""

    papers: tuple[Paper, ...]
    brackets: dict[tuple[str, bool], tuple[str, ...]]
    """Each bracket of the shown text (see `bracket_key`; whether it is a round one), with what stands before it."""
    labels: frozenset[str]
    urls: frozenset[str]
    words: tuple[tuple[frozenset[str], ...], ...]
    """Content words by paper and sentence, 0 being the metadata line."""
    weights: Weights

    @property
    def vocabulary(self) -> Collection[str]:
        """The content words of all that was shown."""
        return self.weights.frequency.keys()

    def sentences_of(self, pointer: Pointer) -> tuple[int | None, ...]:
        """Return the sentences that a pointer names, as far as they exist; None for a paper as a whole."""
        if not 1 <= pointer.paper <= len(self.papers):
            return ()
        if pointer.first is None or pointer.last is None:
            return (None,)
        return tuple(range(pointer.first, min(pointer.last, len(self.papers[pointer.paper - 1].sentences)) + 1))

    def names(self, pointer: Pointer) -> bool:
        """Tell whether all of what `pointer` points at exists."""
        return len(self.sentences_of(pointer)) == len(pointer)

    def is_quoted(self, inside: str, before: str, parsed: Parsed, *, is_round: bool) -> bool:
        """Tell whether a bracket in a draft is the shown text's own, given the draft before it.

        A bracket of bare digits is when it stands anywhere in the shown text, in square brackets for square ones; a
        single number or one with labels, which a model may well write itself, only when the same words precede it.
        """
        key = bracket_key(inside)
        contexts = self.brackets.get((key, False), ()) + (self.brackets.get((key, True), ()) if is_round else ())
        if not contexts or not (parsed.labelled or key.isdecimal()):
            return bool(contexts)
        before = " ".join(before.split())
        return any(before.endswith(context or ("“", '"', "*")) for context in contexts)

    def holds_link(self, link: str) -> bool:
        """Tell whether a link stands in the shown text or is a shown paper's own, with its scheme or without."""
        return not self.urls.isdisjoint((link, f"https://{link}", f"http://{link}"))

    def holds(self, text: str) -> bool:
        """Tell whether `text` stands in the shown text, letter by letter."""
        return any(text in part for paper in self.papers for part in _texts(paper))

    def best_sentence(self, paper: int, claim: str) -> int:
        """Return the sentence of `paper` that covers most of `claim`; of equals the first, the metadata line last."""
        words, sentences = content_words(claim), self.words[paper - 1]
        scores = [self.weights.coverage(words, sentence) or 0.0 for sentence in sentences]
        best: int = max([*range(1, len(sentences)), 0], key=scores.__getitem__)
        return best


@lru_cache(maxsize=8)
def shown_papers(passages: tuple[Passage, ...]) -> ShownPapers:
    """Return what the resolver needs to know of `passages`; kept, since a streamed draft asks again and again."""
    papers = tuple(passage.paper for passage in passages)
    texts = [text for paper in papers for text in _texts(paper)]
    words = tuple(
        tuple(frozenset(content_words(p.sentence(index))) for index in range(len(p.sentences) + 1)) for p in papers
    )
    titles = [frozenset(content_words(paper.title)) for paper in papers]
    urls = {bare(found[0]) for text in texts for found in URL.finditer(text)}
    return ShownPapers(
        papers=papers,
        brackets=_brackets(papers),
        labels=frozenset(found[0] for text in texts for found in LABEL.finditer(text)),
        urls=frozenset(urls | {bare(paper.url) for paper in papers if paper.url}),
        words=words,
        weights=weights([*titles, *(sentence for paper in words for sentence in paper)]),
    )


def bracket_key(inside: str) -> str:
    """Return the text between two brackets without white space and with one kind of dash."""
    return _DASHES.sub("-", "".join(inside.split())).casefold()


def _texts(paper: Paper) -> Iterator[str]:
    yield from (paper.title, paper.abstract, paper.metadata_line())


def _brackets(papers: tuple[Paper, ...]) -> dict[tuple[str, bool], tuple[str, ...]]:
    found: dict[tuple[str, bool], set[str]] = {}
    for paper in papers:
        bounds = paper.sentences or ((0, len(paper.abstract)),)
        for text in (paper.title, paper.metadata_line(), *(paper.abstract[start:end] for start, end in bounds)):
            for bracket in _BRACKET.finditer(text):
                before = text[max(0, bracket.start() - 60) : bracket.start()].split()[-_CONTEXT:]
                found.setdefault((bracket_key(bracket[2]), bracket[1] in _ROUND), set()).add(" ".join(before))
    return {key: tuple(sorted(befores)) for key, befores in found.items()}

"""Which models a paper tried: the sentences of its abstract that name some, without a model to read them.

Names are those of families of models, with what follows them (`Claude 3 Opus`, `Llama3-8b`). Not handled: families
that are not listed; then the usual reader answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.base.text.instructions import is_planted
from rag.base.text.numbers import plural
from rag.nouns import Answer, Draft, Paper, Passage, Query
from rag.read.extractive.quoting import quotes, titled
from rag.read.reader import SpecialReader

MOST_SENTENCES = 3
"""Sentences that are quoted of one paper."""
_ASKS = re.compile(
    r"\b(?:which|what)\s+(?:[\w-]+\s+){0,2}(?:models|llms|vlms|lvlms|systems)\b.*"
    r"\b(?:test|evaluat|compar|us|benchmark|stud|examin|try|tri|includ|cover|assess|consider)(?:e|ed|es|ied|ing|s)?\b",
    re.I,
)
_FAMILIES = (
    r"GPT|ChatGPT|InstructGPT|Claude|Gemini|Gemma|PaLM|Bard|Llama|LLaMA|Alpaca|Vicuna|Mistral|Mixtral|Qwen|DeepSeek|Grok"
    r"|Phi|Falcon|BLOOM|OPT|Yi|Baichuan|ChatGLM|GLM|InternLM|InternVL|Aya|Command\s?R|Jais|BERT|RoBERTa|DeBERTa|T5|mT5"
    r"|BART|CLIP|BLIP|LLaVA|Flamingo|Stable\s+Diffusion|SDXL|SD3|DALL-?E|Midjourney|Imagen|FLUX|Flux|Whisper|wav2vec"
)
_MODEL = re.compile(rf"(?<![\w-])(?:{_FAMILIES})(?:[-\s]?v?\d[\w.]*)?(?![a-z])")


def asks_for_models(question: str) -> bool:
    """Tell whether a question asks which models were tried."""
    return _ASKS.search(question) is not None


class ModelsReader(SpecialReader):
    """Quotes the sentences of `papers` that name models."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        told = [(paper, _naming(paper)) for paper in papers]
        self._told = [(paper, sentences) for paper, sentences in told if sentences]
        self._silent = len(papers) - len(self._told)

    def __bool__(self) -> bool:
        return bool(self._told)

    @property
    def own(self) -> tuple[Passage, ...]:
        """The papers that name models."""
        return tuple(Passage(paper, 1.0) for paper, _ in self._told)

    def read(self, query: Query, passages: tuple[Passage, ...], history: Sequence[Answer] = ()) -> Iterator[Draft]:
        """Yield one draft."""
        lead = "Models are named here:"
        lines = [
            f"- {titled(paper)}: {quotes(paper, place, sentences)}"
            for place, (paper, sentences) in enumerate(self._told, start=1)
        ]
        others = f"The abstracts of {plural(self._silent, 'other paper')} name none that is known here."
        text = "\n".join([lead, "", *lines, *(["", others] if self._silent else [])])
        yield Draft(text, passages, self.name, counted=(lead, others))


def _naming(paper: Paper) -> list[int]:
    """Return the sentences of an abstract that name models, those with the most names first, in their order."""
    named = {
        index: len({found[0] for found in _MODEL.finditer(sentence)})
        for index in range(1, len(paper.sentences) + 1)
        if _MODEL.search(sentence := paper.sentence(index)) and not is_planted(sentence)
    }
    return sorted(sorted(named, key=lambda index: (-named[index], index))[:MOST_SENTENCES])

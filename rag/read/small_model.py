"""The small form: quotes at once, and above them a sentence or two by a small model that has seen a dozen sentences.

The reader without a model decides whether there is an answer, and from which papers; the model says it in words, and
only what the audit finds supported is kept. So it can lose nothing that the quotes have. Not handled: questions that
ask for a form of their own, lists and comparisons, which stay quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag.audit import audit
from rag.base.text.overlap import content_words
from rag.base.text.sentences import split_sentences
from rag.chat import waiting_words
from rag.chat.bounds import Bounds
from rag.chat.endpoint import Endpoint
from rag.chat.replies import Reply, read_object, size, text_in
from rag.cite import resolve
from rag.cite.shown import shown_papers
from rag.intent.answer_form import read_form
from rag.nouns import Draft, Passage, Query, Status
from rag.read import prompts
from rag.read.evidence_prompt import neutral, neutral_lines
from rag.read.extractive import ExtractiveReader
from rag.read.pointing import BEARS, SHORTEST_COPY, alike

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage


MOST_SENTENCES = 12
"""Sentences that the model is shown: fewer than a thousand tokens of them."""
MOST_CHOSEN = 4
MOST_SOURCES = 3
"""Sentences that are chosen, and of these, that one sentence of the answer points at."""
LONGEST_ANSWER = 400
"""Characters."""
TOKENS = 220
"""Tokens of a reply, JSON and all."""
PATIENCE = 2
"""Times that a whole reply may take as long as its first word."""
_NEAR = 0.25
"""Part of a sentence's weight in a chosen one, from which that one is a source of it."""
_COPY = 0.9
_ANSWER = re.compile(r'"answer"\s*:\s*"((?:[^"\\]|\\.)*)')
_NUMBERS = re.compile(r'"sentences"\s*:\s*\[([\d\s,]*)')
_POINTER = re.compile(r"\[P(\d+)\.(\d+)\]")
_LABEL = re.compile(r"\s*[\[(](?:sentences?\s*)?\d{1,2}(?:\s*(?:,|and)\s*\d{1,2})*[\])]", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence by its paper's place among the passages, from 1, and its index."""

    paper: int
    index: int

    def __str__(self) -> str:
        return f"[P{self.paper}.{self.index}]"


class Picked:
    """The sentences that are shown, under numbers from 1."""

    def __init__(self, passages: Sequence[Passage], places: Sequence[Place]) -> None:
        self._passages = passages
        self.places = sorted(places, key=lambda place: (place.paper, place.index))

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        """The schema of the reply, by which only numbers that are shown can be written."""
        number = {"type": "integer", "enum": list(range(1, len(self.places) + 1))}
        return {
            "type": "object",
            "properties": {
                "sentences": {"type": "array", "items": number, "minItems": 1, "maxItems": MOST_CHOSEN},
                "answer": {"type": "string", "maxLength": LONGEST_ANSWER},
            },
            "required": ["sentences", "answer"],
            "additionalProperties": False,
        }

    def papers(self) -> list[dict[str, Any]]:
        """Return the papers with their numbered sentences, as the prompt takes them."""
        shown: dict[int, dict[str, Any]] = {}
        for number, place in enumerate(self.places, start=1):
            paper = self._passages[place.paper - 1].paper
            block = shown.setdefault(place.paper, {"title": neutral(paper.title), "sentences": []})
            block["sentences"].append({"number": number, "text": neutral(paper.sentence(place.index))})
        return list(shown.values())

    def chosen(self, numbers: Sequence[object]) -> list[Place]:
        """Return the places under `numbers`, in their order, as far as they are shown."""
        valid = [n for n in numbers if isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= len(self.places)]
        return [self.places[n - 1] for n in dict.fromkeys(valid)][:MOST_CHOSEN]


def write_small(
    query: Query, passages: tuple[Passage, ...], quotes: ExtractiveReader, endpoint: Endpoint
) -> Iterator[Draft]:
    """Yield the quotes at once, then the growing draft with the model's sentences above them.

    Where code knows that there is no answer, or the form is one for quotes, no model is asked. ModelFailed when the
    endpoint fails.
    """
    *_, quoted = quotes.read(query, passages)
    if quoted.status is Status.ABSTAINED or read_form(query.question)[0]:
        yield quoted
        return
    growing = replace(quoted, text=f"{quoted.text}\n\n", complete=False, doing=f"Asking {endpoint.model} …")
    yield growing
    picked = _as_read_in_time(_places(quoted, quotes.picked(query, quoted.shown)), quoted, query, endpoint)
    if picked is None:
        why = waiting_words.speeds(endpoint.known.reads, None) or "has a small window"
        note = f"{endpoint.model} {why}: too little for an answer within {endpoint.timeout:g} s. These are quotes."
        yield replace(quoted, warnings=(*quoted.warnings, note))
        return
    messages, reply = _messages(picked, query), Reply()
    for reply in endpoint.stream(messages, Bounds(TOKENS, PATIENCE * endpoint.timeout), picked.schema):
        yield replace(growing, doing=reply.doing or f"{endpoint.model} is writing …")
    yield _composed(quoted, picked, reply, endpoint, query)


def _messages(picked: Picked, query: Query) -> list[ChatMessage]:
    return prompts.messages("small", papers=picked.papers(), question=neutral_lines(query.standalone))


def _as_read_in_time(places: list[Place], quoted: Draft, query: Query, endpoint: Endpoint) -> Picked | None:
    """Return as many of the likeliest sentences as the model reads in its time and window; None where none are."""
    known = endpoint.known
    readable = known.readable(endpoint.timeout)
    room = known.room - TOKENS if readable is None else min(known.room - TOKENS, readable)
    for most in range(min(MOST_SENTENCES, len(places)), 0, -1):
        picked = Picked(quoted.shown, places[:most])
        if size(_messages(picked, query)) <= room:
            return picked
    return None


def _places(quoted: Draft, picked: Sequence[tuple[int, int]]) -> list[Place]:
    """Return what is quoted, then what else is likely in the papers that are: which these are, code has decided."""
    first = [Place(int(found[1]), int(found[2])) for found in _POINTER.finditer(quoted.text)]
    papers = {place.paper for place in first}
    rest = [Place(paper, index) for paper, index in picked if paper in papers]
    return list(dict.fromkeys([*first, *rest]))


def _composed(quoted: Draft, picked: Picked, reply: Reply, endpoint: Endpoint, query: Query) -> Draft:
    """Return the quotes with what holds of the model's answer above them; the quotes alone where nothing does."""
    numbers, answer = read_reply(reply.text)
    chosen = picked.chosen(numbers) or picked.places
    kept = list(_supported(answer, chosen, quoted, query))
    quoted = replace(quoted, usage=quoted.usage + reply.usage)
    if kept and all(_is_quoted(sentence, quoted) for sentence in kept):
        return quoted
    if not kept:
        note = f"Nothing that {endpoint.model} wrote is supported by what it chose: these are quotes alone."
        return replace(quoted, warnings=(*quoted.warnings, note))
    lead, colon, rest = quoted.text.partition(":\n\n")
    head = f"{lead}:\n\n" if colon and quoted.status is Status.PARTIAL and "“" not in lead else ""
    text = f"{head}{' '.join(kept)}\n\n{rest if head else quoted.text}"
    return replace(quoted, text=text, reader=endpoint.model)


def read_reply(text: str) -> tuple[list[int], str]:
    """Return the numbers and the answer of a reply, whole or cut off; without JSON, the text with no numbers."""
    found = read_object(text)
    if found is not None:
        inner = found.get("arguments") if isinstance(found.get("arguments"), dict) else found
        numbers = inner.get("sentences") if isinstance(inner, dict) else None
        answer = text_in(inner.get("answer"), LONGEST_ANSWER) if isinstance(inner, dict) else None
        listed = numbers if isinstance(numbers, list) else []
        return [n for n in listed if isinstance(n, int)], answer or ""
    numbers_found, answer_found = _NUMBERS.search(text), _ANSWER.search(text)
    listed = [int(n) for n in re.findall(r"\d+", numbers_found[1])] if numbers_found else []
    if answer_found:
        return listed, _unescaped(answer_found[1])
    return listed, "" if "{" in text else (text_in(text, LONGEST_ANSWER) or "")


def _unescaped(written: str) -> str:
    try:
        return text_in(json.loads(f'"{written}"'), LONGEST_ANSWER) or ""
    except ValueError:
        return ""


def _supported(answer: str, chosen: Sequence[Place], quoted: Draft, query: Query) -> Iterator[str]:
    """Yield the sentences of an answer that what was chosen bears out, each with its pointers."""
    shown = shown_papers(quoted.shown)
    answer = _LABEL.sub("", _POINTER.sub("", answer)).strip()
    for start, end in split_sentences(answer):
        sentence = answer[start:end].strip()
        words = content_words(sentence)
        near = {p: shown.weights.coverage(words, shown.words[p.paper - 1][p.index]) or 0.0 for p in chosen}
        nearest = sorted(chosen, key=lambda place: -near[place])[:MOST_SOURCES]
        sources = [place for place in nearest if near[place] >= _NEAR] or nearest[:1]
        stop = sentence[-1:] if sentence[-1:] in ".!?。" else ""
        pointed = f"{sentence.removesuffix(stop)} {' '.join(map(str, sources))}{stop or '.'}"
        claims = audit(resolve(replace(quoted, text=pointed), final=True), query.question).claims
        if claims and all(claim.cites and claim.support in BEARS for claim in claims):
            yield pointed


def _is_quoted(sentence: str, quoted: Draft) -> bool:
    """Tell whether a sentence only repeats what is quoted below it."""
    words = content_words(_POINTER.sub("", sentence))
    return len(words) >= SHORTEST_COPY and alike(words, content_words(quoted.text)) >= _COPY

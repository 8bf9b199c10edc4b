"""The small form: quotes at once, and above them a sentence or two by a small model that has seen a dozen sentences.

The reader without a model decides whether there is an answer, and from which papers; the model says it in words, and
only what the audit finds supported is kept. So it can lose nothing that the quotes have. Not handled: questions that
ask for a form of their own, lists and comparisons, which stay quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.audit import audit
from rag.base.text.overlap import content_words
from rag.base.text.sentences import split_sentences
from rag.cite import resolve
from rag.cite.shown import shown_papers
from rag.intent.answer_form import read_form
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.profile import speeds
from rag.models.chat.replies import Reply, ReplyLimits, read_object, text_in
from rag.models.chat.tokens import size
from rag.nouns import Draft, Passage, Query, Status
from rag.read import prompts
from rag.read.draft_repair import BEARS, SHORTEST_COPY, STOPS, copied_share, with_pointers
from rag.read.extractive import ExtractiveReader
from rag.read.prompts import neutral, neutral_lines

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
_POINTER = re.compile(r"\[P(\d+)\.(\d+)\]")
_LABEL = re.compile(r"\s*[\[(](?:sentences?\s*)?\d{1,2}(?:\s*(?:,|and)\s*\d{1,2})*[\])]", re.I)


Place = tuple[int, int]
"""A sentence by its paper's place among the passages, from 1, and its index."""


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
    first = [(int(paper), int(index)) for paper, index in _POINTER.findall(quoted.text)]
    picked = [place for place in quotes.picked(query, quoted.shown) if place[0] in dict(first)]
    places = _read_in_time(list(dict.fromkeys([*first, *picked])), quoted, query, endpoint)
    if not places:
        why = speeds(endpoint.known.reads, None) or "has a small window"
        note = f"{endpoint.model} {why}: too little for an answer within {endpoint.timeout:g} s. These are quotes."
        yield replace(quoted, warnings=(*quoted.warnings, note))
        return
    messages, reply = _messages(places, quoted.shown, query), Reply()
    for reply in endpoint.stream(messages, ReplyLimits(TOKENS, PATIENCE * endpoint.timeout), _schema(len(places))):
        yield replace(growing, doing=reply.doing or f"{endpoint.model} is writing …")
    yield _composed(quoted, places, reply, endpoint, query)


def _read_in_time(places: Sequence[Place], quoted: Draft, query: Query, endpoint: Endpoint) -> list[Place]:
    """Return as many of the likeliest sentences as the model reads in its time and window, in their order."""
    room, readable = endpoint.known.room - TOKENS, endpoint.known.readable(endpoint.timeout)
    room = room if readable is None else min(room, readable)
    shorter = (sorted(places[:most]) for most in range(min(MOST_SENTENCES, len(places)), 0, -1))
    return next((read for read in shorter if size(_messages(read, quoted.shown, query)) <= room), [])


def _messages(places: Sequence[Place], passages: Sequence[Passage], query: Query) -> list[ChatMessage]:
    """Return the prompt, which shows the sentences at `places` under numbers from 1, paper by paper."""
    shown: dict[int, dict[str, Any]] = {}
    for number, (place, index) in enumerate(places, start=1):
        paper = passages[place - 1].paper
        block = shown.setdefault(place, {"title": neutral(paper.title), "sentences": []})
        block["sentences"].append({"number": number, "text": neutral(paper.sentence(index))})
    return prompts.messages("small", papers=list(shown.values()), question=neutral_lines(query.standalone))


def _schema(count: int) -> Mapping[str, Any]:
    """Return the schema of a reply, by which only the numbers of the `count` sentences shown can be written."""
    number = {"type": "integer", "enum": list(range(1, count + 1))}
    return {
        "type": "object",
        "properties": {
            "sentences": {"type": "array", "items": number, "minItems": 1, "maxItems": MOST_CHOSEN},
            "answer": {"type": "string", "maxLength": LONGEST_ANSWER},
        },
        "required": ["sentences", "answer"],
        "additionalProperties": False,
    }


def read_reply(text: str) -> tuple[list[int], str]:
    """Return the numbers and the answer of a reply, whole or cut off; without JSON, the text with no numbers."""
    cut = text.rstrip("\\")
    found = next(filter(None, (read_object(cut + end) for end in ("", "}", '"}', "]}"))), None)
    if found is None:
        return [], "" if "{" in text else text_in(text, LONGEST_ANSWER) or ""
    inner = arguments if isinstance(arguments := found.get("arguments"), dict) else found
    numbers = inner.get("sentences")
    listed = [n for n in numbers if type(n) is int] if isinstance(numbers, list) else []
    return listed, text_in(inner.get("answer"), LONGEST_ANSWER) or ""


def _composed(quoted: Draft, places: Sequence[Place], reply: Reply, endpoint: Endpoint, query: Query) -> Draft:
    """Return the quotes with what holds of the model's answer above them; the quotes alone where nothing does."""
    numbers, answer = read_reply(reply.text)
    chosen = [places[n - 1] for n in dict.fromkeys(numbers) if 1 <= n <= len(places)][:MOST_CHOSEN] or places
    kept = list(_supported(answer, chosen, quoted, query))
    quoted = replace(quoted, usage=quoted.usage + reply.usage)
    if not kept:
        note = f"Nothing that {endpoint.model} wrote is supported by what it chose: these are quotes alone."
        return replace(quoted, warnings=(*quoted.warnings, note))
    own = [content_words(_POINTER.sub("", sentence)) for sentence in kept]
    said = content_words(quoted.text)
    if all(len(words) >= SHORTEST_COPY and copied_share(words, said) >= _COPY for words in own):
        return quoted  # it only repeats what is quoted below it
    lead, colon, rest = quoted.text.partition(":\n\n")
    has_lead = colon and quoted.status is Status.PARTIAL and "“" not in lead
    parts = [f"{lead}:", " ".join(kept), rest] if has_lead else [" ".join(kept), quoted.text]
    return replace(quoted, text="\n\n".join(parts), reader=endpoint.model)


def _supported(answer: str, chosen: Sequence[Place], quoted: Draft, query: Query) -> Iterator[str]:
    """Yield the sentences of an answer that what was chosen bears out, each with its pointers."""
    shown = shown_papers(quoted.shown)
    answer = _LABEL.sub("", _POINTER.sub("", answer)).strip()
    for start, end in split_sentences(answer):
        sentence = answer[start:end].strip()
        words = content_words(sentence)
        near = {(p, i): shown.weights.coverage(words, shown.words[p - 1][i]) or 0.0 for p, i in chosen}
        nearest = sorted(chosen, key=lambda place: -near[place])[:MOST_SOURCES]
        sources = [place for place in nearest if near[place] >= _NEAR] or nearest[:1]
        whole = sentence if sentence.endswith(STOPS) else f"{sentence}."
        pointed = with_pointers(whole, " ".join(f"[P{paper}.{index}]" for paper, index in sources))
        claims = audit(resolve(replace(quoted, text=pointed), final=True), query.question).claims
        if claims and all(claim.cites and claim.support in BEARS for claim in claims):
            yield pointed

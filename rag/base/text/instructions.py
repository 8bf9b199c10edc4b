"""Sentences that tell whoever answers what to say: planted in an abstract, or put beside a question.

An abstract reports; a sentence of it that is addressed to its reader was planted. Told by the shape of commands in
English, and by their first words in German, French, Spanish, Italian and Chinese. Not handled: a falsehood that is
stated as a finding, which looks like any other.
"""

from __future__ import annotations

import re

from rag.base.text.word_lists import word_list

_ORDER = re.compile(
    r"(?<!\bto )(?<!['\"‘“])\b(ignore|disregard|forget)\b.{0,40}\b(instructions?|prompts?|rules|above)\b"
    r"|\b(reading|summari[sz]ing|processing) this (abstract|text|paper|page)\b"
    r"|\byour (answer|reply|response|output|instructions)\b|\byou are (now|an? (ai|assistant))\b"
    r"|(忽略|无视).{0,20}(指令|指示)",
    re.I,
)
_VERBS = rf"(?:{'|'.join(word_list('orders'))})"
_SAID = r"that|with|only|[\"“'‘:]|(?-i:[A-Z][A-Z0-9-]{2,})"
_WHAT = rf"(?=\s+(?:{_SAID}|the|this|these|your|all|any|every|to|in|as|no|other))"
_READERS = r"(?:assistants?|chat ?bots?|AIs?|AI \w+|LLMs?|(?:language )?models?|summari[sz]ers?|agents?)"
_FOREIGN = r"ignorier\w*|missachte\w*|vergiss|vergessen sie|ignora\w*|olvida\w*|ignorez|oublie[zs]?|dimentica\w*"
_PLANTED = re.compile(
    rf"(?:^|[:;—–]\s+|\b(?:please|kindly)\s+)(?:always |never |only |do not |don't )?{_VERBS}\b{_WHAT}"
    rf"|\b(?:please|kindly)\s+{_VERBS}\b"
    rf"|^\W*(?:system|assistant|user|instructions?|<\|?\w+\|?>|\[/?INST\])\s*[:>\]]"
    rf"|\b(?:dear|note (?:for|to)|attention,?)\s+(?:\w+ )?{_READERS}\b.{{0,40}}[:,]"
    rf"|\b(?:any|every|all)\s+(?:\w+ )?{_READERS}\b.{{0,40}}\breads?\b"
    rf"|^{_READERS}(?:\s*[,:]| reading\b)"
    rf"|\b(?:when(?:ever)?|if)\b.{{0,60}}\b(?:ask(?:s|ed)?|you are)\b.{{0,60}},\s+{_VERBS}\b"
    rf"|\b(?:must|should|shall|ought to|(?:has|have|is|are|need|needs) to)\s+(?:always |never |only )?"
    rf"(?:be told|{_VERBS})\b(?=\s+(?:{_SAID}))"
    r"|\b(?:correct|right|only) answer to (?:any|every|all|each)\b"
    rf"|(?:^|[.:;!]\s*)(?:{_FOREIGN})\b",
    re.I,
)
"""Clauses that are addressed to whoever reads."""


def is_planted(sentence: str) -> bool:
    """Tell whether a sentence of an abstract is addressed to whoever reads it, and so is not to be quoted."""
    return any(shape.search(sentence) for shape in (_PLANTED, _ORDER))


def without_orders(question: str) -> str:
    """Return `question` without sentences that tell whoever answers what to say; all of it if nothing else is there."""
    kept = [sentence for sentence in re.split(r"(?<=[.!?。！？])\s+", question) if not _ORDER.search(sentence)]
    return " ".join(kept) or question

"""A question made to stand alone, by rules: what a short form stands for, and what a conversation adds to it.

A question leans on the conversation when it points back ("it", "they", "that paper", "and …?"). It then takes along
the previous question and the titles of the papers cited last; a model's plan may take the place of that. Not handled:
ellipsis of more than a verb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.base.text.languages import in_english
from rag.base.text.names import is_name
from rag.base.text.overlap import content_words
from rag.base.text.word_lists import word_list, word_pattern
from rag.intent.dates import PERIOD, period, read_times, speaks_of_papers
from rag.intent.vocabulary import asks_for_verse
from rag.intent.wording import PAPERS, WORKS, pattern, without_overlaps
from rag.nouns import Answer, Query

_POINTS_BACK = pattern(
    r"\b(it|its|it's|they|them|their|theirs|these|those|this|that|he|she|his|her|former|latter|same|there)\b"
    r"|\b(the|these|those|both) (paper|papers|authors?|work|works|study|studies|method|approach|benchmark|dataset|"
    r"data set|model|models|two|others?|first|second|last)\b"
)
_GOES_ON = pattern(r"^\s*(and|also|but|so|what about|how about|why|how come|since when|und|y|et|auch)\b")
_MORE = pattern(
    r"^\W*(?:(?:can|could) you )?(?:please )?(?:(?:tell|give|show) me )?(?:(?:an?|the) )?(?:(?:short|brief) )?"
    r"(?:summary|overview|summari[sz]e|more(?: (?:details?|on that))?|details|go on|elaborate|explain(?: more)?"
    r"|examples?)(?:[\s,]+please)?\W*$"
)
"""A question that says nothing of its own: it asks for more, or less, of the same."""
_ELLIPTIC = pattern(
    r"^\W*(?:how (?:many|much)(?: [a-z-]+){1,2}|(?:how (?:large|big|good|long|old)|which|what|who|whom|whose|when|where"
    r"|why|how)(?: [a-z-]+)?)\W*$",
)
"""A question that asks nothing by itself: `How many countries?`, `Which models?`."""
_SHORT = 9
"""Words up to which a question that goes on, or points back, can hardly stand alone."""


def plan_by_rules(question: str, history: Sequence[Answer], named: tuple[str, ...] = ()) -> Query:
    """Return the query for `question`, which names the papers `named`, after `history`, oldest first."""
    if not history or not leans_back(question):
        return Query(question, question)
    if named and not _POINTS_BACK.search(question):  # "what about the other one?" asks the same of another
        return Query(question, f"{question} ({history[-1].question})")
    last = spoken_of(history) or history[-1]
    focus = tuple(c.paper.paper_id for c in last.citations)
    about = "; ".join(c.paper.title for c in last.citations[:2]) or last.standalone_question
    return Query(question, f"{question} ({about})", focus=focus)


def leans_back(question: str) -> bool:
    """Return whether a question points back at the conversation."""
    words = len(re.findall(r"\w+", question))
    goes_on = words <= _SHORT and (_GOES_ON.search(question) or _MORE.search(question))
    return bool(goes_on or _ELLIPTIC.search(question) or (words <= 2 * _SHORT and _POINTS_BACK.search(question)))


def spoken_of(history: Sequence[Answer]) -> Answer | None:
    """Return the last answer that cites papers, which the conversation is about; None where none does."""
    return next((turn for turn in reversed(history) if turn.citations), None)


_ANOTHER = pattern(
    rf"\W*(?:and|what about|how about|so)[\s,]+(?:(?P<how>in|for|from|since|before|after|until) )?(?P<p>{PERIOD})\W*"
)


def with_another_time(question: str, before: str, today: date) -> str | None:
    """Return the question before with the one time of `question`, if that is all that it says: `And in 2025?`."""
    another = _ANOTHER.fullmatch(question)
    if another is None or period(another["p"], today) is None or not speaks_of_papers(before):
        return None
    times = without_overlaps(read_times(before, today))
    if len(times) != 1:
        return None
    how = another["how"] if another["how"] not in (None, "in", "for") else "from"
    return f"{before[: times[0].start]} {how} {another['p']} {before[times[0].end :]}"


# ----------------------------------------------------------------------------------------------------
# A short form: a subject alone, or a list of works, which asks for the papers on it.

_SENTENCE = pattern(rf"[?:？¿。]|\b{PAPERS}\b|{word_pattern(word_list('in_sentences')).pattern}")
_LISTS_WORKS = pattern(
    r"(?P<asks>\W*(?:(?:please )?(?:list|show|name|give|find)(?: (?:me|us))?(?: (?:all|every|the|any))*|which|what))"
    rf" (?:(?!papers\b)[\w-]+ ){{0,2}}?(?:{WORKS}|frameworks)\b"
    r"(?=\s*(?:[?.!]|$|on\b|about\b|for\b|in\b|of\b|that\b|(?:are|is) (?:there|available|here)\b|exist"
    r"|(?:do|are)\s*(?:not|n't)\b))"
)
"""Works that papers bring, asked for at large or by what they lack."""
_DATED = pattern(rf"\b(?:from|since|before|after) {PERIOD}\W*$")
_RESULTS = pattern(r"\W*(?:results|experiments|evaluations|findings) (?:with|on|of|from|using|for)\s")
_MOST_OF_FRAGMENT = 8
PAPERS_ON = "Papers on "
"""How a question for papers begins that a subject alone stands for."""


def in_full(text: str, *, opens: bool) -> str:
    """Return the question for papers that a short form of it stands for: a subject, or a list of works; else `text`.

    Of subjects without a verb, those that are no name and no date lack may go on from what was said, unless it `opens`.

    >>> in_full("reward hacking", opens=True), in_full("List all benchmarks on bias", opens=True)
    ('Papers on reward hacking', 'List all papers on benchmarks on bias')
    """
    if works := _LISTS_WORKS.match(text):
        return f"{works['asks']} papers on {text[works.end('asks') :].strip()}"
    words = re.findall(r"[\u3040-\u9fff]|[^\s\u3040-\u9fff]+", text)
    if len(words) > _MOST_OF_FRAGMENT or _SENTENCE.search(text) or asks_for_verse(text) or not content_words(text):
        return text
    named = " " in text.strip() and (_DATED.search(text) or _RESULTS.match(text) or is_name(text))
    return f"{PAPERS_ON}{in_english(text)}" if opens or named else text

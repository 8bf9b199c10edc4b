"""Noun phrases as titles and sentences hold them: what a person would call a subject, `reward hacking`.

Without a grammar: runs of words between stop words, verbs and punctuation, of which the last words are the noun. Not
handled: phrases with a preposition in them, and other languages than English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.base.text.names import is_marked

_RUN = re.compile(r"[^\s,;:!?()\[\]{}\"“”«»…$\\/—–|]+")
_BREAK = re.compile(r"[,;:!?()\[\]{}\"“”«»…$\\/—–|]|\.(?:\s|$)|--")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z][A-Za-z0-9-]+[A-Za-z0-9]")
MOST_WORDS = 3
"""Words of the longest phrase."""
_STOPS = """
    a an the and or but nor so yet if of in on at to for from by with without within into onto via as than that this
    these those there it its itself they them their we our us you your he she his her who whom whose which what when
    where why how is are was were be been being am do does did done has have had having can could may might must shall
    should will would not no all any both each every few many more most much other some such same own only also just
    even ever never very too over under above below between among across through during before after against about
    toward towards upon per beyond along around behind despite except like unlike while whereas because although
    though however thus hence therefore then again still yet once one two three four five six seven eight nine ten
    first second third new novel recent recently existing several various different diverse multiple numerous
    propose proposes proposed present presents presented introduce introduces introduced show shows showed shown
    demonstrate demonstrates demonstrated find finds found use uses used using based make makes made making get gets
    let lets achieve achieves achieved achieving improve improves improved improving enable enables enabling enabled
    provide provides provided providing reveal reveals revealed revealing suggest suggests remain remains become
    becomes leverage leverages leveraging apply applied applying consider considers evaluate evaluates evaluated
    evaluating investigate investigates explore explores exploring address addresses addressing study studies
    examine examines examining understand understanding measuring measure measures probing rethinking unveiling
    revisiting bridging building designing developing scaling enhancing exploring assessing analyzing analysing
    mitigating aligning benchmarking learning-to need needs known paper papers work works approach approaches method
    methods methodology framework frameworks system systems way ways case cases result results effect effects role
    better best good high low large larger small smaller simple general specific significant significantly effective
    efficient comprehensive systematic unified ahead up down out off really truly able current currently
    towards look looking really matter matters here now"""
BETWEEN = frozenset(_STOPS.split())
"""Words that part one noun phrase from the next: stop words, and the verbs and adjectives of all abstracts."""
_GENERAL = """
    perspective survey review overview introduction case analysi analysis study challenge opportunity direction
    evidence lesson insight comparison evaluation problem issue question task number set level type kind part point
    state art performance setting scenario capability application aspect technique strategy strategie process
    technology world practice context data information experiment generation development research science community
    human user model agent llm lm vlm lvlm mllm lmm ai ml nlp language network version open-source"""
AT_LARGE = frozenset(_GENERAL.split())
"""Words, without the s of a plural, that together or alone name no subject of their own."""
_NOUNS_IN_ING = """
    learning reasoning training tuning fine-tuning hacking reward-hacking editing decoding prompting steering
    modeling modelling planning programming pricing red-teaming teaming routing ranking processing computing coding
    unlearning finetuning pretraining pre-training jailbreaking watermarking"""
_GERUNDS = frozenset(_NOUNS_IN_ING.split())


def phrases(text: str) -> Iterator[str]:
    """Yield the noun phrases of `text` as it spells them, of up to three words, those of a run the longest first."""
    for run in runs(text):
        for size in range(min(MOST_WORDS, len(run)), 0, -1):
            words = run[-size:]
            if _names_a_subject(words, opens=size == len(run)):
                yield " ".join(words)


def runs(text: str) -> Iterator[list[str]]:
    """Yield the runs of words of `text` that no stop word, verb or punctuation parts."""
    for clause in _BREAK.split(text):
        run: list[str] = []
        for found in _RUN.finditer(clause):
            word = found[0].strip("'’.-*")
            if _PLAIN.fullmatch(word) and word.lower() not in BETWEEN:
                run.append(word)
            elif run:
                yield run
                run = []
        if run:
            yield run


def lowered(phrase: str) -> str:
    """Return a phrase of a title as it stands within a sentence: names keep their capitals.

    >>> lowered("Reward Hacking"), lowered("Vision-Language Models"), lowered("LLM Alignment")
    ('reward hacking', 'vision-language models', 'LLM alignment')
    """
    parts = re.split(r"([ -])", phrase)
    return "".join(part if is_marked(part) else part.lower() for part in parts)


def _names_a_subject(words: list[str], *, opens: bool) -> bool:
    """Tell whether words that end a run name a subject: two or more of them, or an acronym."""
    first, last = words[0].lower(), words[-1].lower()
    if len(words) == 1:
        return is_marked(words[0]) and "-" not in last and last.rstrip("s") not in AT_LARGE
    if first.endswith("ing") and opens and first not in _GERUNDS:
        return False
    return not first.endswith("ly") and not last.endswith(("ed", "ly")) and not AT_LARGE.issuperset(map(_bare, words))


def _bare(word: str) -> str:
    return word.lower().removesuffix("s")

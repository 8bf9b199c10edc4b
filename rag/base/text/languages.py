"""Languages: which one a text is in, and a question put into English word by word, by the tables in `terms/`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from rag.base.text.names import is_marked
from rag.base.text.word_lists import word_table

# ----------------------------------------------------------------------------------------------------
# Whether two texts are in languages known to differ, by script and by function words.
#
# Enough to tell that words cannot be compared, no more. Not handled: close relatives, texts of a few words, languages
# that are not listed.

_FUNCTION_WORDS = {
    code: frozenset((*common, *word_table("asking").get(code, ()))) for code, common in word_table("function").items()
}
"""Words of each language that say nothing of a subject, those with which questions are asked among them."""
_ADDRESS = re.compile(r"[^\s]{0,99}(?:://|www\.)\S*")
_LANGUAGES = {
    word: [code for code, words in _FUNCTION_WORDS.items() if word in words]
    for word in frozenset().union(*_FUNCTION_WORDS.values())
}
"""The languages of which a word is a function word."""


def function_words(code: str) -> frozenset[str]:
    """Return the words of a language that say nothing of a subject; none of one that is not listed."""
    return _FUNCTION_WORDS.get(code, frozenset())


def differ(first: str, second: str) -> bool:
    """Tell whether the languages of two texts are both known and not the same."""
    languages = language(first), language(second)
    return None not in languages and languages[0] != languages[1]


@lru_cache(maxsize=64)
def language(text: str) -> str | None:
    """Return a language's code, or a script's name where most letters are not Latin; None when it cannot be told."""
    scripts = Counter(map(_script, filter(str.isalpha, text)))
    if scripts and (script := scripts.most_common(1)[0][0]) != "latin":
        return script
    words = re.findall(r"[^\W\d_]+", _ADDRESS.sub(" ", text.lower()))
    votes = Counter(language for word in words for language in _LANGUAGES.get(word, ()))
    (first, most), (_, second) = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    if most == second or most < (3 if votes["en"] and first != "en" else 2):
        return None
    return first


def _script(letter: str) -> str:
    if letter.isascii():
        return "latin"
    name = unicodedata.name(letter, "unknown").split()[0].lower()
    return "east asian" if name in ("cjk", "hiragana", "katakana") else name


# ----------------------------------------------------------------------------------------------------
# A question in Spanish, German, French or Chinese, put into English word by word, for the searches and the reader.
#
# Each language has a table of terms (`terms/`), phrases of up to three words among them. A word that it lacks is
# looked up by its beginning, since endings inflect; a German compound is cut in two; of Chinese the longest entries
# are read. What no entry fits stays as it is: names, numbers, and words that are the same in English. Function words
# are left out. Not handled: word order, ambiguity, other languages.

_TABLES = Path(__file__).with_name("terms")
_TRANSLATED = ("es", "de", "fr")
"""The languages with a table that are told by their function words."""
_PHRASE = 3
"""Words of the longest entry that is looked for."""
_ENDING, _STEM, _PART = 4, 5, 4
"""Letters that an ending may have, and those that a stem and a part of a compound have at least."""
_LINKS = ("", "s", "es", "n", "en", "e")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:[-.][A-Za-z0-9]+)*")
_ELIDED = re.compile(r"^(?:[ldcjmnst]|qu)['’]", re.I)


_QUARTER = re.compile(r"\b(north|south)[- ](?=(?:east|west)(?:ern)?\b)", re.I)
"""Points of the compass in two words: abstracts write them as one."""


@lru_cache(maxsize=256)
def in_english(text: str) -> str:
    """Return `text` in English words where its language has a table; else as it is, `South-East` in one word."""
    name = _table_of(text)
    if name is None:
        return _QUARTER.sub(r"\1", text)
    said = _chinese(text) if name == "zh" else _known_words(text, name)
    return " ".join(said) or text


def _table_of(text: str) -> str | None:
    """Return the table of a text's language, which few words may show by their script or their marks."""
    if len(re.findall(r"[\u3400-\u9fff]", text)) > 1:
        return None if re.search(r"[\u3040-\u30ff]", text) else "zh"
    code = "es" if "¿" in text else language(text) or _by_few_words(text)
    return code if code in _TRANSLATED else None


def _by_few_words(text: str) -> str | None:
    """Return the table that knows the most of a short question, one function word of its language among it.

    None where a word is one of English alone, or where two tables know as much.
    """
    words = [word.casefold() for word in _WORD.findall(text) if not is_marked(word)]
    if any(_LANGUAGES.get(word) == ["en"] for word in words):
        return None
    known: Counter[str] = Counter()
    for code in _TRANSLATED:
        function = [word for word in words if word in function_words(code) and word not in function_words("en")]
        others = [word for word in words if word not in function_words(code) and _inflected(_plain(word), code)]
        if function and others:
            known[code] = len(function) + len(others)
    (first, most), (_, second) = [*known.most_common(2), ("", 0), ("", 0)][:2]
    return first if most > second else None


def _known_words(text: str, name: str) -> Iterator[str]:
    """Yield the English of a text's words: of the longest phrases, else of one word, by its beginning or its parts."""
    words = [_ELIDED.sub("", word) for word in _WORD.findall(text)]
    while words:
        for length in range(min(_PHRASE, len(words)), 1, -1):
            if found := _table(name).get(_plain(" ".join(words[:length]).casefold())):
                yield found
                del words[:length]
                break
        else:
            word = words.pop(0)
            if word.casefold() not in function_words(name):
                plain = "" if is_marked(word) else _plain(word.casefold())
                yield _inflected(plain, name) or (name == "de" and _compound(plain, name)) or word


def _inflected(word: str, name: str) -> str | None:
    cuts = range(max(0, min(_ENDING, len(word) - _STEM)) + 1)
    return next(filter(None, (_beginnings(name).get(word[: len(word) - cut]) for cut in cuts)), None)


def _compound(word: str, name: str) -> str | None:
    table = _table(name)
    for at in range(len(word) - _PART, _PART - 1, -1):
        heads = (table.get(word[:at].removesuffix(link)) for link in _LINKS if word[:at].endswith(link))
        if (head := next(filter(None, heads), None)) and (tail := _inflected(word[at:], name)):
            return f"{head} {tail}"
    return None


def _chinese(text: str) -> Iterator[str]:
    """Yield the English of the longest entries, from left to right; other scripts stay as they are."""
    table = _table("zh")
    for run in _HAN.findall(text):
        is_chinese = "\u3400" <= run[0] <= "\u9fff"
        yield from (table[term] for term in _chinese_terms().findall(run)) if is_chinese else (run,)


@cache
def _chinese_terms() -> re.Pattern[str]:
    """Return what finds the entries in a text, the longest first."""
    return re.compile("|".join(sorted(_table("zh"), key=len, reverse=True)))


@cache
def _table(name: str) -> dict[str, str]:
    """Return a language's terms, without accents, with their English."""
    lines = (_TABLES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in reversed(lines) if "\t" in line)
    return {_plain(term.casefold()): english for term, english, *_ in pairs}


@cache
def _beginnings(name: str) -> dict[str, str]:
    """Return a language's terms, and beginnings of those of one word, less one to three letters, of the shortest."""
    table = _table(name)
    found: dict[str, str] = {}
    for term in sorted((term for term in table if " " not in term), key=lambda term: (len(term), term)):
        for end in range(max(_STEM, len(term) - 3), len(term)):
            found.setdefault(term[:end], table[term])
    return found | table


def _plain(text: str) -> str:
    """Return a text without accents; an umlaut is its vowel, and ß is ss."""
    folded = unicodedata.normalize("NFD", text.replace("ß", "ss"))
    return "".join(char for char in folded if not unicodedata.combining(char))

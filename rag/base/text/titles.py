"""Titles as keys: the same title however it was typed, titles that name nothing, and a short form for ids.

Not handled: translations, subtitles left away, spelling mistakes; these are for a person to merge.
"""

from __future__ import annotations

import re
import unicodedata

from rag.base.text.cleaning import unescape
from rag.base.text.word_lists import word_list, word_table

_SPELLED = {f"\\{name}": name for name in word_list("greek")}
_SPELLED |= {f"\\{name}": word for name, (word,) in word_table("latex_names").items()}
_SYMBOLS = {"×": "x", "∞": "infinity", "&": " and "}
_COMMAND = re.compile(r"\\[a-z]+\*?")
_ACCENT = re.compile(r"\\[`'^\"~=.](?=\{?\\?[a-z])")
_LONE_GREEK = re.compile(r"(?<![\u0370-\u03ff])[\u03b1-\u03c9](?![\u0370-\u03ff])")
_MARKUP = re.compile(r"[$^_{}\\]|['’‘ʼ`´]")
_PLAIN = {ord(c): None if c in "$^_{}'`" else " " for c in map(chr, range(128)) if not c.isalnum() and c not in "+#"}
"""What becomes of the signs of ASCII, where no entity and no command of LaTeX can stand."""
_COMBINING = re.compile(r"[\u0300-\u036f]")

_GENERIC = frozenset(word_list("generic_titles"))
_NUMBERED = re.compile(r"(?:abstract|article|document|draft|paper|test|title|untitled)?\s?\d*")


def normalise_title(title: str) -> str:
    """Return `title` as an identity key: case, accents, punctuation, LaTeX mark-up and white space folded away."""
    if title.isascii() and "&" not in title and "\\" not in title:  # nearly all titles, in a twentieth of the time
        return " ".join(title.lower().translate(_PLAIN).split())
    return _normalise(title)


def _normalise(title: str) -> str:
    """Do the same for whatever stands in `title`."""
    text = unicodedata.normalize("NFKC", unescape(title)).casefold()
    text = _COMMAND.sub(lambda found: _SPELLED.get(found[0], ""), _ACCENT.sub("", text))
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text))
    text = _LONE_GREEK.sub(lambda found: unicodedata.name(found[0]).split()[-1].lower(), text)
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    text = unicodedata.normalize("NFC", _MARKUP.sub("", text)).casefold()
    # Letters, digits, marks, and the signs that tell C from C++ and C#.
    kept = (char if char in "+#" or unicodedata.category(char)[0] in "LNM" else " " for char in text)
    return " ".join("".join(kept).split())


def is_generic(title: str) -> bool:
    """Tell whether `title` names nothing (empty, "Abstract", "Untitled 2"), so that it must never merge papers."""
    key = normalise_title(title)
    return key in _GENERIC or _NUMBERED.fullmatch(key) is not None or (len(key) == 1 and key.isascii())


def slug(title: str, length: int = 48) -> str:
    """Return `title` in at most `length` lower-case ASCII letters, digits and hyphens; "paper" where none remain."""
    key = unicodedata.normalize("NFKD", normalise_title(title)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", key)
    short = "-".join(words)
    if len(short) > length:
        whole, cut, _ = short[: length + 1].rpartition("-")
        short = whole if cut else short[:length]
    return short or "paper"


_PLURAL = re.compile(r"(?:(?<=\w{5})(?<![siu])|(?<=\b[b-df-hj-np-tv-z]{3}))s$")
_INITIALS = re.compile(r"(?<=[A-Z\d])s\b")
_ENDING = r"(?:(?<!s)s|es)?"


def holds(text: str, phrase: str) -> bool:
    """Tell whether `text` has `phrase`, whatever the case, punctuation or hyphens, each word in singular or plural."""
    words = [_PLURAL.sub("", word) for word in normalise_title(_INITIALS.sub("", phrase)).split()]
    shape = rf"{_ENDING}\s?".join(map(re.escape, words))
    return bool(words) and re.search(rf"(?<!\w){shape}{_ENDING}(?!\w)", normalise_title(text)) is not None

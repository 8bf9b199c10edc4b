"""Whether the form that a question asks for was kept, verified by code alone.

A question's `check` is a string of forms: `bullets=3; max_words=40; language=es; contains=X; not_contains=X;
numbered=3; max_sentences=1; lowercase; table`. The score is the share of forms kept, after FollowRAG (Dong et al. 2024,
arXiv:2410.09584), whose instructions are likewise atomic and checked by code. Markers are taken out first, and quoted
text before the language is told. An unknown form is None: unscored, never failed.

Not handled: languages that `rag.text.language` does not know, and two languages of one script other than Latin.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.text.language import language

from ..text import without_markers

_BULLET = re.compile(r"^\s*[-*•‣–]\s+\S", re.MULTILINE)
_NUMBERED = re.compile(r"^\s*\d+[.)]\s+\S", re.MULTILINE)
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?\s*$", re.MULTILINE)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|et al|vs|cf|etc|approx|Fig|Dr|Prof|No)\.", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]+[\"”’)\]]*(?=\s|$)|[。！？]")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|‘[^’]*’")

_SCRIPTS = {"zh": "east asian", "ja": "east asian", "ko": "hangul", "ru": "cyrillic", "ar": "arabic", "el": "greek"}


def _sentences(text: str) -> int:
    plain = _ABBREVIATION.sub("x", text).strip()
    ends = list(_SENTENCE_END.finditer(plain))
    unfinished = bool(plain[ends[-1].end() if ends else 0 :].strip())
    return len(ends) + unfinished


_FORMS: dict[str, Callable[[str, str], bool]] = {
    "bullets": lambda text, arg: len(_BULLET.findall(text)) == int(arg),
    "numbered": lambda text, arg: len(_NUMBERED.findall(text)) == int(arg),
    "max_words": lambda text, arg: len(text.split()) <= int(arg),
    "min_words": lambda text, arg: len(text.split()) >= int(arg),
    "max_sentences": lambda text, arg: _sentences(text) <= int(arg),
    "contains": lambda text, arg: arg.casefold() in text.casefold(),
    "not_contains": lambda text, arg: arg.casefold() not in text.casefold(),
    "language": lambda text, arg: language(_QUOTED.sub(" ", text)) == _SCRIPTS.get(arg, arg),
    "lowercase": lambda text, _: text == text.lower(),
    "uppercase": lambda text, _: text == text.upper(),
    "table": lambda text, _: bool(_TABLE_RULE.search(text)),
}
_COUNTED = {"bullets", "numbered", "max_words", "min_words", "max_sentences"}


def parse_check(check: str) -> list[tuple[str, str]]:
    """Return the forms of a `check` string as (name, argument); the argument is empty where there is none."""
    pairs = (part.partition("=") for part in check.split(";") if part.strip())
    return [(name.strip().casefold(), arg.strip()) for name, _, arg in pairs]


def known_form(name: str, arg: str) -> bool:
    """Return whether a form can be verified: its name is known and its argument fits."""
    return name in _FORMS and (name not in _COUNTED or arg.isdigit())


def kept(name: str, arg: str, text: str) -> bool | None:
    """Return whether the answer's text keeps one form; None for a form that is not known."""
    if not known_form(name, arg):
        return None
    return bool(text.strip()) and _FORMS[name](without_markers(text).strip(), arg)


def forms_kept(check: str, text: str) -> tuple[int, int]:
    """Return (forms kept, forms that could be verified) of a question's `check`; 0/0 where none could."""
    verdicts = [v for v in (kept(name, arg, text) for name, arg in parse_check(check)) if v is not None]
    return sum(verdicts), len(verdicts)

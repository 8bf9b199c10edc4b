"""LaTeX's accents and special letters as the characters they mean, for names and bibliographies. Formulas are kept."""

from __future__ import annotations

import re
import unicodedata

_MARKS = {
    **{"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307"},
    **{'"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328"},
}
_LETTERS = {
    **{"ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ"},
    **{"aa": "å", "AA": "Å", "i": "i", "j": "j", "dh": "ð", "th": "þ"},
}
_ACCENT = re.compile(r"\{?\\(?:([`'^~=.\"])\s*\{?\\?([A-Za-z])\}?|([uvHrdck])(?:\s+|(?=\{))\{?\\?([A-Za-z])\}?)\}?")
_LETTER = re.compile(
    r"\{\\(ss|AE|ae|OE|oe|AA|aa|dh|th|[oOlLij])\}|\\(ss|AE|ae|OE|oe|AA|aa|[oOlLij])(?![A-Za-z])(?:\{\}|\s)?"
)
_ESCAPED = re.compile(r"\\([&%$#_])")
_FORMULA = re.compile(r"(\$[^$]*\$)")


def plain(text: str) -> str:
    """Return `text` with accents as characters, dashes as dashes, and without grouping braces; formulas are kept.

    >>> plain("{BERT} by M{\\\\\\"u}ller \\\\& {\\\\O}rsted: $x_{i}$")
    'BERT by Müller & Ørsted: $x_{i}$'
    """
    parts = _FORMULA.split(text)
    parts[::2] = [_plain(part) for part in parts[::2]]
    return "".join(parts)


def _plain(text: str) -> str:
    text = _ACCENT.sub(lambda found: _accented(found[1] or found[3], found[2] or found[4]), text)
    text = _LETTER.sub(lambda found: _LETTERS[found[1] or found[2]], text)
    text = _ESCAPED.sub(r"\1", text).replace("---", "—").replace("--", "–").replace("~", " ")
    return text if "\\" in text else text.replace("{", "").replace("}", "")


def _accented(mark: str, letter: str) -> str:
    return unicodedata.normalize("NFC", letter + _MARKS[mark])

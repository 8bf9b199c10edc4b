"""Text made clean once, at the door: encodings, entities, invisible characters, ligatures, hard line ends."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata

from rag.base.text.addresses import without_mirrors

# ----------------------------------------------------------------------------------------------------
# Characters that nobody sees and that change what others see: controls, escape sequences, bidirectional overrides.
#
# For text that is about to be shown and was written by a model or a person. Every rule looks back only, so that
# cleaning a longer text never changes what cleaning a shorter one gave. Not handled: letters that look like other
# letters.

_ESCAPE_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]?"  # colours, cursor movements
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\\\?)?"  # window titles, links
)
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufe00-\ufe0e\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
"""Characters without a place of their own, as in a class of a regular expression."""
# Joiners have a meaning in Arabic and Indic scripts and in emoji, none after a Latin letter, digit or space.
_HIDDEN = re.compile(f"[{_UNSEEN}\u3164\uffa0\ufff0-\ufff8]|(?<![\u0530-\U0010ffff])[\u200c\u200d\ufe0f]+")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def without_controls(text: str) -> str:
    """Return `text` without control characters, terminal escape sequences and invisible or reordering characters.

    Line ends become `\\n`; tabs stay. The result of a prefix is a prefix of the result.
    """
    return _HIDDEN.sub("", _LINE_BREAK.sub("\n", _ESCAPE_SEQUENCE.sub("", text)))


# ----------------------------------------------------------------------------------------------------
# HTML character references in text that is not HTML. Not handled: references without their semicolon.

_STACKED = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)+(?=#?\w{1,31};)")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def unescape(text: str) -> str:
    """Return `text` with `&lt;`, `&#39;` and their like as characters, however often they were escaped.

    A semicolon is demanded: `html.unescape` alone turns the LaTeX `a &notin b` into `a ¬in b`.
    """
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), _STACKED.sub("&", text))


# ----------------------------------------------------------------------------------------------------
# At the door: LaTeX is kept as written. Not handled: text in the wrong encoding inside a right one (mojibake), words
# split by a hard hyphen at a line end (the hyphen stays, since `multi-` + `modal` cannot be told from `repre-` +
# `sentation`).

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_INVISIBLE = re.compile(f"[{_UNSEEN}\ufe0f]|(?<![\u0530-\U0010ffff])[\u200c\u200d]+")
_ASCII_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n\s*")
_HYPHEN_END = re.compile(r"(?<=\w)-[^\S\n]*\n\s*(?=\w)(?!(?:and|or|to)\b)")
_TAG = re.compile(r"</?(?:jats:[a-z-]{1,30}|p|br|b|i|em|strong|sub|sup|span|div|a|u)(?:\s[^<>]{0,300})?/?>", re.I)
_CLOSING_TAG = re.compile(r"</(?:jats:[a-z-]{1,30}|p|b|i|em|strong|sub|sup|span|div|a|u)>", re.I)
_BLOCK_TAG = re.compile(r"</?(?:jats:(?:p|title|sec)|p|br|div)\b", re.I)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def clean(text: str) -> str:
    """Return `text` readable: no entities, tags, ligatures or invisible characters; one line a paragraph.

    Paragraphs are parted by one empty line. Mirror hosts are rewritten. `clean(clean(text)) == clean(text)`.
    """
    text = _visible(_without_tags(unescape(_visible(text))))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_LIGATURES))
    text = _LINE_END.sub("\n", text).replace("\u2029", "\n\n")
    paragraphs = (" ".join(_HYPHEN_END.sub("-", part).split()) for part in _PARAGRAPH_END.split(text))
    return without_mirrors("\n\n".join(part for part in paragraphs if part))


def clean_line(text: str) -> str:
    """Return `text` clean and on a single line, as titles and names are kept."""
    plain = text.isascii() and text.isprintable() and not any(sign in text for sign in "&<")
    return " ".join((without_mirrors(text) if plain else clean(text)).split())


def original_if_changed(raw: str, cleaned: str) -> str | None:
    """Return `raw` where cleaning changed more than white space, else None. Lone surrogates cannot be kept."""
    if "".join(raw.split()) == "".join(cleaned.split()):
        return None
    return raw.encode("utf-8", "replace").decode()


def encoding_of(head: bytes) -> tuple[str | None, int]:
    """Return the Unicode encoding that the first bytes of a file show, and the length of its mark; None: not shown."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    sample = head[:4096]
    zeros = [sample[side::2].count(0) / max(1, len(sample) // 2) for side in (0, 1)]
    if len(sample) >= 16 and min(zeros) < 0.1 and max(zeros) > 0.6:
        return ("utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"), 0
    return None, 0


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return `data` as text, with a warning for whatever had to be guessed; it never fails."""
    encoding, mark = encoding_of(data)
    body = data[mark:]
    try:
        return body.decode(encoding or "utf-8"), ()
    except UnicodeDecodeError as error:
        text = body.decode(encoding or "utf-8", "replace")
        if len(body) - error.start < 4:
            return text.rstrip("\ufffd"), ("The text ends in the middle of a character: the file may be cut off.",)
    damaged, intact = text.count("\ufffd"), sum(1 for char in text if char > "\x7f" and char != "\ufffd")
    if encoding or intact > 4 * damaged:
        return text, (f"{damaged} bytes are not {(encoding or 'utf-8').upper()} and are shown as \ufffd.",)
    return _windows_1252(body), ("Not UTF-8: read as Latin-1 (Windows-1252); save it as UTF-8 if accents look wrong.",)


def _visible(text: str) -> str:
    return (_ASCII_INVISIBLE if text.isascii() else _INVISIBLE).sub("", text)


def _windows_1252(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _without_tags(text: str) -> str:
    """Drop HTML and JATS tags where at least one is closed; a lone `<s>` may be what the abstract speaks of."""
    if "</" not in text or not _CLOSING_TAG.search(text):
        return text
    return _TAG.sub(lambda tag: "\n\n" if _BLOCK_TAG.match(tag[0]) else "", text)

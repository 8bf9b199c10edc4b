"""Which language a short text is in, by script and by its most common little words.

Good enough to tell whether an answer came in the language asked for. Not handled: languages not listed here, and
texts of fewer than about eight words.
"""

from __future__ import annotations

import re
from collections import Counter

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
_LITTLE_WORDS = {
    "en": "the of and to in is that for on with as by are this be which it from an at not have its their can",
    "es": "el la los las de que y en un una por con para se es del al como su lo más no sus son este esta entre pero",
    "de": "der die das und ist von den mit zu im ein eine für auf dass nicht als auch des dem sich sie wird werden bei",
    "fr": "le la les des et est un une du que dans en pour par sur qui au avec ce cette ne pas plus sont aux ses leur",
    "pt": "o a os as de que e em um uma por com para se é do da dos das no na ao como mais não são este esta seu sua",
    "it": "il lo la gli le di che e in un una per con si è del della dei non come più sono nel nella da al questo",
    "nl": "de het een van en in is dat op te voor met zijn die niet aan er ook als bij door naar om worden deze wordt",
}
_PROFILES = {name: frozenset(words.split()) for name, words in _LITTLE_WORDS.items()}


def language(text: str) -> str | None:
    """Return the two-letter code of the text's language, or None where nothing tells."""
    letters = sum(ch.isalpha() for ch in text)
    for code, script in _SCRIPTS:
        if letters and len(script.findall(text)) >= 0.2 * letters:
            return code
    words = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    scores = {code: sum(words[w] for w in profile) for code, profile in _PROFILES.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > 0 else None

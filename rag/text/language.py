"""Whether two texts are in languages known to differ, by script and by function words.

Enough to tell that words cannot be compared, no more. Not handled: close relatives, texts of a few words, languages
that are not listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_FUNCTION_WORDS = {
    "en": "the of and to is are was were that this which with for from by it its be have has not their these than",
    "es": "el los las una que del por para con como más pero sus su es son fue este esta estos entre también al se y",
    "fr": "le les des une est et dans que qui pour par sur avec sont ces cette aux plus pas du au il elle leur ses",
    "de": "der die das und ist nicht mit von den dem ein eine zu auf für sich auch werden wird als durch bei einer im",
    "it": "il gli che della delle di per con sono una nel nella più non dei degli questo questa alla come è dal",
    "pt": "os uma que não para com por mais dos das foi são como ao seu sua pelo pela este esta também é em um",
    "nl": "het een van de en dat niet zijn voor met op te er aan ook worden wordt door naar deze bij uit",
}
_ASKING = {
    "en": "how what which who when where why do does did can could a an in on was so no am has had about there any man",
    "es": "qué que cómo cuál cuáles cuándo dónde quién quiénes cuánto cuántos cuántas cuánta hay puede pueden ser "
    "están está tiene tienen ha han algún alguna alguien sobre a en lo un y o no si muy sin cuando hace ya ese esa",
    "fr": "quel quelle quels quelles comment quand où qui quoi combien pourquoi existe y a il on ce se peut "
    "peuvent être a ont avoir fait faire en un à de la ou si ne sans leurs leur ses son sa entre quelque cela ça même",
    "de": "was wie wer wo wann warum wieso welche welcher welches welchen wieviel gibt es kann können hat haben sind "
    "wird ich man im in an am zum zur vom beim oder ob wenn so dass diese dieser dieses ihre ihr sein seine um wurde "
    "wurden nur noch",
}
"""Words with which questions are asked."""
_ADDRESS = re.compile(r"[^\s]{0,99}(?:://|www\.)\S*")
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _FUNCTION_WORDS.items():
    for _word in {*_words.split(), *_ASKING.get(_language, "").split()}:
        _LANGUAGES.setdefault(_word, []).append(_language)


def function_words(code: str) -> frozenset[str]:
    """Return the words of a language that say nothing of a subject; none of one that is not listed."""
    return frozenset(f"{_FUNCTION_WORDS.get(code, '')} {_ASKING.get(code, '')}".split())


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

"""A list of references that a model puts below its answer, cut off: titles and links are added by code."""

from __future__ import annotations

import re

_HEADING = re.compile(
    r"[\s#*_]*(?:references|sources|citations|bibliography|literature|quellen|literatur|referenzen|referencias|fuentes"
    r"|références|bibliographie|fonti|riferimenti|referências|参考文献|来源)[\s:：*_]*",
    re.I,
)
_ENTRY = re.compile(r"\s*(?:[-*•]\s*)?(?:\*\*)?[\[【(]?\s*P?\d")


def without_bibliography(text: str, *, final: bool) -> str:
    """Return `text` without the references at its end; with `final` false its last line may yet become one of them."""
    lines = text.split("\n")
    heading = next((i for i in range(len(lines) - 1, 0, -1) if _HEADING.fullmatch(lines[i])), None)
    if heading is None:
        return text
    below = [line for line in lines[heading + 1 :] if line.strip()]
    entries = below if final else below[:-1]
    if not all(map(_ENTRY.match, entries)) or (final and not entries):
        return text
    return "\n".join(lines[:heading]).rstrip()

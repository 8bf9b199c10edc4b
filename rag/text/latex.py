"""LaTeX's accents, letters and text commands as the characters they mean, for bibliographies. Formulas are kept.

The only module that knows pylatexenc. Not handled: macros of one's own, of which the argument is kept.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_SIGNS = re.compile(r"[\\{}~]|--|``|''")
_PERCENT = re.compile(r"(?<!\\)%")
"""No comment: bibliographies often leave the sign unescaped."""
_KEPT = {"LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "ldots": "…", "dots": "…", "textellipsis": "…"}


def plain(text: str) -> str:
    """Return `text` with accents as characters, dashes as dashes, without commands and braces; formulas are kept.

    >>> plain("{BERT} by M{\\\\\"u}ller \\\\& {\\\\O}rsted, \\\\emph{that} {$x_{i}$}")
    'BERT by Müller & Ørsted, that $x_{i}$'
    """
    if not _SIGNS.search(text):
        return text
    try:
        told = _reader().latex_to_text(_PERCENT.sub(r"\%", text), latex_context=_macros())
    except (IndexError, ValueError, TypeError, RecursionError, KeyError):  # what it does not know well: as written
        return text
    return str(told).replace("\xa0", " ")


@cache
def _reader() -> Any:
    """Return the converter, made once: it leaves formulas and ampersands as they are."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl=word) for name, word in _KEPT.items()]
    macros += [MacroTextSpec("url", simplify_repl="%s"), MacroTextSpec("href", simplify_repl="%(2)s")]
    macros += [MacroTextSpec(name, simplify_repl="") for name in ("cite", "citep", "citet", "ref", "label", "footnote")]
    known.add_context_category(
        "abstracts", prepend=True, macros=macros, specials=[SpecialsTextSpec("&", simplify_repl="&")]
    )
    return LatexNodes2Text(latex_context=known, math_mode="verbatim", strict_latex_spaces=False)


@cache
def _macros() -> Any:
    """Return how many arguments each command has."""
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import std_macro

    known = get_default_latex_context_db()
    known.add_context_category("abstracts", prepend=True, macros=[std_macro("href", False, 2)])
    return known

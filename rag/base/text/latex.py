"""LaTeX's accents, letters and text commands as the characters they mean, for bibliographies. Formulas are kept.

The only module that knows pylatexenc. Not handled: macros of one's own; their argument is kept, else they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_SIGNS = re.compile(r"[\\{}~]|--|``|''")
_PERCENT = re.compile(r"(?<!\\)%")
"""No comment: bibliographies often leave the sign unescaped."""
_ABOUT = re.compile(r"(?<![^\s(])~(?=\s?\d)")
"""No space that holds words together: `~100` is about a hundred."""
_COMMAND = re.compile(r"\\([A-Za-z]{2,})(?![A-Za-z{\[])")
_SPACED = re.compile(r"(\\[A-Za-z]{3,})(\s+)(?=[^\s{\[])")
"""A command and the space behind it, which LaTeX would swallow and no author of an abstract expects it to."""
_OUTSIDE = re.compile(r"(\$[^$]*\$|\\\(.*?\\\))", re.S)
_KEPT = {"LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "ldots": "…", "dots": "…", "textellipsis": "…"}

_UNSEEN = ("it", "bf", "em", "tt", "sc", "rm", "sl", "sf", "small", "large", "cite", "citep", "citet", "ref", "label")
"""Commands that show nothing of their own: fonts, and marks that point elsewhere."""


def plain(text: str) -> str:
    r"""Return `text` with accents as characters, dashes as dashes, without commands and braces; formulas are kept.

    >>> plain(r'{BERT} by M{\"u}ller \& {\O}rsted, \emph{that} {$x_{i}$}')
    'BERT by Müller & Ørsted, that $x_{i}$'
    """
    if not _SIGNS.search(text):
        return text
    try:
        written = _ABOUT.sub(r"\\textasciitilde{}", _PERCENT.sub(r"\%", text))
        named = _SPACED.sub(r"\1{}\2", _COMMAND.sub(_name_of_ones_own, written))
        told = _reader().latex_to_text(named, latex_context=_macros())
    except (IndexError, ValueError, TypeError, RecursionError, KeyError):  # what it does not know well: as written
        return text
    return str(told).replace("\xa0", " ")


def searchable(text: str) -> str:
    """Return what a text that may hold LaTeX is found by: its words, whole where commands stand within them."""
    return plain(text) if has_commands(text) else text


def has_commands(text: str) -> bool:
    """Tell whether a text has LaTeX outside its formulas."""
    return "\\" in text and any("\\" in part for part in _OUTSIDE.split(text)[::2])


def _name_of_ones_own(found: re.Match[str]) -> str:
    """A command that LaTeX does not have, such as a system's name or a folder's, stays as it is written."""
    known = _reader().latex_context.get_macro_spec(found[1])
    return found[0] if known and known.macroname else rf"\textbackslash{{}}{found[1]}"


@cache
def _reader() -> Any:
    """Return the converter: it leaves formulas and ampersands as they are."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, SpecialsTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl=word) for name, word in _KEPT.items()]
    macros += [MacroTextSpec("url", simplify_repl="%s"), MacroTextSpec("href", simplify_repl="%(2)s")]
    macros += [MacroTextSpec(name, simplify_repl="") for name in _UNSEEN]
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

"""LaTeX in titles and abstracts, shown without a typesetter: `$\\alpha^{2}$` becomes α<sup>2</sup>."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from rag.base.text.latex import searchable

_MATH = re.compile(r"\$\$?(?!\s)((?:\\.|[^$\\\n]){1,300}?)(?<!\s)\$\$?(?!\d)|\\\((.{1,300}?)\\\)")
_TEXT_COMMAND = re.compile(r"\\(textit|emph|textbf|texttt|textsc|text|textsuperscript|textsubscript)\{([^{}]{0,300})\}")
_TOKEN = re.compile(r"\\([A-Za-z]+)|\\(.)|(.)", re.DOTALL)
_TEXT_TAGS = {"textit": "em", "emph": "em", "textbf": "strong", "textsuperscript": "sup", "textsubscript": "sub"}
_FONTS = frozenset(
    "text mathrm mathbf mathcal mathbb mathsf mathtt mathit boldsymbol operatorname textbf textit texttt textsc bm "  # noqa: SIM905
    "textrm emph mbox hat bar tilde vec overline underline".split()
)
_IGNORED = frozenset(["left", "right", "big", "Big", "bigg", "Bigg", "displaystyle", "textstyle", "limits"])
_SPACES = frozenset([",", ";", ":", "!", " ", "quad", "qquad"])
_DEEPEST = 20
"""Groups within groups that are still read."""


def to_html(text: str) -> str:
    """Return `text` escaped for a page, with its LaTeX shown as plain characters, sub- and superscripts."""
    parts, at = [], 0
    for match in _MATH.finditer(text):
        parts.append(_words(text[at : match.start()]))
        parts.append(_math(match[1] or match[2], match[0]))
        at = match.end()
    return "".join([*parts, _words(text[at:])])


@cache
def _symbols() -> dict[str, str]:
    """Return the character that each command stands for."""
    lines = (Path(__file__).parent / "latex_symbols.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)


def _words(text: str) -> str:
    """Return running text, with the few text commands that abstracts use."""
    parts, at = [], 0
    for match in _TEXT_COMMAND.finditer(text):
        tag = _TEXT_TAGS.get(match[1], "span")
        parts += [_plain(text[at : match.start()]), f"<{tag}>", _plain(match[2]), f"</{tag}>"]
        at = match.end()
    return "".join([*parts, _plain(text[at:])])


def _plain(text: str) -> str:
    return escape(searchable(text))


def _math(source: str, whole: str) -> str:
    """Return one formula, or its source when it holds what is not understood."""
    try:
        return f'<span class="math">{_Formula(source).read()}</span>'
    except _NotUnderstoodError:
        return f'<code class="math">{escape(whole)}</code>'


class _NotUnderstoodError(Exception):
    """The formula holds a command or a nesting that is not handled."""


class _Formula:
    """One formula, read token by token."""

    def __init__(self, source: str) -> None:
        self._tokens = _TOKEN.findall(source)
        self._at = 0

    def read(self) -> str:
        """Return the whole formula as HTML."""
        html = self._until_end()
        if self._at < len(self._tokens):
            raise _NotUnderstoodError
        return html

    def _until_end(self, depth: int = 0) -> str:
        parts = []
        while self._at < len(self._tokens) and self._tokens[self._at][2] != "}":
            parts.append(self._one(depth))
        return "".join(parts)

    def _one(self, depth: int) -> str:
        """Return the next atom, and move past it."""
        if self._at >= len(self._tokens) or depth > _DEEPEST:
            raise _NotUnderstoodError
        command, escaped, char = self._tokens[self._at]
        self._at += 1
        if command:
            return self._command(command, depth)
        if escaped:
            return " " if escaped in _SPACES else escape(escaped)
        if char == "{":
            return self._group(depth)
        if char in "^_":
            tag = "sup" if char == "^" else "sub"
            return f"<{tag}>{self._argument(depth)}</{tag}>"
        return " " if char == "~" else escape(char.replace("-", "−"))

    def _argument(self, depth: int) -> str:
        while self._at < len(self._tokens) and self._tokens[self._at][2].isspace():
            self._at += 1
        return self._one(depth + 1)

    def _group(self, depth: int) -> str:
        html = self._until_end(depth + 1)
        if self._at >= len(self._tokens):
            raise _NotUnderstoodError
        self._at += 1
        return html

    def _command(self, name: str, depth: int) -> str:
        if name in _symbols():
            return escape(_symbols()[name])
        if name in _IGNORED:
            return ""
        if name in _SPACES:
            return " "
        if name in _FONTS:
            return self._argument(depth)
        if name in {"frac", "tfrac", "dfrac"}:
            return f"{self._argument(depth)}⁄{self._argument(depth)}"
        raise _NotUnderstoodError

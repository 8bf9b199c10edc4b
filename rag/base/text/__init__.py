"""Text: cleaned, cut into sentences, compared by words; here, how counts and lists are written for a person."""

from __future__ import annotations

from collections.abc import Sequence


def plural(count: int, noun: str) -> str:
    """Return `3 papers`, `1 paper`; the plural of `noun` has an s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shortened(text: str, longest: int) -> str:
    """Return `text`, cut and with an ellipsis where it is longer than `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def listed(parts: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

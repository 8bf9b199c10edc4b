"""What is known of a model's endpoint: found out once, learnt from every call, and kept with the endpoint.

Speeds are in the model's tokens a second. Not handled: an endpoint whose model is exchanged while it is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from rag.readers.form import Form

WINDOW = 32_000
"""Tokens that a model is taken to read where nothing tells."""
_KEPT = 3
"""Measurements of a speed that are kept; the one in the middle counts, since a server may have read a prompt before."""
_DENSEST = 2.0
"""Tokens of a model to one of ours, beyond which a count is taken to be of something else."""
_SURE = 200
"""Tokens of a prompt from which its count tells how dense a model's tokens are."""
SHARE_OF_PATIENCE = 0.8
"""Part of the time to a first word that a prompt may take to be read."""


class Server(StrEnum):
    """Whose server it is, where it says so."""

    LLAMA_CPP = "llama.cpp"
    OLLAMA = "Ollama"
    VLLM = "vLLM"
    LM_STUDIO = "LM Studio"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Known:
    """`window` in tokens, `parameters` in billions, `density` the model's tokens to one of ours."""

    server: Server = Server.OTHER
    window: int | None = None
    parameters: float | None = None
    density: float = 1.0
    reading: tuple[float, ...] = ()
    writing: tuple[float, ...] = ()
    reads_at_most: float | None = None
    """The speed that a prompt which timed out has shown not to be reached, until something is measured."""
    thinks: bool = False
    form: Form = Form()  # noqa: RUF009 - frozen

    @property
    def reads(self) -> float | None:
        """Tokens of a prompt that are read in a second, None before anything tells."""
        if self.reading:
            return median(self.reading)
        return None if self.reads_at_most is None else self.reads_at_most / 2

    @property
    def writes(self) -> float | None:
        """Tokens of a reply that are written in a second."""
        return median(self.writing) if self.writing else None

    @property
    def room(self) -> int:
        """The window in tokens as we count them."""
        return int((self.window or WINDOW) / self.density)

    def readable(self, seconds: float) -> int | None:
        """Return how many tokens, as we count them, are read while `seconds` are waited for a first word."""
        return None if self.reads is None else int(SHARE_OF_PATIENCE * seconds * self.reads / self.density)

    def seconds_to_read(self, tokens: int) -> float | None:
        """Return how long a prompt of `tokens`, as we count them, takes to be read."""
        return None if self.reads is None else tokens * self.density / self.reads

    def has_read(self, speed: float) -> Known:
        """Return what is known after a prompt was read at `speed`."""
        return replace(self, reading=(*self.reading, speed)[-_KEPT:], reads_at_most=None)

    def has_written(self, speed: float) -> Known:
        """Return what is known after a reply was written at `speed`."""
        return replace(self, writing=(*self.writing, speed)[-_KEPT:])

    def was_silent(self, tokens: int, seconds: float) -> Known:
        """Return what is known after `tokens` were not read in `seconds`."""
        speed = tokens * self.density / seconds
        if self.reads is not None and self.reads <= speed:
            return self
        return replace(self, reading=(), reads_at_most=speed)

    def was_counted(self, ours: int, theirs: int) -> Known:
        """Return what is known after a prompt of `ours` tokens was counted as `theirs` by the model's own tokenizer."""
        density = theirs / ours if ours >= _SURE else 0.0
        return replace(self, density=max(self.density, density)) if 1.0 < density <= _DENSEST else self

    def did_not_fit(self, window: int | None) -> Known:
        """Return what is known after a prompt was refused by a window, of `window` tokens where that was told."""
        return self if window is None else replace(self, window=min(window, self.window or window))

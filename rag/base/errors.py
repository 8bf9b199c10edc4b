"""Errors written for the person who meets them: what happened, and what to do.

AbstractQAError
├── UsageError            the call was wrong (exit code 2)
│   ├── LibraryMissing    there is no library there
│   └── UnknownPaper      no paper has that id
└── WorkFailed            the call was right, the work failed (exit code 1)
    ├── LibraryDamaged    a file of the library cannot be read
    ├── LibraryTooNew     the library was written by a later version
    ├── LibraryLocked     another process holds the library
    ├── EmbedderMismatch  the library was embedded by something else
    ├── EmbedderFailed    the embedding endpoint or model failed
    ├── LookupFailed      arXiv or another server could not be asked
    └── ModelFailed       the chat endpoint failed
        ├── PromptTooLong the prompt does not fit the model's context window
        └── ModelSilent   the model said nothing in the time it has
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class AbstractQAError(Exception):
    """The root: everything this library raises on purpose."""

    exit_code = 1


class UsageError(AbstractQAError):
    """The call itself was wrong."""

    exit_code = 2


class LibraryMissing(UsageError):
    """There is no library at that place."""


class UnknownPaper(UsageError):
    """No paper of the library has that id."""


class WorkFailed(AbstractQAError):
    """The call was right, and the work could not be done."""


class LibraryDamaged(WorkFailed):
    """A file of the library cannot be read."""


class LibraryTooNew(WorkFailed):
    """The library was written by a later version of this program."""


class LibraryLocked(WorkFailed):
    """Another process is writing to the library."""


class EmbedderMismatch(WorkFailed):
    """The library's vectors were made by another embedder than the one in use."""


class EmbedderFailed(WorkFailed):
    """The embedding model or endpoint failed."""


class LookupFailed(WorkFailed):
    """arXiv or another server could not be asked, or did not answer in full."""


class ModelFailed(WorkFailed):
    """The chat endpoint failed."""


class PromptTooLong(ModelFailed):
    """The prompt does not fit the model's context window; `window` is its size in tokens where it was named."""

    def __init__(self, message: str, window: int | None = None) -> None:
        super().__init__(message)
        self.window = window


class ModelSilent(ModelFailed):
    """The model said nothing, or nothing more, in the time it has."""


@contextmanager
def translated_errors(told: Callable[[BaseException], AbstractQAError]) -> Iterator[None]:
    """Turn what a package raises within into the error that `told` makes of it; ours, and a person's, pass.

    Some raise anything, from bare ValueErrors to Rust panics, which are no Exceptions.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, AbstractQAError):
        raise
    except BaseException as exc:
        raise told(exc) from exc

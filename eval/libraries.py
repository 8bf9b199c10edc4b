"""The library that a question is asked of: the set's papers and distractors, with some taken out or put in.

One base library is built, or taken as it lies; each other one is a copy of its folder, changed, used and deleted.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rag.base.settings import Settings
from rag.base.text.titles import normalise_title
from rag.nouns import Hit, Paper, Passage

from .questions import Question, SetError
from .records import PaperText, read_papers


class Told(Protocol):
    """An answer: all that is read of it is the JSON object of the command line."""

    def to_dict(self) -> dict[str, Any]: ...


class AskableLibrary(Protocol):
    """The part of `rag.Library` that the harness uses."""

    def add(self, path: Path) -> Any: ...
    def remove(self, paper_id: str) -> Any: ...
    def papers(self) -> Sequence[Paper]: ...
    def ask(self, question: str, *, history: Sequence[str] = (), page: str | None = None) -> Told: ...
    def search(self, query: str, k: int = 10) -> Sequence[Hit]: ...
    def passages(self, query: str, k: int = 10) -> Sequence[Passage]: ...
    def close(self) -> None: ...


OpenLibrary = Callable[[Path, Settings], AskableLibrary]


@dataclass(frozen=True, slots=True)
class Contents:
    """How a library differs from the base: titles taken out, JSON records put in, papers seen on further pages.

    A page is (its name, the titles on it): what is asked of it alone has the whole library's statistics still.
    """

    without: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    pages: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, question: Question) -> Contents:
        """Return what the question itself asks for."""
        return cls(question.without_titles, tuple(_line(paper) for paper in question.add_papers))


class Libraries:
    """The base library and, one at a time, its variants. Use as a context manager: what it built is deleted."""

    def __init__(
        self, sources: Sequence[Path], settings: Settings, open_library: OpenLibrary, keep: Path | None = None
    ) -> None:
        """Build the base from `sources`, files that `add` takes; with `keep`, in that folder, or as it lies there."""
        self._settings, self._open = settings, open_library
        self._work = Path(tempfile.mkdtemp(prefix="abstract-qa-eval-"))
        self._folder = keep or self._work / "base"
        built = not (self._folder.is_dir() and any(self._folder.iterdir()))
        self.base = open_library(self._folder, settings)
        for source in sources if built else ():
            self.base.add(source)
        self.papers = read_papers(self.base.papers())
        self._titled: dict[str, list[PaperText]] = {}
        for paper in self.papers:
            self._titled.setdefault(normalise_title(paper.title), []).append(paper)
        if not self.papers:
            self.__exit__()
            raise SetError(f"No paper was found in {', '.join(map(str, sources)) or self._folder}.")

    def __enter__(self) -> Libraries:
        return self

    def __exit__(self, *_: object) -> None:
        self.base.close()
        shutil.rmtree(self._work, ignore_errors=True)

    @contextmanager
    def holding(self, contents: Contents) -> Iterator[AskableLibrary]:
        """Yield a library of these contents: the base itself where nothing differs."""
        if contents == Contents():
            yield self.base
            return
        folder = Path(tempfile.mkdtemp(prefix="variant-", dir=self._work))
        try:
            with closing(self._variant(folder / "library", contents)) as library:
                yield library
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _variant(self, folder: Path, contents: Contents) -> AskableLibrary:
        shutil.copytree(self._folder, folder)
        library = self._open(folder, self._settings)
        for title in contents.without:
            for paper in self._all_titled(title):
                library.remove(paper.paper_id)
        added = folder.parent / "added"
        added.mkdir()
        for name, titles in contents.pages:
            papers = [paper for title in titles for paper in self._all_titled(title)]
            _write(added / f"{name}.jsonl", [_line({"title": p.title, "abstract": p.abstract}) for p in papers])
        if contents.add:
            _write(added / "extra.jsonl", contents.add)
        if contents.add or contents.pages:
            library.add(added)
        return library

    def _all_titled(self, title: str) -> list[PaperText]:
        """Return every paper of that title: among many sources one paper may stand twice."""
        try:
            return self._titled[normalise_title(title)]
        except KeyError:
            raise SetError(f"The library holds no paper titled {title!r}.") from None


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(paper: Mapping[str, Any]) -> str:
    return json.dumps(paper, ensure_ascii=False, sort_keys=True)

"""The words, in tantivy: BM25 over English stems of title and abstract. The only module that knows tantivy."""

from __future__ import annotations

import math
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.errors import LibraryDamaged, WorkFailed
from rag.nouns import Paper

_HEAP = 64_000_000
"""Bytes that one writer may use."""
_LONGEST = 400
"""Words of a query that are searched; a question of 50,000 characters is a page, not a query."""


class Words:
    """The word index of one library."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._open: Any = None

    @property
    def _index(self) -> Any:
        """The tantivy index, opened when first needed."""
        with self._guard:
            if self._open is None:
                self._open = self._opened()
            return self._open

    def _opened(self) -> Any:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("paper_id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
        self._folder.mkdir(parents=True, exist_ok=True)
        return tantivy.Index(schema.build(), path=str(self._folder))

    def replace(self, papers: Sequence[Paper], leaving: Sequence[str] = ()) -> None:
        """Write `papers` in the place of what stood under their ids, and drop `leaving`; all or nothing."""
        import tantivy

        with _mapped(self._folder):
            writer = self._index.writer(heap_size=_HEAP, num_threads=1)
            for paper_id in [*leaving, *(p.paper_id for p in papers)]:
                writer.delete_documents_by_term("paper_id", paper_id)
            for paper in papers:
                writer.add_document(tantivy.Document(paper_id=paper.paper_id, text=f"{paper.title}\n{paper.abstract}"))
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def search(self, text: str, n: int) -> list[tuple[str, float]]:
        """Return up to `n` papers as (paper_id, share), best first, ties by id.

        `share` is BM25 over what a paper of average length gets that holds every word once. So it tells how much of
        the question the words can answer for: words that no paper holds lower it, a word said often lifts it above 1.
        """
        words = re.findall(r"\w+", text)[:_LONGEST]
        if not words:
            return []
        with _mapped(self._folder):
            query = self._index.parse_query(" ".join(f'"{w}"' for w in words), ["text"])
            searcher = self._index.searcher()
            hits = searcher.search(query, n).hits
            ideal = sum(self._idf(searcher, word) for word in words) if hits else 1.0
            found = [(searcher.doc(address)["paper_id"][0], score / ideal) for score, address in hits]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def _idf(self, searcher: Any, word: str) -> float:
        """Return the summed inverse document frequency, as tantivy's BM25 has it, of what `word` is indexed as."""
        total = 0.0
        for token in self._analyser.analyze(word):
            seen = searcher.doc_freq("text", token)
            total += math.log1p((searcher.num_docs - seen + 0.5) / (seen + 0.5))
        return total

    @cached_property
    def _analyser(self) -> Any:
        """tantivy's `en_stem`, which it does not lend out by name."""
        from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

        builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(40)).filter(Filter.lowercase())
        return builder.filter(Filter.stemmer("english")).build()

    def refresh(self) -> None:
        """See what other processes wrote."""
        with _mapped(self._folder):
            self._index.reload()

    def count(self) -> int:
        """Return the number of papers."""
        with _mapped(self._folder):
            return int(self._index.searcher().num_docs)

    def clear(self) -> None:
        """Drop everything, also what cannot be opened."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files."""
        with self._guard:
            self._open = None


@contextmanager
def _mapped(folder: Path) -> Iterator[None]:
    """Turn tantivy's errors into ours; on damaged files it panics, which is no Exception."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as exc:
        if "lock" in str(exc).lower():
            raise WorkFailed(f"Another process is writing to {folder}; wait for it, then run this again.") from exc
        raise LibraryDamaged(
            f"The word index in {folder} could not be used ({exc}). Mend it with: abstract-qa doctor --repair"
        ) from exc

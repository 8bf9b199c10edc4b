"""The words, in tantivy: BM25 over English stems of title and abstract. The only module that knows tantivy.

Tantivy's commits are all or nothing, and a process that is killed leaves the last one. Not handled: two writers at
once, which the library's lock keeps apart.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.base.errors import LibraryDamaged, WorkFailed, translated_errors
from rag.base.text.latex import searchable
from rag.base.text.overlap import STOP_WORDS
from rag.nouns import Paper

_META = "meta.json"
_HEAP = 64_000_000
"""Bytes that one writer may use."""
_LONGEST = 400
"""Words of a query that are searched; a question of 50,000 characters is a page, not a query."""


class Words:
    """The word index of one library."""

    def __init__(self, folder: Path, expected: Callable[[], bool] = lambda: False) -> None:
        """Keep it in `folder`; where there is none one is begun, unless it is `expected` to be there."""
        self._folder, self._expected = folder, expected

    @cached_property
    def _index(self) -> Any:
        """The tantivy index, opened when first needed."""
        import tantivy

        if (self._folder / _META).is_file():
            _check(self._folder)
        elif self._expected():
            raise ValueError(f"{_META} is missing")
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("paper_id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
        self._folder.mkdir(parents=True, exist_ok=True)
        return tantivy.Index(schema.build(), path=str(self._folder))

    def replace(self, papers: Sequence[Paper], leaving: Sequence[str] = ()) -> None:
        """Write `papers` in the place of what stood under their ids, and drop `leaving`; all or nothing."""
        with self._writing() as writer:
            for paper_id in [*leaving, *(p.paper_id for p in papers)]:
                writer.delete_documents_by_term("paper_id", paper_id)
            _write(writer, papers)

    def rebuild(self, papers: Iterable[Paper]) -> None:
        """Hold `papers` and nothing else; what cannot be opened is begun anew."""
        self.close()
        try:
            self.count()
        except LibraryDamaged:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._expected = lambda: False
        with self._writing() as writer:
            writer.delete_all_documents()
            _write(writer, papers)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """Give a writer, and commit what it was given."""
        with translated_errors(self._failed):
            writer = self._index.writer(heap_size=_HEAP, num_threads=1)
            yield writer
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()

    def search(self, text: str, n: int, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return up to `n` papers (of those `among` which) as (paper_id, share), best first, ties by id.

        `share` is BM25 over what a paper of average length gets that holds every word once. So it tells how much of
        the question the words can answer for: words that no paper holds lower it, a word said often lifts it above 1.
        The words of asking ("what", "how", "do") are left out: they are rare in abstracts, and tell nothing.
        """
        words = [word for word in _searched(text) if self._analyser.analyze(word)]  # too long a one is not indexed
        if not words:
            return []
        with translated_errors(self._failed):
            query = self._index.parse_query(" ".join(f'"{w}"' for w in words), ["text"])
            searcher = self._index.searcher()
            hits = searcher.search(query if among is None else self._within(query, among), n).hits
            ideal = sum(self._idf(searcher, word) for word in words) if hits else 1.0
            found = [(searcher.doc(address)["paper_id"][0], score / ideal) for score, address in hits]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def holding(self, phrase: str) -> int:
        """Return in how many papers the words of `phrase` stand side by side, however they are inflected."""
        words = re.findall(r"\w+", phrase)
        if not words:
            return 0
        with translated_errors(self._failed):
            query = self._index.parse_query(f'"{" ".join(words)}"', ["text"])
            found: int = self._index.searcher().search(query, 1, count=True).count
        return found

    def _within(self, query: Any, among: Collection[str]) -> Any:
        """Return `query` over some papers only; their ids add nothing to a score."""
        from tantivy import Occur, Query

        named = Query.term_set_query(self._index.schema, "paper_id", list(among))
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(named, 0.0))])

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
        with translated_errors(self._failed):
            self._index.reload()

    def count(self) -> int:
        """Return the number of papers."""
        with translated_errors(self._failed):
            return int(self._index.searcher().num_docs)

    def paper_ids(self) -> set[str]:
        """Return the ids of all papers that are here."""
        from tantivy import Query

        with translated_errors(self._failed):
            searcher = self._index.searcher()
            if not searcher.num_docs:
                return set()
            hits = searcher.search(Query.all_query(), searcher.num_docs).hits
            return {str(searcher.doc(address)["paper_id"][0]) for _, address in hits}

    def close(self) -> None:
        """Let go of the files."""
        self.__dict__.pop("_index", None)

    def _failed(self, exc: BaseException) -> WorkFailed:
        """Return our error for what tantivy raises; on damaged files it panics."""
        if "LockBusy" in str(exc):
            return WorkFailed(f"Another process is writing to {self._folder}; wait for it, then run this again.")
        return LibraryDamaged(
            f"The word index in {self._folder} could not be used ({exc}). Mend it with: abstract-qa doctor --repair"
        )


def _searched(text: str) -> list[str]:
    """Return the words of a query that are searched; stop words only where it has no others."""
    words = re.findall(r"\w+", text)[:_LONGEST]
    return [word for word in words if word.casefold() not in STOP_WORDS] or words


def _write(writer: Any, papers: Iterable[Paper]) -> None:
    import tantivy

    for paper in papers:
        writer.add_document(
            tantivy.Document(paper_id=paper.paper_id, text=searchable(f"{paper.title}\n{paper.abstract}"))
        )


def _check(folder: Path) -> None:
    """Hold every file that counts against the checksum in its footer, which tantivy itself does not look at.

    The footer is JSON with the CRC-32 of all before it, then its length and a magic number.
    """
    meta = (folder / _META).read_bytes()
    try:
        for segment in json.loads(meta)["segments"]:
            deletes = [f"{segment['deletes']['opstamp']}.del"] if segment["deletes"] else []
            for kind in ("fast", "fieldnorm", "idx", "pos", "store", "term", *deletes):
                path = folder / f"{segment['segment_id'].replace('-', '')}.{kind}"
                content = path.read_bytes()
                length = int.from_bytes(content[-8:-4], "little")
                if zlib.crc32(content[: -8 - length]) != json.loads(content[-8 - length : -8])["crc"]:
                    raise ValueError(f"{path.name} is not as it was written")
    except (OSError, ValueError):
        if (folder / _META).read_bytes() == meta:
            raise
        _check(folder)  # another process has just written

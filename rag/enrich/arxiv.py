"""arXiv's API as two questions: which papers have these ids, and which have this very title.

Its manual is at info.arxiv.org/help/api. Not handled: a title whose words arXiv's index splits otherwise (LaTeX, above
all) is not found by its title; its id finds it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import LookupFailed
from rag.fetch.cache import Cache
from rag.fetch.requests import Refused, Requests
from rag.nouns import Record, Skipped
from rag.pages.content import Content
from rag.pages.entries import Entry, Found, Note, passed_over
from rag.pages.withdrawals import marked
from rag.pages.xml_files import parse_xml
from rag.text.titles import normalise_title

IDS_AT_ONCE = 100
"""Ids in one request; a longer address is refused."""
_MOST = 20
"""Papers looked through for one title: its words stand in a few longer titles too."""
_LONGEST_TITLE = 300
_MOST_REFUSALS = 20
"""Refusals in a row that a bad id among `IDS_AT_ONCE` explains."""
_NO_WORD = re.compile(r"[^\w'’-]+")
_TOTAL = re.compile(rb"<(?:\w+:)?totalResults[^>]*>\s*(\d+)")


class Arxiv:
    """The API at one address, with the answers it gave before."""

    def __init__(self, requests: Requests, cache: Cache) -> None:
        self._requests, self._cache, self._refusals = requests, cache, 0

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self._requests.address

    def by_ids(self, ids: Sequence[str]) -> dict[str, Record | str]:
        """Return, per id, the paper or why there is none. LookupFailed when arXiv cannot be asked.

        One bad id makes arXiv refuse all of a request, which is then asked for in halves.
        """
        why = "arXiv knows no paper of this id"
        try:
            entries = self._entries({"id_list": ",".join(ids), "max_results": len(ids)})
        except Refused as exc:
            entries, why = [passed_over(None, "", str(exc))], f"arXiv was asked for it, and {exc}"
        if len(ids) > 1 and any(isinstance(entry, Skipped) for entry in entries):
            middle = len(ids) // 2
            return self.by_ids(ids[:middle]) | self.by_ids(ids[middle:])
        records = {record.arxiv_id: record for record in _records(entries)}
        return {name: records.get(name, why) for name in ids}

    def by_title(self, title: str) -> list[Record]:
        """Return the papers with exactly this title, once normalised.

        Refused when arXiv will not tell, LookupFailed when it cannot be asked.
        """
        words = " ".join(_NO_WORD.sub(" ", title).replace("_", " ").split())[:_LONGEST_TITLE]
        entries = self._entries({"search_query": f'ti:"{words}"', "max_results": _MOST})
        key = normalise_title(title)
        return [record for record in _records(entries) if record.arxiv_id and normalise_title(record.title) == key]

    def _entries(self, query: dict[str, str | int]) -> list[Entry]:
        url = self._requests.url(query)
        answer = self._cache.get(url)
        if answer is None:
            answer = self._asked(url, searched="search_query" in query)
            self._cache.put(url, answer)
        return _parsed(answer)

    def _asked(self, url: str, *, searched: bool) -> bytes:
        """Return the answer to a question; Refused a few times in a row is LookupFailed: it is not the questions."""
        try:
            answer = self._requests.get(url, lambda body: _is_whole(body, self.address, searched=searched))
        except Refused as exc:
            self._refusals += 1
            if self._refusals > _MOST_REFUSALS:
                raise LookupFailed(f"{self.address} answers nothing: {exc}. Check the address, or try later.") from exc
            raise
        self._refusals = 0
        return answer


def _parsed(answer: bytes) -> list[Entry]:
    entries = parse_xml(Content(io.BytesIO(answer), len(answer)))
    return [replace(one, record=marked(one.record)) if isinstance(one, Found) else one for one in entries]


def _records(entries: Sequence[Entry]) -> list[Record]:
    return [entry.record for entry in entries if isinstance(entry, Found)]


def _is_whole(answer: bytes, address: str, *, searched: bool) -> bool:
    """Return whether an answer is a feed to its end; arXiv at times counts the papers found and sends none of them.

    LookupFailed where it is no feed at all, but the page of a proxy or of another service.
    """
    if answer and b"<feed" not in answer:
        raise LookupFailed(f"{address} answers with something else than Atom. Check the address, or your connection.")
    if b"</feed>" not in answer:
        return False
    entries = _parsed(answer)
    if any(isinstance(entry, Note) for entry in entries):
        return False
    total = _TOTAL.search(answer)
    return bool(entries) or not searched or total is None or int(total[1]) == 0

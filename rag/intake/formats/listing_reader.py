"""A listing page read from top to bottom, one paper at a time: which block is whose title, abstract and metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from rag.base.text.addresses import arxiv_id, canonical_url
from rag.base.text.titles import is_generic
from rag.intake.formats import passed_over
from rag.intake.formats.listing_lines import Block, LineKind
from rag.intake.formats.listing_shapes import (
    LONGEST_TITLE,
    ends_like_prose,
    is_notice,
    people_listed,
    reads_as_abstract,
    why_no_abstract,
    why_no_title,
)
from rag.nouns import Skipped

_METADATA = {LineKind.AUTHORS: "author_count", LineKind.ORGANISATION: "organisation", LineKind.DATE: "date_text"}
"""The lines behind an abstract, and which field of a record each of them tells."""
_UNFOLLOWED = "no abstract follows it"


@dataclass(slots=True)
class UnfinishedRecord:
    """A record while its page is being read: blocks as they stood, and the fields that are known besides them."""

    title: Block
    abstract: list[Block]
    told: dict[str, Any]
    is_certain: bool = False
    """Whether it has two signs of a paper, as a heading, names, “Abstract” and a link are."""

    @property
    def has_metadata(self) -> bool:
        """Whether a line of metadata has followed, so that no more of the abstract can."""
        return not self.told.keys().isdisjoint(_METADATA.values())

    def take(self, line: Block) -> bool:
        """Take what a line of metadata tells; false where such a line was taken already."""
        name = _METADATA[line.kind]
        if name in self.told:
            return False
        self.told[name] = line.value.text if line.kind is LineKind.DATE else line.value
        if line.kind is LineKind.DATE and self.told.get("comments") is None:
            self.told["comments"] = line.value.comments
        return True


class PageReader:
    """Reads the blocks of a page from top to bottom; what stands above a title is kept for the draft that follows."""

    def __init__(self, page: Sequence[Block]) -> None:
        self.blocks = page
        self.stretches: list[tuple[list[UnfinishedRecord], list[int]]] = [([], [])]
        """What stands between two page heads: its papers, and the years of its head."""
        self.skipped: list[Skipped] = []
        self.is_known = False
        self._current: UnfinishedRecord | None = None
        self._next: dict[str, Any] = {}
        self._pending: list[Block] = []
        """Short blocks, of which the last may be the title of what follows."""
        self._has_metadata = False
        self._after_page_word = True
        self._after_label = False
        self._unlikely = 0

    def read(self) -> None:
        """Read every block; afterwards each is part of a draft, of the page's own words, or skipped."""
        for block, following in zip_longest(self.blocks, self.blocks[1:]):
            self._read_block(block, following)
            self._after_label = block.kind is LineKind.ABSTRACT
            self._after_page_word = block.kind is LineKind.PAGE or (
                self._after_page_word and block.kind is LineKind.LINK
            )
        self._pass_over_pending("the page ends here, without its abstract" if self.stretches[-1][0] else _UNFOLLOWED)
        last = self._current
        if last and last.abstract and not last.has_metadata and not ends_like_prose(last.abstract[-1].text):
            number, text = last.abstract[-1].number, last.abstract[-1].text
            why = "the page ends in mid-sentence: this abstract may be cut off (it was kept)"
            self.skipped.append(passed_over(number + text.count("\n"), text[-80:], why))

    @property
    def drafts(self) -> list[UnfinishedRecord]:
        """All papers of the page, in order."""
        return [draft for drafts, _ in self.stretches for draft in drafts]

    @property
    def confidence(self) -> float:
        """The share of the page's texts that are a record's title, authors or first paragraph, and of what stands
        where a paper should that looks like one. What is certain is a paper, whatever else the page holds."""
        if not (drafts := self.drafts):
            return 0.0
        texts = sum(block.kind in (LineKind.TEXT, LineKind.HEADING) for block in self.blocks)
        used, certain = (
            sum(2 + bool(draft.told.get("authors")) for draft in drafts),
            sum(draft.is_certain for draft in drafts),
        )
        return min(1.0, max(used / texts, certain / len(drafts))) * len(drafts) / (len(drafts) + self._unlikely)

    def _read_block(self, block: Block, following: Block | None) -> None:
        match block.kind:
            case LineKind.TEXT | LineKind.HEADING:
                self._read_text(block, following)
            case LineKind.AUTHORS | LineKind.ORGANISATION | LineKind.DATE:
                self._read_metadata(block)
            case LineKind.LINK:
                self._read_link(block)
            case LineKind.COUNT:
                self._read_count(block)
            case LineKind.UPVOTES:
                self._current, self._next["upvotes"] = None, block.value
            case LineKind.PAGE:
                self._read_page_word(block)

    def _read_text(self, block: Block, following: Block | None) -> None:
        after_heading = bool(self._pending) and self._pending[-1].kind is LineKind.HEADING
        is_long_title = (  # it ends in a full stop, and stands where a title must, before a block much longer than it
            not self._pending
            and len(block.text) <= LONGEST_TITLE
            and following is not None
            and following.kind is LineKind.TEXT
            and len(following.text) > max(LONGEST_TITLE, 2.5 * len(block.text))
        )
        if block.kind is LineKind.HEADING or is_long_title or not reads_as_abstract(block.text, after_heading):
            self._pending.append(block)
        else:
            self._read_abstract(block)

    def _read_abstract(self, block: Block) -> None:
        current, title, body = self._current, None, block
        if current and current.abstract:
            goes_on = not current.has_metadata and ends_like_prose(block.text)
        else:
            goes_on = self._after_label  # the word "Abstract" stands below the metadata, and above its text
        if current and goes_on and not self._pending:
            if why := why_no_abstract(block.text):
                self._refuse(why, block)
            else:
                current.abstract.append(block)
            return
        if self._pending:
            title = self._take_title()
        else:
            title, body = _split_title(block)
        if title is None:
            is_prose = ends_like_prose(block.text)
            too_long = f"too long for a title (over {LONGEST_TITLE} characters)"
            self._refuse("a paragraph without a title" if is_prose else too_long, block)
        elif is_generic(title.text):
            self._refuse("its heading names no paper", title, body)
        elif is_notice(body.text):
            self._refuse("a notice on cookies or scripts: close it, then save the page", title, body)
        elif why := _why_no_title(title) or why_no_abstract(body.text):
            self._unlikely += 1
            self._refuse(why, title, body)
        else:
            draft = self._open(title, body)
            is_heading, has_names = title.kind is LineKind.HEADING, bool(draft.told.get("authors"))
            signs = (is_heading, has_names, self._after_label, arxiv_id(draft.told.get("url")) is not None)
            draft.is_certain = (is_heading or has_names) and sum(signs) > 1

    def _take_title(self) -> Block:
        """Take the title from the short blocks before an abstract; a line of names between the two is the authors'."""
        at = self._place_of_names()
        below = self._pending[at:] if at else []
        self._next["authors"] = people_listed(below[0].text) if below else ()
        for block in below[1:]:  # such as the place of a poster
            self._pass_over(_UNFOLLOWED, block)
        title = self._pending[at - 1]
        if links := [block.url for block in below if block.url]:
            self._next["url"] = links[0]
        self._pending = self._pending[: at - 1]
        self._pass_over_pending(_UNFOLLOWED)
        return title

    def _place_of_names(self) -> int:
        """Return where the names stand that are the last short block, or stand below a heading; 0 where none do."""
        last = len(self._pending) - 1
        for at in range(last, max(0, last - 3), -1):
            is_placed = at == last or self._pending[at - 1].kind is LineKind.HEADING
            if is_placed and people_listed(self._pending[at].text):
                return at
        return 0

    def _open(self, title: Block, abstract: Block | None) -> UnfinishedRecord:
        told = self._next | ({"url": title.url} if title.url else {})
        self._current = draft = UnfinishedRecord(title, [abstract] if abstract else [], told)
        self._next = {}
        self.stretches[-1][0].append(draft)
        return draft

    def _read_page_word(self, line: Block) -> None:
        """A word of the page's own ends the record; its newsletter line, which stands at the top, begins a page."""
        self._current = None
        words = line.text.casefold()
        self.is_known = self.is_known or "research community" in words or "trending papers in your" in words
        self._pass_over_pending(_UNFOLLOWED)
        if words.startswith("get trending papers") and self.stretches[-1][0]:
            self.stretches.append(([], []))

    def _read_metadata(self, line: Block) -> None:
        is_page_date = line.kind is LineKind.DATE and self._after_page_word
        if self._pending and not is_page_date:
            self._open_from_pending(line)
        if self._current is not None:
            self._has_metadata = True
            if not self._current.take(line):
                self._pass_over("a second line of metadata for one paper", line)
        elif not is_page_date:
            self._pass_over("metadata without a paper", line)
        elif line.value.year:
            self.stretches[-1][1].append(line.value.year)

    def _open_from_pending(self, line: Block) -> None:
        """Metadata right after short blocks: a title alone, or a title and an abstract of a few words."""
        if line.kind is LineKind.DATE and len(self._pending) == 1 and self._current is None and not self._has_metadata:
            return
        title, abstract = self._pending.pop(), None
        if self._pending and not is_generic(self._pending[-1].text):
            title, abstract = self._pending.pop(), title
        self._pass_over_pending(_UNFOLLOWED)
        if people := people_listed(abstract.text) if abstract else ():
            self._next["authors"], abstract = people, None
        if why := _why_no_title(title):
            self._unlikely += 1
            self._pass_over(why, title, abstract)
        else:
            self._open(title, abstract)

    def _read_count(self, line: Block) -> None:
        """Behind a record's metadata stands its comments' number; any other number is of the record that follows."""
        current = self._current
        if current and current.has_metadata and not self._pending and current.told.get("comments") is None:
            current.told["comments"] = line.value
        else:
            self._next["upvotes"] = line.value

    def _read_link(self, line: Block) -> None:
        """A paper's link belongs to the title above it, else to the record, else to the title that follows."""
        url = canonical_url(line.url)
        if arxiv_id(url) is None:
            return
        if self._pending:
            self._pending[-1] = replace(self._pending[-1], url=url)
        elif self._current is not None and self._current.told.get("url") in (None, url):
            self._current.told["url"] = url
        else:
            self._next["url"] = url

    def _pass_over_pending(self, why: str) -> None:
        for block in self._pending:
            self._pass_over(why, block)
        self._pending = []

    def _refuse(self, why: str, *blocks: Block) -> None:
        """Pass over what stands in the place of a paper, and end the one before."""
        self._current = None
        self._pass_over(why, *blocks)

    def _pass_over(self, why: str, first: Block, body: Block | None = None) -> None:
        text = f"{first.text}: {body.text}" if body else first.text
        self.skipped.append(passed_over(first.number, text, why))


def _why_no_title(title: Block) -> str | None:
    return why_no_title(title.text, is_heading=title.kind is LineKind.HEADING)


def _split_title(block: Block) -> tuple[Block | None, Block]:
    """Take the first line of a wrapped paragraph as its title where it stands out: short, capital, no full stop."""
    first, _, rest = block.text.partition("\n")
    if not rest[:1].isupper() or len(first) > LONGEST_TITLE or ends_like_prose(first):
        return None, block
    return replace(block, text=first), replace(block, number=block.number + 1, text=rest, url=None)

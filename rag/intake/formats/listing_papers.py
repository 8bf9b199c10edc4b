"""A listing page read from top to bottom, one paper at a time: which block is whose title, abstract and metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.base.text.addresses import arxiv_id, canonical_url
from rag.base.text.titles import is_generic
from rag.intake.entries import passed_over
from rag.intake.formats.blocks import (
    LONGEST_TITLE,
    Block,
    ends_like_prose,
    is_notice,
    names,
    reads_as_abstract,
    why_no_abstract,
    why_no_title,
)
from rag.intake.formats.lines import Kind, Line
from rag.nouns import Skipped

# ----------------------------------------------------------------------------------------------------
# A record while its page is being read: the blocks and lines that are its own so far, as they stood.


@dataclass(slots=True)
class Draft:
    """A record that is still being read: blocks and lines, not yet cleaned."""

    title: Block
    abstract: list[Block] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    date: Line | None = None
    organisation: str | None = None
    url: str | None = None
    upvotes: int | None = None
    comments: int | None = None

    @property
    def has_metadata(self) -> bool:
        """Whether a line of metadata has followed, so that no more of the abstract can."""
        return self.author_count is not None or self.date is not None or self.organisation is not None

    @property
    def has_comments(self) -> bool:
        """Whether the number of its comments is known, by itself or from the line of its date."""
        written = self.date.date if self.date else None
        return self.comments is not None or (written is not None and written.comments is not None)

    def take(self, line: Line) -> bool:
        """Take what a line of metadata tells; false where such a line was taken already."""
        if line.kind is Kind.AUTHORS and self.author_count is None:
            self.author_count = line.count
        elif line.kind is Kind.ORGANISATION and self.organisation is None:
            self.organisation = line.text
        elif line.kind is Kind.DATE and self.date is None:
            self.date = line
        else:
            return False
        return True


# ----------------------------------------------------------------------------------------------------
# A listing page read from top to bottom, one paper at a time: which block is whose title, abstract and metadata.


class PageReader:
    """Reads the blocks of a page from top to bottom, one paper at a time."""

    def __init__(self, page: Sequence[Block]) -> None:
        self.blocks = page
        self.stretches: list[tuple[list[Draft], list[int]]] = [([], [])]
        self.skipped: list[Skipped] = []
        self.joined = 0
        self.is_known = False
        self.has_metadata = False
        self._current: Draft | None = None
        self._pending: list[Block] = []
        self._pending_url: str | None = None
        self._pending_upvotes: int | None = None
        self._pending_names: tuple[str, ...] = ()
        self._search_words: list[Block] = []
        self._after_page_word = True
        self._after_curators = False
        self._after_label = False
        self._certain = 0
        self._unlikely = 0
        self._texts = 0
        self._used = 0

    def read(self) -> None:
        """Read every block; afterwards each is part of a draft, of the page's own words, or skipped."""
        for place, block in enumerate(self.blocks):
            if block.kind in (Kind.TEXT, Kind.HEADING):
                following = self.blocks[place + 1] if place + 1 < len(self.blocks) else None
                self._texts += 1
                self._read_text(block, following)
            else:
                self._read_datum(block.first)
            self._after_label = block.kind is Kind.ABSTRACT
            self._after_page_word = block.kind is Kind.PAGE or (self._after_page_word and block.kind is Kind.LINK)
        ends_short = bool(self.stretches[-1][0])
        self._pass_over_pending("the page ends here, without its abstract" if ends_short else "no abstract follows it")
        self._note_cut()

    @property
    def confidence(self) -> float:
        """The share of the page's texts that are a record's title, authors or first paragraph, and of what stands
        where a paper should that looks like one. What has two signs of a paper, as a heading, names, “Abstract” and a
        link are, is one, whatever else the page holds."""
        found = sum(len(drafts) for drafts, _ in self.stretches)
        share = max(self._used / self._texts, self._certain / found) if found else 0.0
        return min(1.0, share) * found / (found + self._unlikely) if found else 0.0

    def _read_text(self, block: Block, following: Block | None) -> None:
        if self._after_curators:  # what a search was for stands below the page's curators
            self._search_words = [block]
        self._after_curators = False
        after_heading = bool(self._pending) and self._pending[-1].kind is Kind.HEADING
        if block.kind is Kind.HEADING or self._is_long_title(block, following):
            self._pending.append(block)
        elif reads_as_abstract(block.text, after_heading):
            self._read_abstract(block)
        else:
            self._pending.append(block)

    def _is_long_title(self, block: Block, following: Block | None) -> bool:
        """A title that ends in a full stop and stands where a title must, before a block much longer than it."""
        return (
            not self._pending
            and len(block.text) <= LONGEST_TITLE
            and following is not None
            and following.kind is Kind.TEXT
            and len(following.text) > max(LONGEST_TITLE, 2.5 * len(block.text))
        )

    def _read_abstract(self, block: Block) -> None:
        if not self._pending and self._goes_on(block):
            assert self._current is not None
            if why := why_no_abstract(block):
                self._current = None
                self._pass_over(block, why)
                return
            self._current.abstract.append(block)
            self.joined += len(self._current.abstract) == 2
            return
        title, body = (None, block) if self._pending else _split_title(block)
        if title is None and self._pending:
            title = self._take_title()
        if title is None:
            self._current = None
            too_long = not ends_like_prose(block.text)
            why = (
                f"too long for a title (over {LONGEST_TITLE} characters)" if too_long else "a paragraph without a title"
            )
            self._pass_over(block, why)
        elif is_generic(title.text):
            self._current = None
            self._pass_over(title, "its heading names no paper", body)
        elif is_notice(body.text):
            self._current = None
            self._pass_over(title, "a notice on cookies or scripts: close it, then save the page", body)
        elif why := why_no_title(title) or why_no_abstract(body):
            self._current = None
            self._unlikely += 1
            self._pass_over(title, why, body)
        else:
            self._open(title)
            assert self._current is not None
            self._current.abstract.append(body)
            is_heading, has_names = title.kind is Kind.HEADING, bool(self._current.authors)
            signs = (is_heading, has_names, self._after_label, arxiv_id(self._current.url) is not None)
            self._certain += (is_heading or has_names) and sum(signs) > 1

    def _goes_on(self, block: Block) -> bool:
        """Tell whether a paragraph without a title is the next one of the abstract that is being read."""
        current = self._current
        return (
            current is not None and bool(current.abstract) and not current.has_metadata and ends_like_prose(block.text)
        )

    def _take_title(self) -> Block:
        """Take the title from the short blocks before an abstract; a line of names between the two is the authors'."""
        people: tuple[str, ...] = ()
        below: list[Block] = []
        if len(self._pending) > 1 and (people := names(self._pending[-1].text)):
            below = [self._pending.pop()]
        elif at := self._names_below_a_heading():
            people, below = names(self._pending[at].text), self._pending[at:]
            for block in below[1:]:  # such as the place of a poster
                self._pass_over(block, "no abstract follows it")
            del self._pending[at:]
        title = self._pending.pop()
        self._pending_names = people
        self._pending_url = next((block.first.url for block in below if block.first.url), self._pending_url)
        self._pass_over_pending("no abstract follows it")
        return title

    def _names_below_a_heading(self) -> int:
        """Return where, among the last short blocks, a line of names stands below a heading; 0 where none does."""
        last = len(self._pending) - 1
        headed = (at for at in range(last, max(0, last - 3), -1) if self._pending[at - 1].kind is Kind.HEADING)
        return next((at for at in headed if names(self._pending[at].text)), 0)

    def _open(self, title: Block) -> None:
        self._current = None
        self._used += 2 + bool(self._pending_names)
        self._current = Draft(title, authors=self._pending_names, url=title.first.url or self._pending_url)
        self._current.upvotes = self._pending_upvotes
        self._pending_names, self._pending_url, self._pending_upvotes = (), None, None
        self.stretches[-1][0].append(self._current)

    def _read_datum(self, line: Line) -> None:
        if line.kind in (Kind.AUTHORS, Kind.ORGANISATION, Kind.DATE):
            self._read_metadata(line)
        elif line.kind is Kind.LINK:
            self._read_link(line)
        elif line.kind is Kind.COUNT:
            self._read_count(line)
        elif line.kind is Kind.UPVOTES:
            self._current = None
            self._pending_upvotes = line.count
        elif line.kind is Kind.PAGE:
            self._read_page_word(line)

    def _read_page_word(self, line: Line) -> None:
        """A word of the page's own ends the record; its newsletter line, which stands at the top, begins a page."""
        self._current = None
        words = line.text.casefold()
        self.is_known = self.is_known or "research community" in words or "trending papers in your" in words
        self._after_curators = "research community" in words
        if self._pending == self._search_words and words == "daily":
            self._pending = []
        self._pass_over_pending("no abstract follows it")
        if words.startswith("get trending papers") and self.stretches[-1][0]:
            self.stretches.append(([], []))

    def _read_metadata(self, line: Line) -> None:
        if self._pending and not (line.kind is Kind.DATE and self._after_page_word):
            self._open_from_pending(line)
        if self._current is None:
            if line.kind is Kind.DATE and self._after_page_word:
                self._read_page_date(line)
            else:
                self.skipped.append(passed_over(line.number, line.text, "metadata without a paper"))
            return
        self.has_metadata = True
        if not self._current.take(line):
            self.skipped.append(passed_over(line.number, line.text, "a second line of metadata for one paper"))

    def _open_from_pending(self, line: Line) -> None:
        """Metadata right after short blocks: a title alone, or a title and an abstract of a few words."""
        if line.kind is Kind.DATE and len(self._pending) == 1 and self._current is None and not self.has_metadata:
            return
        title, abstract = self._pending.pop(), None
        if self._pending and not is_generic(self._pending[-1].text):
            title, abstract = self._pending.pop(), title
        self._pass_over_pending("no abstract follows it")
        if people := names(abstract.text) if abstract else ():
            self._pending_names, abstract = people, None
        if why := why_no_title(title):
            self._unlikely += 1
            self._pass_over(title, why, abstract)
            return
        self._open(title)
        if abstract is not None and self._current is not None:
            self._current.abstract.append(abstract)

    def _read_page_date(self, line: Line) -> None:
        if line.date and line.date.year:
            self.stretches[-1][1].append(line.date.year)

    def _read_count(self, line: Line) -> None:
        """Behind a record's metadata stands its comments' number; any other number is of the record that follows."""
        current = self._current
        if current is not None and current.has_metadata and not self._pending and not current.has_comments:
            current.comments = line.count
        else:
            self._pending_upvotes = line.count

    def _read_link(self, line: Line) -> None:
        """A paper's link belongs to the title above it, else to the record, else to the title that follows."""
        url = canonical_url(line.url)
        if arxiv_id(url) is None:
            return
        if self._pending:
            self._pending[-1] = replace(
                self._pending[-1], lines=(replace(self._pending[-1].first, url=url), *self._pending[-1].lines[1:])
            )
        elif self._current is not None and self._current.url in (None, url):
            self._current.url = url
        else:
            self._pending_url = url

    def _pass_over_pending(self, why: str) -> None:
        for block in self._pending:
            self._pass_over(block, why)
        self._pending = []

    def _pass_over(self, block: Block, why: str, body: Block | None = None) -> None:
        text = f"{block.text}: {body.text}" if body else block.text
        self.skipped.append(passed_over(block.first.number, text, why))

    def _note_cut(self) -> None:
        last = self._current
        if last and last.abstract and not last.has_metadata and not ends_like_prose(last.abstract[-1].text):
            text = last.abstract[-1].text[-80:]
            why = "the page ends in mid-sentence: this abstract may be cut off (it was kept)"
            self.skipped.append(passed_over(last.abstract[-1].lines[-1].number, text, why))


def _split_title(block: Block) -> tuple[Block | None, Block]:
    """Take the first line of a wrapped paragraph as its title where it stands out: short, capital, no full stop."""
    first, *rest = block.lines
    if not rest or len(first.text) > LONGEST_TITLE or ends_like_prose(first.text) or not rest[0].text[:1].isupper():
        return None, block
    return replace(block, lines=(first,)), replace(block, lines=tuple(rest))

"""Links and identifiers of papers, and addresses in running text."""

from __future__ import annotations

import re

from rag.base.text.word_lists import word_list

# ----------------------------------------------------------------------------------------------------
# Links and identifiers of papers: mirror hosts, arXiv ids, canonical links.
#
# Not handled: whether a link answers.

_MIRROR = re.compile(r"(?<![\w.-])(?:www\.)?(?:huggingface\.010818\.xyz|hf-mirror\.com)(?![\w-]|\.\w)")

_NEW_ID = r"\d{4}\.\d{4,5}"
_OLD_ID = r"[a-z]{2,10}(?:-[a-z]{2,10})?(?:\.[A-Za-z]{2})?/\d{7}"
_BARE_ID = re.compile(rf"(?:arxiv:\s*)?({_NEW_ID}|{_OLD_ID})(?:v\d{{1,3}})?(?:\.pdf)?", re.I)
_LINKED_ID = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|ps|format|e-print)/|huggingface\.co/papers/|alphaxiv\.org/(?:abs|pdf|overview)/"
    r"|ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)/|paperswithcode\.com/paper/arxiv:|10\.48550/arxiv\.|\barxiv:\s?)"
    rf"({_NEW_ID}|{_OLD_ID})(?!\d)",
    re.I,
)
_DOI = re.compile(r"(?:^|doi\.org/|\bdoi:?\s*)(10\.\d{4,9}/[^\s\"<>]+)", re.I)
_HF_PAPER = re.compile(r"huggingface\.co/papers/(\d{4}\.\d{4,5})", re.I)


def without_mirrors(text: str) -> str:
    """Return `text` with the host names of mirrors of huggingface.co replaced by the canonical one."""
    return _MIRROR.sub("huggingface.co", text) if "hf-mirror" in text or "010818" in text else text


def arxiv_id(text: str | None) -> str | None:
    """Return the arXiv id, without its version, that `text` is or that a link in it carries; None when there is none.

    >>> arxiv_id("https://arxiv.org/pdf/2501.05441v2"), arxiv_id("2501.05441"), arxiv_id("10.1063/1.4944470")
    ('2501.05441', '2501.05441', None)
    """
    if not text:
        return None
    found = _BARE_ID.fullmatch(text.strip()) or _LINKED_ID.search(text)
    if not found:
        return None
    archive, _, number = found[1].rpartition("/")
    if archive:  # `math.GT/0309136` and `math/0309136` are one paper; arXiv itself answers with the second
        return f"{archive.partition('.')[0].lower()}/{number}"
    return number if 1 <= int(number[2:4]) <= 12 and int(number[:2]) >= 7 else None  # YYMM.NNNN, from 2007 on


def doi(text: str | None) -> str | None:
    """Return the DOI that `text` is or that a link in it carries, in small letters; None when there is none.

    >>> doi("https://doi.org/10.1038/S41586-023-00001-1"), doi("arXiv:2501.05441")
    ('10.1038/s41586-023-00001-1', None)
    """
    found = _DOI.search(text) if text else None
    return found[1].rstrip(".,;").lower() if found else None


def canonical_url(url: str | None) -> str | None:
    """Return a paper's link in one form: arxiv.org/abs/ID, huggingface.co/papers/ID, or as given; None unless http."""
    if not url:
        return None
    url = without_mirrors(url.strip())
    if hugging := _HF_PAPER.search(url):
        return f"https://huggingface.co/papers/{hugging[1]}"
    if identifier := arxiv_id(url):
        return f"https://arxiv.org/abs/{identifier}"
    return url if re.match(r"https?://[^\s<>\"]+$", url, re.I) else None


# ----------------------------------------------------------------------------------------------------
# Addresses in running text: which stretch of it a terminal, a browser or a person would take for a link.
#
# With a scheme (in any width of letters, with any slash), `www.`, or a host of a well-known ending with a path. Not
# handled: a bare host (`owls.example`), which is a word like any other.

_CHARACTER = r"[^\s\[\]<>\"`{}|\\^\u0080-\U0010ffff]"
_FIRST = r"(?:\[[0-9A-Fa-f:.]{2,60}\]|[^\s\[\]<>\"`{}|\\^])"
DOTS = "。．｡"
"""Full stops that part the names of a host as well."""
WIDE = "：／＼" + DOTS + "".join(map(chr, [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]))
"""Letters, digits and signs of another width, in which a scheme can be written."""
_LETTER = r"[A-Za-z0-9０-９Ａ-Ｚａ-ｚ+.-]"
_SLASH = r"/\\／＼"
_ENDINGS = "|".join(word_list("host_endings"))
URL = re.compile(
    rf"(?i:{_LETTER}{{0,20}}[:：][/／]{{2}}|(?:https?|ftp|file)[:：][{_SLASH}]{{0,9}}){_FIRST}{_CHARACTER}*"
    rf"|(?i:www\.){_CHARACTER}+"
    rf"|(?i:(?<!\w)(?:javascript|vbscript|mailto|magnet|sms|tel|view-source|data(?=[:：]\w{{1,20}}/)):){_CHARACTER}+"
    rf"|(?i:(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{_ENDINGS})(?::\d{{1,5}})?/){_CHARACTER}*"
)


def bare(url: str) -> str:
    """Return a link without the punctuation of the sentence around it."""
    return url.rstrip(".,;:!?'*_)/")


def split_url(found: str) -> tuple[str, str]:
    """Return a link as found in running text, and the punctuation after it."""
    link = bare(found)
    return link, found[len(link) :]

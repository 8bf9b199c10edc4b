"""What is new, as text, as Markdown, and as an Atom feed that any reader takes.

Pure functions. In Markdown and Atom nothing that a paper says is mark-up. The feed holds what was found lately, seen or
not: a reader remembers by itself what it has shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from rag.base.text.cleaning import without_controls
from rag.kept.standing_questions import Finding, Standing
from rag.nouns import CitedSentence
from rag.overview.recommendation import Likened
from rag.present.as_markdown import line_to_markdown as marked

_ATOM = "http://www.w3.org/2005/Atom"
_ENTRIES = 100
"""Entries of a feed, the newest."""
NOTHING = "Nothing new."


def news_to_text(questions: Sequence[Standing]) -> str:
    """Return what was found, question by question; those with nothing are left out."""
    blocks = [
        "\n".join([f"{one.question}", *(line for finding in one.findings for line in _text(finding))])
        for one in questions
        if one.findings
    ]
    return without_controls("\n\n".join(blocks) or NOTHING)


def _text(finding: Finding) -> Iterator[str]:
    yield f"  {finding.title}  ({finding.paper_id})"
    yield from (f"    {_quoted(sentence)}" for sentence in finding.sentences)


def _quoted(sentence: CitedSentence) -> str:
    words = " ".join(sentence.quote.split())
    return f"“{words}”" if sentence.index else words


def news_to_markdown(questions: Sequence[Standing]) -> str:
    """Return the same as Markdown."""
    lines: list[str] = []
    for one in (one for one in questions if one.findings):
        lines += [f"## {marked(one.question)}", ""]
        for finding in one.findings:
            lines.append(f"- [{marked(finding.title)}]({finding.url})")
            lines += [f"    - {marked(_quoted(sentence))}" for sentence in finding.sentences]
        lines.append("")
    return "\n".join(lines).strip() + "\n" if lines else f"{NOTHING}\n"


def news_to_atom(questions: Sequence[Standing], library: str) -> str:
    """Return the findings as a feed, the newest first; `library` is the library's own id."""
    found = sorted(
        ((finding, one) for one in questions for finding in one.findings),
        key=lambda pair: (pair[0].found, -pair[1].number),
        reverse=True,
    )[:_ENTRIES]
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _put(feed, "id", f"urn:abstract-qa:{library}")
    _put(feed, "title", "Abstract QA: answers to standing questions")
    _put(feed, "updated", found[0][0].found if found else "1970-01-01T00:00:00+00:00")
    _put(_put(feed, "author"), "name", "Abstract QA")
    for finding, one in found:
        _entry(feed, finding, one, library)
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def _entry(feed: ElementTree.Element, finding: Finding, one: Standing, library: str) -> None:
    entry = _put(feed, "entry")
    _put(entry, "id", f"urn:abstract-qa:{library}:{one.number}:{finding.paper_id}")
    _put(entry, "title", finding.title)
    _put(entry, "updated", finding.found)
    _put(entry, "link").set("href", finding.url)
    _put(entry, "category").set("term", without_controls(one.question))
    said = "\n".join(_quoted(sentence) for sentence in finding.sentences)
    _put(entry, "content", f"{one.question}\n\n{said}").set("type", "text")


def _put(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = None if text is None else without_controls(text)
    return element


def likened_to_text(ranked: Sequence[Likened]) -> str:
    """Return new papers by their likeness to one's own."""
    lines = [f"{one.score:.3f}  {one.title}  ({one.paper_id})\n       like {one.like}" for one in ranked]
    return without_controls("\n".join(lines) or NOTHING)


def likened_to_markdown(ranked: Sequence[Likened]) -> str:
    """Return the same as Markdown."""
    lines = [
        f"{n}. [{marked(r.title)}]({r.url}), like {marked(r.like)} ({r.score:.2f})" for n, r in enumerate(ranked, 1)
    ]
    return "\n".join(lines or [NOTHING]) + "\n"

"""Files that the page hands out, made in memory: among them an answer as one HTML file to send."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.base.text import plural
from rag.nouns import Answer, Paper
from rag.page.answer_html import audit_summary
from rag.page.cards import cards_html, related_html
from rag.page.conversation import Conversation
from rag.page.markup import answer_text, attribute
from rag.page.saved import to_json
from rag.page.turn_html import by_whom, told_html
from rag.present.export import SUFFIXES, ExportFormat, export
from rag.present.references import marked_sentences

# ----------------------------------------------------------------------------------------------------
# Files that the page hands out, made in memory: the browser saves them, nothing is written on the server.

Download = dict[str, str]
"""`name` and `type` of a file, and its `text`; of one that is no text, `base64`."""
_TYPES = {
    ExportFormat.BIBTEX: "application/x-bibtex",
    ExportFormat.RIS: "application/x-research-info-systems",
    ExportFormat.CSL_JSON: "application/vnd.citationstyles.csl+json",
}


def handed_out(file: Download) -> str:
    """Return a file as the page's script takes it: JSON, which the browser saves and never shows."""
    return json.dumps(file)


def of_papers(papers: Sequence[Paper], kind: ExportFormat, *, numbered: bool = False) -> Download:
    """Return the papers as a file for a reference manager; `numbered`: they are the references of a text."""
    text = export(papers, kind, numbered=numbered)
    return {"name": f"papers{SUFFIXES[kind]}", "type": _TYPES[kind], "text": text}


def of_conversation(conversation: Conversation) -> Download:
    """Return the conversation as a file that can be loaded again."""
    name = f"conversation-{date.today().isoformat()}.json"
    return {"name": name, "type": "application/json", "text": to_json(conversation)}


# ----------------------------------------------------------------------------------------------------

_EVENTS = re.compile(r' (?:data-[a-z]+="[^"]*"|tabindex="-1")')
"""What only the page's script reads; a quotation mark within text is escaped, so that none of it is met."""
_STYLE = """
:root { color-scheme: light dark; --paper: #faf9f6; --card: #fff; --ink: #1d2125; --soft: #5b626a; --line: #e6e2d9;
  --accent: #0f5c66; --mark: #fbf1cf; --warn: #8a4a06; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --card: #1c2024; --ink: #e7e5e0; --soft: #a5abb2;
  --line: #30353b; --accent: #84c9cf; --mark: #423c20; --warn: #f0b663; } }
body { margin: 0 auto; max-width: 44rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.65 Inter, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.45rem; line-height: 1.3; margin: 0 0 1rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; line-height: 1.4; margin: 0 0 .3rem; } a { color: var(--accent); }
.marker { text-decoration: none; font-size: .85em; font-weight: 550; } .math { white-space: nowrap; }
.small, .about, footer { color: var(--soft); font-size: .85rem; } .doubts { color: var(--warn); font-size: .9rem; }
.card { padding: .9rem 1rem; margin: 0 0 .7rem; border: 1px solid var(--line); border-radius: 10px;
  background: var(--card); font-size: .92rem; } .card:target { border-color: var(--accent); }
.card p { margin: 0 0 .4rem; } .number { color: var(--accent); margin-right: .5rem; }
sup, sub { line-height: 0; } mark { background: var(--mark); color: inherit; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: calc(6.5rem + var(--sides, 1) * 12rem); font-size: .92rem;
  overflow-wrap: break-word; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.known h3 { margin: 1.6rem 0 .3rem; } .known h4 { font-size: .95rem; margin: .9rem 0 .2rem; }
.known ul { margin: 0; padding: 0; list-style: none; } .known li { margin: 0 0 .5rem; padding-left: .8rem;
  border-left: 2px solid var(--line); } .known .pair { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); } summary { cursor: pointer; }
.known :is(.count, .from), summary { color: var(--soft); font-size: .85rem; font-weight: 450; }
.known .count { margin-left: .4rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .8rem; }
@media print { :root { --paper: #fff; } table { min-width: 0; } .card { break-inside: avoid; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def still_html(answer: Answer, turn: int) -> str:
    """Return what an answer tells with markers as plain links to its cards; ids carry `turn`."""
    return _EVENTS.sub("", told_html(replace(answer, claims=()), turn))


def answer_file(answer: Answer, opinion: str = "") -> str:
    """Return the whole file. Whoever opens it sees what the page showed, without the page."""
    doubts = "".join(f"<li>{mark}: {answer_text(sentence)}</li>" for mark, sentence in marked_sentences(answer))
    notes = "".join(f"<p class=small>{answer_text(note)}</p>" for note in (*answer.warnings, *filter(None, [opinion])))
    heading = f"<h2>{plural(len(answer.citations), 'source')}</h2>" if answer.citations else ""
    cards = re.sub(r"<details>(<summary>.*?</summary>)", r"<details open>\1", _EVENTS.sub("", cards_html(answer, 0)))
    summary = f"<p class=small>{attribute(audit_summary(answer))}</p>"
    title = attribute(answer.question)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>{still_html(answer, 0)}{summary}"
        + f"<h2>To check</h2><ul class=doubts>{doubts}</ul>"
        * bool(doubts)
        + f"{notes}{_EVENTS.sub('', related_html(answer))}{heading}{cards}</main>"
        f"<footer>{attribute(by_whom(answer))}; {answer.coverage.looked_at:,} abstracts looked at, "
        f"{date.today().isoformat()}. Marked sentences are quoted word for word from the abstracts. Abstract QA"
        "</footer></body></html>\n"
    )

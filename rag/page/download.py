"""Files that the page hands out, made in memory: the browser saves them, nothing is written on the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.export import SUFFIXES, ExportFormat, export
from rag.nouns import Paper
from rag.page.conversation import Conversation
from rag.page.saved import to_json

Download = dict[str, str]
"""`name` and `type` of a file, and its `text`; of one that is no text, `base64`."""
_TYPES = {
    ExportFormat.BIBTEX: "application/x-bibtex",
    ExportFormat.RIS: "application/x-research-info-systems",
    ExportFormat.CSL_JSON: "application/vnd.citationstyles.csl+json",
}


def of_papers(papers: Sequence[Paper], kind: ExportFormat) -> Download:
    """Return the papers as a file for a reference manager."""
    return {"name": f"papers{SUFFIXES[kind]}", "type": _TYPES[kind], "text": export(papers, kind)}


def of_conversation(conversation: Conversation) -> Download:
    """Return the conversation as a file that can be loaded again."""
    name = f"conversation-{date.today().isoformat()}.json"
    return {"name": name, "type": "application/json", "text": to_json(conversation)}

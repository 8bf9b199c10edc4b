"""The nouns of the domain: what each stage takes and returns.

Frozen dataclasses and tuples only. Nothing here imports anything but the standard library, and no stage changes a
noun that it was given. Offsets are character offsets into the stored abstract; sentences are counted from 1, and
sentence 0 is a paper's metadata line.
"""

from rag.nouns.answers import (
    EXTRACTIVE,
    Answer,
    Citation,
    Cite,
    CitedSentence,
    Claim,
    Coverage,
    Draft,
    Query,
    Reason,
    Status,
    Support,
    Table,
    Usage,
)
from rag.nouns.papers import Conflict, Format, Hit, Paper, Passage, Record, Sighting
from rag.nouns.receipts import FileReceipt, Previewed, Receipt, Selection, Skipped
from rag.nouns.synthesis import Group, Role, Section, Statement, Synthesis

__all__ = [
    "EXTRACTIVE", "Answer", "Citation", "Cite", "CitedSentence", "Claim", "Conflict", "Coverage", "Draft",
    "FileReceipt", "Format", "Group", "Hit", "Paper", "Passage", "Previewed", "Query", "Reason", "Receipt", "Record",
    "Role", "Section", "Selection", "Sighting", "Skipped", "Statement", "Status", "Support", "Synthesis", "Table",
    "Usage",
]  # fmt: skip

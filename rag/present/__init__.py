"""An answer for a terminal, as Markdown and as a document: pure functions over the nouns."""

from rag.nouns import Answer, Receipt
from rag.nouns.presenting import to_text
from rag.present.as_docx import collection_to_docx
from rag.present.as_markdown import answer_to_markdown, collection_to_markdown, prose_to_markdown
from rag.present.as_text import answer_to_text, receipt_to_text
from rag.present.collection import AnswerCollection, collected
from rag.present.references import address, title, withdrawals

__all__ = [
    "AnswerCollection",
    "address",
    "answer_to_markdown",
    "answer_to_text",
    "collected",
    "collection_to_docx",
    "collection_to_markdown",
    "prose_to_markdown",
    "receipt_to_text",
    "title",
    "withdrawals",
]

to_text.register(Answer, answer_to_text)
to_text.register(Receipt, receipt_to_text)

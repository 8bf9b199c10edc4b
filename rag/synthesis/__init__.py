"""What is known about a subject: cited sentences of many papers, grouped by what they say."""

from rag.synthesis.synthesis import FEWEST, LOOKED_AT, synthesise

__all__ = ["FEWEST", "LOOKED_AT", "synthesise"]

"""What is known about a subject: cited sentences of many papers, grouped by what they say."""

from rag.synthesis.nouns import Group, Section, Statement, Synthesis
from rag.synthesis.roles import Role
from rag.synthesis.synthesis import FEWEST, LOOKED_AT, synthesise

__all__ = ["FEWEST", "LOOKED_AT", "Group", "Role", "Section", "Statement", "Synthesis", "synthesise"]

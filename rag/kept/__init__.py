"""What people keep in a library: conversations, answers with notes, and standing questions."""

from rag.kept.conversations import Conversations
from rag.kept.standing_questions import Finding, Standing, StandingQuestions

__all__ = ["Conversations", "Finding", "Standing", "StandingQuestions"]

"""What was learned from written examples: which sentences answer a question, and what bears out a claim.

Two cross-encoders of six layers, int8, beside the embedder whose word pieces they share. Each reads its texts together,
in one pass, and alone: dynamic int8 scales by the largest value of a batch, so in a batch a text would depend on its
neighbours. How they were made, and from what: `PROVENANCE.md`; how they are made anew: `python -m eval train`.
"""

from rag.models.cross_encoders.answer_selection import AnswerSelector, Reading
from rag.models.cross_encoders.entailment import SupportChecker, Verdict

__all__ = ["AnswerSelector", "Reading", "SupportChecker", "Verdict"]

"""Standing questions: kept with a library, and told what new papers answer them."""

from rag.watch.likeness import Likened, likened
from rag.watch.standing import Finding, Standing, StandingQuestions

__all__ = ["Finding", "Likened", "Standing", "StandingQuestions", "likened"]

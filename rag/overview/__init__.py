"""What many papers tell at once: a library's subjects and its map, what is known about a subject, what came in."""

from rag.overview.digest import Digest, digest
from rag.overview.subjects import Topic
from rag.overview.synthesis import FEWEST, LOOKED_AT, synthesise

__all__ = ["FEWEST", "LOOKED_AT", "Digest", "Topic", "digest", "synthesise"]

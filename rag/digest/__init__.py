"""What is in a library: counted, grouped by subject, and laid out as a map."""

from rag.digest.summary import Digest, Topic, digest

__all__ = ["Digest", "Topic", "digest"]

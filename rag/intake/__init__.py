"""Pages and files into records: `sources(path)` yields files, `source.read()` their papers and their receipt."""

from __future__ import annotations

from rag.intake.reading import ALL, Reading
from rag.intake.sources import SAMPLE, Source, sources

__all__ = ["ALL", "SAMPLE", "Reading", "Source", "sources"]

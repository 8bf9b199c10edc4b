"""Readers: what writes a draft from a question and its evidence, with a model or without."""

from __future__ import annotations

from rag.read.choice import Endpoints, choose_reader
from rag.read.reader import Reader, Told

__all__ = ["Endpoints", "Reader", "Told", "choose_reader"]

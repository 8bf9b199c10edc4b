"""Readers: what writes a draft from a question and its evidence, with a model or without."""

from rag.readers.choice import Reader, SpecialReader, choose_reader

__all__ = ["Reader", "SpecialReader", "choose_reader"]

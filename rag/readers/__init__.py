"""Readers: what writes a draft from a question and its evidence, with a model or without."""

from rag.readers.choice import Endpoints, Reader, SpecialReader, Writer, choose_reader

__all__ = ["Endpoints", "Reader", "SpecialReader", "Writer", "choose_reader"]

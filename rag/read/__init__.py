"""Readers: what writes a draft from a question and its evidence, with a model or without; `choice` says which."""

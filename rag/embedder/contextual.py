"""The shipped model's vectors of single word pieces, each in the context of the whole text that it stands in.

A sentence cut out of its abstract loses what "it" and "our method" are; pooled from the word pieces of the whole, it
keeps that ("late chunking", Günther and others, 2024), and its single words can be held against those of a question
("late interaction", Khattab and Zaharia, 2020). Not handled: another model than the shipped one, whichever embeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from rag.embedder import SHIPPED
from rag.errors import EmbedderFailed
from rag.nouns import Paper

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    Matrix = NDArray[float32]

_STATES = b"/bert/encoder/layer.5/output/LayerNorm/LayerNormalization_output_0"
"""The last layer's output in the shipped graph, before it is pooled."""
_LIMIT = 512
"""Word pieces that the model reads at once."""
_THREADS = 2
_MOST = 192
"""Papers whose vectors are kept, at some 450 kB each: a conversation keeps coming back to the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A text's word pieces: `vectors`, shape (pieces, 384), as given; `spans` in the text's characters."""

    vectors: Matrix
    spans: tuple[tuple[int, int], ...]

    def within(self, start: int, end: int) -> list[int]:
        """Return the places of the pieces that lie between two places of the text."""
        return [i for i, (a, b) in enumerate(self.spans) if a < b and start <= a and b <= end]


class Contextual:
    """Reads texts with the shipped model, which is loaded at the first one; safe to use from several threads."""

    def __init__(self) -> None:
        self._kept = lru_cache(_MOST)(self._sentences)

    def pieces(self, text: str) -> Pieces:
        """Return the word pieces of `text`, the special ones at both ends among them; what is too long is cut off."""
        import numpy as np

        encoded = self._encoded(text)
        ids, spans = encoded.ids, encoded.offsets
        if len(ids) > _LIMIT:
            ids, spans = [*ids[: _LIMIT - 1], ids[-1]], [*spans[: _LIMIT - 1], spans[-1]]
        row = np.array([ids], dtype=np.int64)
        states = self._session.run([_STATES.decode()], {"input_ids": row, "attention_mask": np.ones_like(row)})[0]
        return Pieces(states[0], tuple(spans))

    def sentences(self, papers: Sequence[Paper]) -> list[tuple[Matrix, ...]]:
        """Return for each paper the vectors of its sentences' word pieces, each of shape (pieces, 384)."""
        _ = self._session, self._tokenizer  # opened once, before the threads ask for them
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(lambda paper: self._kept(paper.title, _texts(paper)), papers))

    def _sentences(self, title: str, sentences: tuple[str, ...]) -> tuple[Matrix, ...]:
        """Return each sentence's pieces in the context of title and abstract; of half of it where that is too long."""
        text = " ".join((f"{title}.", *sentences))
        if len(sentences) > 1 and len(self._encoded(text).ids) > _LIMIT:
            half = len(sentences) // 2
            return (*self._sentences(title, sentences[:half]), *self._sentences(title, sentences[half:]))
        pieces, found, start = self.pieces(text), [], len(title) + 2
        for sentence in sentences:
            found.append(pieces.vectors[pieces.within(start, start + len(sentence))])
            start += len(sentence) + 1
        return tuple(found)

    def _encoded(self, text: str) -> Any:
        # A lone surrogate, which a saved page may hold, is no text to the tokenizer; its stand-in is as long.
        return self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the threads are ours, one text each
        options.log_severity_level = 3
        try:
            model = (SHIPPED / "model.onnx").read_bytes() + _another_output(_STATES)
            return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as exc:  # the runtime's errors share no base class of their own
            raise EmbedderFailed(f"{SHIPPED / 'model.onnx'} cannot be loaded: {exc}") from exc

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer


def _texts(paper: Paper) -> tuple[str, ...]:
    return tuple(paper.sentence(i) for i in range(1, len(paper.sentences) + 1))


def _another_output(tensor: bytes) -> bytes:
    """Return what, put behind an ONNX model, makes a tensor of its graph an output.

    A message field that comes twice in protocol buffers is merged: here ModelProto.graph (7) with one more
    GraphProto.output (12) of a ValueInfoProto.name (1) and a TypeProto of floats.
    """
    name = b"\x0a" + bytes([len(tensor)]) + tensor
    floats = b"\x12\x04\x0a\x02\x08\x01"  # type (2): tensor_type (1): elem_type (1) = FLOAT (1)
    value = name + floats
    output = b"\x62" + bytes([len(value)]) + value
    return b"\x3a" + bytes([len(output)]) + output

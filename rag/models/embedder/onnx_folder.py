"""Embeds with a local ONNX folder, by default the shipped MiniLM; where another embedder's query prefix would stand.

The folder holds `model.onnx` and `tokenizer.json`. Each text runs through the model alone, on a thread of its own.
Dynamic int8 scales every activation by the largest of its batch, so in a batch a text's vector would depend on its
neighbours and on their padding (mean cosine .996 to the same text alone); alone it is the same to the last bit, and on
two cores no slower.

Not handled: prefixes that some models want before a query (`embed_query`) or a text, pooling other than the mean and
the first token, a GPU.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.errors import EmbedderFailed

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

SHIPPED = Path(__file__).with_name("minilm")
QUESTION = "question.onnx"
"""A second graph for questions, trained against the vectors of papers, which it leaves as they are."""
_USUAL_LIMIT = 512  # positions of a BERT, for a tokenizer that states no limit
_MOST_CORES = 8
_WAITING = 4
"""Texts begun beyond one for each core, of up to 30 MB each: who holds Python's lock for long, as Chroma does while it
writes, keeps a finished text from being followed by another; so there is always one at work."""


class OnnxEmbedder:
    """The embedder in one folder. The model is read at the first text, not before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("model.onnx", "tokenizer.json"):
            if not (folder / part).is_file():
                raise EmbedderFailed(f"{folder} is no embedding model: it has no {part}.")

    @cached_property
    def name(self) -> str:
        """The folder's name and a hash of what decides the vectors of papers, which the question's side does not."""
        parts = ("model.onnx", "tokenizer.json", "1_Pooling/config.json")
        content = b"".join(path.read_bytes() for part in parts if (path := self.folder / part).is_file())
        return f"{self.folder.resolve().name}@{sha256(content).hexdigest()[:12]}"

    @cached_property
    def dimension(self) -> int:
        """The length of every vector."""
        return len(self.embed_query("dimension"))

    @cached_property
    def max_tokens(self) -> int:
        """Word pieces of one text that are read, the special ones included; the rest is cut off."""
        stated = json.loads((self.folder / "tokenizer.json").read_text(encoding="utf-8")).get("truncation")
        return int(stated["max_length"]) if stated else _USUAL_LIMIT

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return each text's word pieces before any is cut off, the special ones included."""
        return [len(word_pieces(text, self.folder, special=True)) for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row of length 1 for each text, in the order given: shape (texts, dimension)."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        _ = self._graph.session  # opened once, before the threads ask for it
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        with ThreadPoolExecutor(min(cores, _MOST_CORES) + _WAITING) as pool:
            return np.stack(list(pool.map(lambda text: self._vector(text, self._graph), texts)))

    def embed_query(self, text: str) -> NDArray[float32]:
        """Return the vector of a question, by the question's side where the folder has one: shape (dimension,)."""
        return self._vector(text, self._question_graph)

    def _vector(self, text: str, graph: Graph) -> NDArray[float32]:
        """Return a text's vector at length 1: a pooled one as it is, else the mean of its tokens (or the first)."""
        import numpy as np

        pieces = word_pieces(text, self.folder, special=True)
        if len(pieces) > self.max_tokens:
            pieces = [*pieces[: self.max_tokens - 1], pieces[-1]]  # the last one closes the text
        ids = np.array([pieces], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        output = graph.run({name: given[name] for name in self._inputs})[0][0]
        if output.ndim == 2:
            output = output[0] if self._first_token else output.mean(axis=0)
        vector: NDArray[float32] = (output / np.linalg.norm(output)).astype(np.float32)
        return vector

    @cached_property
    def _first_token(self) -> bool:
        config = self.folder / "1_Pooling" / "config.json"
        return config.is_file() and bool(json.loads(config.read_text(encoding="utf-8")).get("pooling_mode_cls_token"))

    @cached_property
    def _inputs(self) -> list[str]:
        known = {"input_ids", "attention_mask", "token_type_ids"}
        names = [given.name for given in self._graph.session.get_inputs()]
        if unknown := set(names) - known:
            raise EmbedderFailed(f"The model in {self.folder} wants inputs that we do not make: {sorted(unknown)}.")
        return names

    @cached_property
    def _graph(self) -> Graph:
        return Graph(self.folder / "model.onnx")

    @cached_property
    def _question_graph(self) -> Graph:
        side = self.folder / QUESTION
        return Graph(side) if side.is_file() else self._graph


class Graph:
    """The ONNX graph in one file, read when first used; a text runs on one thread, since the threads are ours.

    EmbedderFailed where it cannot be read, or fails.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def run(self, inputs: dict[str, Any]) -> list[Any]:
        """Return the graph's outputs for these inputs by name."""
        session = self.session
        try:
            return list(session.run(None, inputs))
        except Exception as exc:  # the runtime's errors share no base class of their own
            raise EmbedderFailed(f"The model in {self._file} failed: {exc}") from exc

    @cached_property
    def session(self) -> Any:
        """The runtime's session."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors are raised; a warning would be printed
        try:
            return onnxruntime.InferenceSession(self._file, options, providers=["CPUExecutionProvider"])
        except Exception as exc:
            raise EmbedderFailed(f"{self._file} cannot be loaded: {exc}") from exc


def word_pieces(text: str, folder: Path = SHIPPED, *, special: bool = False) -> list[int]:
    """Return the ids of a text's word pieces, by the tokenizer in `folder`, with or without special ones around them.

    A lone surrogate, which a saved page may hold and which is no text to the tokenizer, is replaced.
    """
    sent = text.encode("utf-8", "replace").decode()
    ids: list[int] = _tokenizer(folder).encode(sent, add_special_tokens=special).ids
    return ids


@cache
def whole_words() -> frozenset[str]:
    """Return the shipped model's word pieces that are words of their own: some twenty thousand common ones."""
    return frozenset(piece for piece in _tokenizer(SHIPPED).get_vocab() if piece.isalpha())


@cache
def _tokenizer(folder: Path) -> Any:
    """Return the tokenizer in a folder, which cuts nothing off; EmbedderFailed where there is none."""
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as exc:
        raise EmbedderFailed(f"{file} cannot be loaded: {exc}") from exc
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer

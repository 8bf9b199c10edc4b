"""The embedder beside Chroma's default way: fp32, batches of 32, every text cut or padded to 256 word pieces.

Chroma's own embedding function is run, on an fp32 export of the same weights in the place of its download.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag.models.embedder import open_embedder

from .clock import seconds
from .corpus import Place
from .figures import Figure

_TEXTS = 160
_BATCH = 32
_ROUNDS = 3


def chroma_default(fp32: Path) -> Any:
    """Return Chroma's default embedding function over the model in `fp32`, which pools by itself."""
    import numpy as np
    import onnxruntime
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    class Pooled:
        """Gives a text's vector as that of each of its pieces, so that the mean that Chroma takes is the vector."""

        def __init__(self) -> None:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            self.session = onnxruntime.InferenceSession(fp32 / "model.onnx", options, ["CPUExecutionProvider"])

        def run(self, _: object, given: dict[str, Any]) -> list[Any]:
            wanted = {part.name: given[part.name] for part in self.session.get_inputs()}
            vectors = self.session.run(None, wanted)[0]
            return [np.broadcast_to(vectors[:, None, :], (*wanted["input_ids"].shape, vectors.shape[1]))]

    class Default(ONNXMiniLM_L6_V2):
        DOWNLOAD_PATH, EXTRACTED_FOLDER_NAME = fp32.parent, fp32.name
        model = Pooled()

        def _download_model_if_not_exists(self) -> None:
            pass

    return Default()


def embedding(place: Place, fp32: str) -> list[Figure]:
    """Embed the same texts both ways in turns, and count the word pieces that each reads in a second."""
    texts, ours, theirs = place.texts(_TEXTS), open_embedder(), chroma_default(Path(fp32))
    sizes = ours.count_tokens(texts)
    ours.embed(texts[:2])
    theirs(texts[:2])
    took = [(seconds(lambda: ours.embed(texts)), seconds(lambda: theirs(texts))) for _ in range(_ROUNDS)]
    mine, others = (min(times) for times in zip(*took, strict=True))
    fast, slow = sum(min(n, ours.max_tokens) for n in sizes) / mine, sum(min(n, 256) for n in sizes) / others
    return [
        Figure("embedder", "word pieces a second", fast),
        Figure("embedder", "word pieces a second, Chroma's default way", slow),
        Figure("embedder", "speed beside Chroma's default way", fast / slow, "", ">= 1.6"),
        Figure("embedder", "abstracts a second, read to the end", len(texts) / mine),
        Figure("embedder", "abstracts a second, Chroma's default way, cut at 256 pieces", len(texts) / others),
    ]

"""Whether what a claim cites bears it out, contradicts it, or does not say: claim and cited sentences in one pass.

Natural language inference over one claim and the sentences that it points at, with those next to them. The numbers of
a claim, its quotations and names are held against the source by code (`rag.audit`), which knows these better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.models.cross_encoders.cross_encoder import END, START, CrossEncoder, word_pieces

MODEL = Path(__file__).with_name("support.onnx")
_CLAIM, _CITED, _ALL = 96, 200, 260
"""Word pieces that are read, as in training: of a claim, of what it cites, and of both with what stands near."""
_MOST = 1024


@dataclass(frozen=True, slots=True)
class Verdict:
    """Three probabilities, which sum to 1."""

    supported: float
    contradicted: float
    not_stated: float


class SupportChecker:
    """Holds claims against their sources; the graph is loaded at the first one."""

    def __init__(self, model: Path = MODEL) -> None:
        self._graph = CrossEncoder(model)
        self._kept = lru_cache(_MOST)(self._check)

    def check(self, claim: str, cited: Sequence[str], near: Sequence[str] = ()) -> Verdict:
        """Return the verdict on `claim` by the sentences `cited` and those `near` them."""
        return self._kept(claim, " ".join(cited), " ".join(near))

    def _check(self, claim: str, cited: str, near: str) -> Verdict:
        import numpy as np

        said, source = word_pieces(claim)[:_CLAIM], word_pieces(cited)[:_CITED]
        beside = word_pieces(near)[: max(0, _ALL - len(said) - len(source))]
        segments = [[START, *said, END], [*source, END], *([[*beside, END]] if beside else [])]
        (logits,) = self._graph.run(segments, {})
        powers = np.exp(logits.reshape(-1).astype(float) - logits.max())
        supported, contradicted, not_stated = (powers / powers.sum()).tolist()
        return Verdict(supported, contradicted, not_stated)

"""Embeds with any OpenAI-compatible `/embeddings` endpoint: requests, what is tried again, vectors checked.

Rows are ordered by the `index` that the server states, not by where they stand, and are brought to length 1 here, since
not every server does. Plain floats are asked for: some servers ignore `encoding_format`, and what they then send is
floats as well.

The model's tokenizer is unknown here, so tokens are an estimate and the limit is the smallest in common use: a usual
abstract stays whole.

Not handled: texts above the server's own limit (its refusal is passed on), prefixes for queries, shortened vectors.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import count
from threading import Event
from typing import TYPE_CHECKING, Any

from rag.base.errors import EmbedderFailed
from rag.base.timeouts import limited
from rag.models import OPENAI
from rag.models.failures import explained, failure_of, without_login

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray
    from openai import OpenAI

_TEXTS_A_REQUEST = 64  # about 25,000 tokens of abstracts, far under OpenAI's 300,000
_BYTES_A_TOKEN = 4  # word pieces of abstracts have 5.0 bytes on average, 3.4 at the least
_COMMON_LIMIT = 512


class EndpointEmbedder:
    """The embedder behind a URL. Nothing is sent before the first text."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
        connect_timeout: float = 5.0,
        backoff: float = 0.5,
    ) -> None:
        self.model = model
        self.base_url = base_url or OPENAI
        self._key = api_key
        self._length: int | None = None
        self._timeout, self._connect_timeout, self._backoff = timeout, connect_timeout, backoff

    @property
    def name(self) -> str:
        """The model's name: the same model behind another address makes the same vectors."""
        return f"endpoint:{self.model}"

    @cached_property
    def dimension(self) -> int:
        """The length of every vector; the first use sends one short text."""
        return len(self.embed_query("dimension"))

    @property
    def max_tokens(self) -> int:
        """Tokens that a model behind any endpoint can be trusted to read."""
        return _COMMON_LIMIT

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return an estimate of each text's tokens."""
        return [len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row of length 1 for each text, in the order given: shape (texts, dimension)."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        starts = range(0, len(texts), _TEXTS_A_REQUEST)
        return np.concatenate([self._request(texts[start : start + _TEXTS_A_REQUEST]) for start in starts])

    def embed_query(self, text: str) -> NDArray[float32]:
        """Return the vector of one text: shape (dimension,)."""
        row: NDArray[float32] = self.embed([text])[0]
        return row

    def _request(self, texts: Sequence[str]) -> NDArray[float32]:
        # OpenAI refuses an empty text, and a lone surrogate cannot be sent.
        sent = [text.encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        try:
            (reply,) = limited(lambda stopped: self._attempts(sent, stopped), self._timeout)
        except Exception as error:  # its own text may repeat the key
            failure = failure_of(error, self._key)
            told = explained(failure, without_login(self.base_url), self.model, self._timeout, embeds=True)
            raise EmbedderFailed(told) from None
        return self._unit(reply, len(texts))

    def _attempts(self, sent: list[str], stopped: Event) -> Iterator[Any]:
        """Yield the reply of the first call that succeeds; what may pass is tried again while there is time."""
        deadline = time.monotonic() + self._timeout
        for attempt in count(1):
            try:
                yield self._client.embeddings.create(model=self.model, input=sent, encoding_format="float")
                return
            except Exception as error:
                wait = failure_of(error, self._key).seconds_to_wait(attempt, self._backoff, deadline)
                if wait is None or stopped.wait(wait):
                    raise

    def _unit(self, reply: Any, count: int) -> NDArray[float32]:
        """Return the vectors of a reply in the order of its texts, at length 1."""
        import numpy as np

        try:
            by_index = {row.index: row.embedding for row in reply.data}
            vectors = np.array([by_index[index] for index in range(count)], dtype=np.float32)
        except (AttributeError, TypeError, KeyError, ValueError) as exc:
            told = f"did not send one vector for each of {count} texts, of numbers and of one length"
            raise EmbedderFailed(f"{self._who} {told}.") from exc
        norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.ndim != 2 or not (np.isfinite(norms) & (norms > 0)).all():
            raise EmbedderFailed(f"{self._who} sent a vector without a direction (none, zeros, or not finite).")
        if self._length not in (None, vectors.shape[1]):
            raise EmbedderFailed(
                f"{self._who} sent vectors of {vectors.shape[1]} numbers after some of {self._length}: another model "
                "answers there now. Set RAG_EMBED_MODEL, then embed anew with: abstract-qa doctor --repair"
            )
        self._length = vectors.shape[1]
        unit: NDArray[float32] = vectors / norms
        return unit

    @cached_property
    def _client(self) -> OpenAI:
        from rag.models.client import openai_client

        return openai_client(self.base_url, self._key, self._timeout, self._connect_timeout, is_kept_alive=True)

    @property
    def _who(self) -> str:
        return f"The embedding endpoint {without_login(self.base_url)} (model {self.model})"

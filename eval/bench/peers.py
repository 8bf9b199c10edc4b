"""Beside peers: the same abstracts and questions in plain llama-index + Chroma, and in Chroma's default collection.

The llama-index one has its default splitter and our embedder; the Chroma one its default embedding function, over an
fp32 export of the same weights. The papers are those of the shipped question set among others; found is a paper by its
title. The embedder alone is held beside Chroma's at the end. Not handled: answers, which these two leave to a model.
"""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from llama_index.core.base.embeddings.base import BaseEmbedding, Embedding
from llama_index.core.bridge.pydantic import PrivateAttr

from rag.base.settings import Settings
from rag.base.text.titles import normalise_title
from rag.intake import SAMPLE, sources
from rag.models.embedder import PaperEmbedder, open_embedder

from ..questions import SHIPPED, load
from .clock import Spent, best_round, memory, seconds, spent
from .corpus import Place
from .figures import Figure

# ----------------------------------------------------------------------------------------------------
# Our embedder as a llama-index `BaseEmbedding`, for the places where llama-index wants one.
#
# Importing this module imports llama-index, so import it where it is needed.


class LlamaEmbedding(BaseEmbedding):
    """Hands every text to `embedder`; its callbacks, cache and rate limit are llama-index's own."""

    _embedder: PaperEmbedder = PrivateAttr()

    def __init__(self, embedder: PaperEmbedder, **fields: Any) -> None:
        super().__init__(**{"model_name": embedder.name, "embed_batch_size": 64, **fields})
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[Embedding]:
        vectors: list[Embedding] = self._embedder.embed(texts).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> Embedding:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> Embedding:
        vector: Embedding = self._embedder.embed_query(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> Embedding:
        return await asyncio.to_thread(self._get_query_embedding, query)


# ----------------------------------------------------------------------------------------------------

K = 10
_FINDING = ("fact", "numeric", "paraphrase", "named", "multi", "compare")
"""Types of questions whose papers a search can find; lists, counts and dates ask for more papers, or for other data."""
Find = Callable[[str], list[str]]
"""From a question to the titles of ten papers, best first."""


class Paper(NamedTuple):
    title: str
    abstract: str


def ours(place: Place, others: int) -> list[Figure]:
    """Measure this project."""
    from rag.library import Library

    scratch = place.folder / "peer-ours"
    file = scratch / "papers.jsonl"
    scratch.mkdir()
    file.write_text("".join(json.dumps(p._asdict()) + "\n" for p in _papers(place, others)), encoding="utf-8")
    with Library.open(scratch / "library", Settings()) as library:
        took = spent(lambda: library.add(file))
        return _figures("this project", took, len(library), lambda q: [hit.title for hit in library.search(q, K)])


def chroma(place: Place, others: int, fp32: str) -> list[Figure]:
    """Measure a collection as Chroma makes it when nothing is said."""
    import chromadb

    papers = _papers(place, others)
    client: Any = chromadb.PersistentClient(str(place.folder / "peer-chroma"))
    rows = client.create_collection("papers", embedding_function=chroma_default(Path(fp32)))
    texts = [f"{p.title}\n{p.abstract}" for p in papers]

    def add() -> None:
        for start in range(0, len(papers), 256):
            ids = [str(n) for n in range(start, min(start + 256, len(papers)))]
            titles = [{"title": paper.title} for paper in papers[start : start + 256]]
            rows.add(ids=ids, documents=texts[start : start + 256], metadatas=titles)

    def find(question: str) -> list[str]:
        return [told["title"] for told in rows.query(query_texts=[question], n_results=K)["metadatas"][0]]

    return _figures("Chroma's default collection", spent(add), len(papers), find)


def starter(place: Place, others: int) -> list[Figure]:
    """Measure llama-index's starter over a Chroma store; needs the package llama-index-vector-stores-chroma."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    papers = _papers(place, others)
    client = chromadb.PersistentClient(str(place.folder / "peer-starter"))
    store = StorageContext.from_defaults(
        vector_store=ChromaVectorStore(chroma_collection=client.create_collection("papers"))
    )
    documents = [Document(text=f"{p.title}\n{p.abstract}", metadata={"title": p.title}) for p in papers]
    embedder = LlamaEmbedding(open_embedder())
    made: list[Any] = []
    took = spent(
        lambda: made.append(VectorStoreIndex.from_documents(documents, storage_context=store, embed_model=embedder))
    )
    retriever = made[0].as_retriever(similarity_top_k=K)
    find: Find = lambda question: [hit.node.metadata["title"] for hit in retriever.retrieve(question)]  # noqa: E731
    return _figures("llama-index + Chroma starter", took, len(papers), find)


def _papers(place: Place, others: int) -> list[Paper]:
    """Return the papers of the sample pages, and after them `others` of the file, each title once."""
    pages = [source for path in SAMPLE for source in sources(path)]
    found = [Paper(s.record.title, s.record.abstract) for page in pages for s in page.read().sightings]
    with place.papers.open(encoding="utf-8") as lines:
        more = [json.loads(line) for _, line in zip(range(others), lines, strict=False)]
    found += [Paper(told["title"], told["abstract"]) for told in more]
    return list({normalise_title(paper.title): paper for paper in reversed(found)}.values())[::-1]


def _figures(who: str, took: Spent, papers: int, find: Find) -> list[Figure]:
    test = [q for q in load(SHIPPED).questions if q.split == "test" and not q.history]
    asked = [q for q in test if q.type in _FINDING and q.gold_titles]
    texts = [q.question for q in asked]
    find(texts[0])
    times = best_round(find, texts, 3)
    held = [_recall(q.gold_titles, find(q.question)) for q in asked]
    return [
        Figure(who, "papers added a second", papers / took.wall),
        Figure(who, "processor time to add a paper", took.cpu / papers * 1000, "ms"),
        Figure(who, "search, median", times.wall(), "ms"),
        Figure(who, f"recall@{K} of the shipped test questions", statistics.mean(held)),
        Figure(who, "peak memory", memory("VmHWM"), "MiB"),
    ]


def _recall(gold: Sequence[str], found: Sequence[str]) -> float:
    wanted, got = ({normalise_title(title) for title in titles} for titles in (gold, found))
    return len(wanted & got) / len(wanted)


# ----------------------------------------------------------------------------------------------------
# The embedder beside Chroma's default way: fp32, batches of 32, every text cut or padded to 256 word pieces.
#
# Chroma's own embedding function is run, on an fp32 export of the same weights in the place of its download.

_TEXTS = 160
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

"""The library as a llama-index retriever, for those who build with llama-index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from rag.library import Library


class LibraryRetriever(BaseRetriever):
    """Yields whole abstracts as nodes: the node's id is the `paper_id`, its score the fused one in [0, 1]."""

    def __init__(self, library: Library, k: int = 10, **options: Any) -> None:
        self._library, self._k = library, k
        super().__init__(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(
                    id_=passage.paper.paper_id,
                    text=f"{passage.paper.title}\n{passage.paper.abstract}",
                    metadata={"title": passage.paper.title, "date": passage.paper.date, "url": passage.paper.url},
                    excluded_embed_metadata_keys=["title", "date", "url"],
                ),
                score=passage.score,
            )
            for passage in self._library.passages(query_bundle.query_str, self._k)
        ]

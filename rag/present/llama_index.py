"""The library as a llama-index retriever and query engine, for those who build with llama-index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.nouns import Answer, Citation, Paper, Passage
from rag.nouns.presenting import jsonable

Search = Callable[[str, int], tuple[Passage, ...]]
"""What `Library.passages` is: the papers nearest to a query, best first."""


class LibraryRetriever(BaseRetriever):
    """Yields whole abstracts as nodes: the node's id is the `paper_id`, its score the fused one in [0, 1]."""

    def __init__(self, search: Search, k: int = 10, **options: Any) -> None:
        self._search, self._k = search, k
        super().__init__(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._search(query_bundle.query_str, self._k)
        return [NodeWithScore(node=_node(passage.paper), score=passage.score) for passage in found]


class LibraryQueryEngine(BaseQueryEngine):
    """Answers as `Library.ask` does. The response is the text with its references.

    Its source nodes are the cited papers, in the order of their numbers; `metadata["sentences"]` holds index, start,
    end and quote of each cited sentence, offsets into `metadata["abstract"]`. `response.metadata` is `to_dict()`.
    """

    def __init__(self, ask: Callable[[str], Answer], aask: Callable[[str], Awaitable[Answer]]) -> None:
        self._ask, self._aask = ask, aask
        super().__init__(callback_manager=CallbackManager())

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _response(self._ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return _response(await self._aask(query_bundle.query_str))

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def _response(answer: Answer) -> Response:
    scores = {passage.paper.paper_id: passage.score for passage in answer.evidence}
    nodes = [NodeWithScore(node=_cited(c), score=scores.get(c.paper.paper_id)) for c in answer.citations]
    return Response(str(answer), source_nodes=nodes, metadata=answer.to_dict())


def _cited(citation: Citation) -> TextNode:
    node = _node(citation.paper)
    told = {"number": citation.number, "abstract": citation.paper.abstract, "sentences": jsonable(citation.sentences)}
    node.metadata |= told
    node.excluded_embed_metadata_keys = node.excluded_llm_metadata_keys = list(node.metadata)
    return node


def _node(paper: Paper) -> TextNode:
    told = {"title": paper.title, "date": paper.date, "url": paper.url}
    text = f"{paper.title}\n{paper.abstract}"
    return TextNode(id_=paper.paper_id, text=text, metadata=told, excluded_embed_metadata_keys=list(told))

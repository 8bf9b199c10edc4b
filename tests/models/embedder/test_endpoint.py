"""The endpoint embedder against a real small server, in its good and its bad days."""

from __future__ import annotations

import socket

import numpy as np
import pytest

from rag.base.errors import EmbedderFailed, UsageError
from rag.base.settings import Settings
from rag.models.embedder import open_embedder
from rag.models.embedder.endpoint import EndpointEmbedder
from tests.models.embedder.server import Server, vector


def test_rows_follow_the_servers_index_and_have_length_one(server: Server) -> None:
    texts = ["a", "bbb", "cc"]
    expected = np.array([vector(text) for text in texts])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = server.embedder("honest").embed(texts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_many_texts_go_in_several_requests_and_come_back_in_order(server: Server) -> None:
    texts = ["x" * n for n in range(1, 151)]
    found = server.embedder("honest").embed(texts)
    assert [len(request["input"]) for request in server.requests] == [64, 64, 22]
    np.testing.assert_allclose(found[:, 0] / found[:, 1], np.arange(1, 151), rtol=1e-5)


def test_the_request_names_the_model_and_the_key_and_asks_for_floats(server: Server) -> None:
    server.embedder("honest").embed_query("q")
    (request,) = server.requests
    assert (request["path"], request["key"], request["model"]) == ("/v1/embeddings", "Bearer k", "honest")
    assert request["encoding_format"] == "float"


def test_the_dimension_is_asked_once(server: Server) -> None:
    embedder = server.embedder("honest")
    assert (embedder.dimension, embedder.dimension, embedder.embed([]).shape) == (3, 3, (0, 3))
    assert len(server.requests) == 1


def test_an_empty_text_and_a_lone_surrogate_are_sent_as_something(server: Server) -> None:
    server.embedder("honest").embed(["", "\ud83d"])
    assert server.requests[0]["input"] == [" ", "?"]


def test_a_usual_abstract_counts_as_within_the_limit(server: Server) -> None:
    embedder = server.embedder("honest")
    usual, long = embedder.count_tokens(["a" * 1900, "a" * 3000])
    assert usual <= embedder.max_tokens < long
    assert not server.requests


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("one-short", "one vector for each of 2"),
        ("same-index", "one vector for each of 2"),
        ("no-data", "one vector for each of 2"),
        ("null", "one vector for each of 2"),
        ("not-json", "RAG_EMBED_BASE_URL"),
        ("uneven", "of one length"),
        ("strings", "of numbers"),
        ("zeros", "without a direction"),
        ("nulls", "without a direction"),
        ("refused", "OPENAI_API_KEY"),
        ("unknown", "RAG_EMBED_MODEL"),
        ("too-long", "more than 512 tokens"),
        ("used-up", "try again later"),
        ("busy", "try again later"),
        ("not-finite", "without a direction"),
    ],
)
def test_a_bad_reply_is_one_error_that_names_the_endpoint(server: Server, model: str, says: str) -> None:
    with pytest.raises(EmbedderFailed, match=says) as caught:
        server.embedder(model).embed(["a", "bb"])
    assert server.url in str(caught.value)


def test_a_redirect_to_another_host_is_not_followed(server: Server) -> None:
    with pytest.raises(EmbedderFailed, match=r"another host, localhost:\d+.*RAG_EMBED_BASE_URL") as caught:
        server.embedder("moved").embed(["a"])
    assert server.url in str(caught.value)
    assert len(server.requests) == 1


def test_an_endpoint_that_is_not_there_fails_and_says_what_to_set() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(EmbedderFailed, match="RAG_EMBED_BASE_URL"):
        EndpointEmbedder("m", base_url=url, backoff=0.01).embed(["a"])


def test_settings_choose_the_endpoint(server: Server) -> None:
    embedder = open_embedder(Settings(embed_model="honest", embed_base_url=server.url, api_key="k"))
    assert (embedder.name, embedder.dimension) == ("endpoint:honest", 3)


def test_the_chat_endpoint_serves_where_only_an_embedding_model_is_set(server: Server) -> None:
    assert open_embedder(Settings(embed_model="honest", base_url=server.url)).dimension == 3


def test_settings_without_an_embedding_model_choose_the_shipped_one() -> None:
    assert open_embedder(Settings(model="m", base_url="http://127.0.0.1:1", api_key="k")).name.startswith("minilm@")


@pytest.mark.parametrize("settings", [Settings(embed_base_url="http://127.0.0.1:1"), Settings(embed_model="bge-small")])
def test_half_a_setting_is_wrong_use(settings: Settings) -> None:
    with pytest.raises(UsageError, match="set RAG_EMBED_"):
        open_embedder(settings)

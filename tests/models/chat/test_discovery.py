"""What servers tell of themselves: their window, their model's size. The answers are as the real ones give them."""

from __future__ import annotations

from typing import Any

import pytest

from rag.models.chat.discovery import OLLAMA_WINDOW, discover, size_named
from rag.models.chat.profile import EndpointProfile

BASE, ROOT = "http://127.0.0.1:8123/v1", "http://127.0.0.1:8123"
LLAMA_CPP = {
    "object": "list",
    "data": [
        {
            "id": "qwen1.5b",
            "object": "model",
            "owned_by": "llamacpp",
            "meta": {"n_ctx": 8192, "n_ctx_train": 32768, "n_params": 1543714304, "size": 1110000000},
        }
    ],
}
VLLM = {"data": [{"id": "mistral", "owned_by": "vllm", "max_model_len": 16384}, {"id": "lora", "max_model_len": 9}]}
LM_STUDIO = {
    "data": [{"id": "gemma-3-4b", "state": "loaded", "max_context_length": 131072, "loaded_context_length": 4096}]
}
PLAIN = {"data": [{"id": "m", "object": "model", "owned_by": "me"}]}
OLLAMA = {
    "/api/version": {"version": "0.12.3"},
    "/api/ps": {"models": []},
    "/api/show": {
        "details": {"parameter_size": "1.5B"},
        "model_info": {"qwen2.context_length": 32768},
        "parameters": 'stop    "<|im_end|>"\nnum_ctx                        8192',
    },
}


def told(listing: object, model: str, routes: dict[str, Any] | None = None, base_url: str = BASE) -> EndpointProfile:
    """Return what is found out where these routes answer, and no other does."""

    def fetch(url: str, body: dict[str, Any] | None = None) -> object:
        return listing if url == "/models" else (routes or {}).get(url.removeprefix(ROOT))

    known = discover(fetch, base_url, model)
    assert known is not None
    return known


def test_an_endpoint_that_does_not_answer_tells_nothing() -> None:
    assert discover(lambda url, body=None: None, BASE, "qwen1.5b") is None


def test_llama_cpp_tells_its_window_and_its_models_size() -> None:
    known = told(LLAMA_CPP, "qwen1.5b")
    assert (known.tells_progress, known.window) == (True, 8192)
    assert known.parameters == pytest.approx(1.54, abs=0.01)


def test_the_only_model_is_meant_under_whatever_name() -> None:
    assert told(LLAMA_CPP, "default").window == 8192


def test_vllm_tells_the_window_of_the_model_that_is_asked() -> None:
    assert told(VLLM, "mistral").window == 16384


def test_ollamas_window_is_what_it_gives_the_model_now() -> None:
    assert told(PLAIN, "m", OLLAMA).window == 8192
    loaded = OLLAMA | {"/api/ps": {"models": [{"name": "m", "context_length": 16000}]}}
    assert told(PLAIN, "m", loaded).window == 16000
    silent = OLLAMA | {"/api/show": {"details": {"parameter_size": "494.03M"}, "model_info": {}}}
    known = told(PLAIN, "m", silent)
    assert (known.tells_progress, known.window) == (False, OLLAMA_WINDOW)
    assert known.parameters == pytest.approx(0.494, abs=0.001)


def test_lm_studio_tells_the_window_it_has_loaded_and_not_the_longest() -> None:
    known = told(PLAIN, "gemma-3-4b", {"/api/v0/models": LM_STUDIO})
    assert (known.window, known.parameters) == (4096, 4.0)


def test_a_distant_endpoint_is_asked_for_its_list_alone() -> None:
    assert told(PLAIN, "m", OLLAMA, "https://api.example.com/v1") == EndpointProfile()


@pytest.mark.parametrize("listing", [{}, [], "x", {"data": None}, {"data": ["m"]}, {"data": [{"id": "m", "meta": 3}]}])
def test_whatever_a_list_holds_leaves_open_what_it_does_not_tell(listing: object) -> None:
    assert told(listing, "m") == EndpointProfile()


@pytest.mark.parametrize("window", [0, -1, True, "8192", None])
def test_a_window_that_is_none_is_left_open(window: object) -> None:
    assert told({"data": [{"id": "m", "max_model_len": window}]}, "m").window is None


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("qwen2.5:1.5b-instruct-q4_K_M", 1.5),
        ("Qwen/Qwen1.5-7B-Chat", 7.0),
        ("mixtral-8x7b", 56.0),
        ("qwen3-30b-a3b", 30.0),
        ("smollm135m", 0.135),
        ("gemma-3n-E4B-it", 4.0),
        ("phi-3-mini-4k-instruct", None),
        ("gpt-4o-mini", None),
        ("llama3.1", None),
    ],
)
def test_the_size_is_read_from_a_name(name: str, billions: float | None) -> None:
    assert size_named(name) == billions

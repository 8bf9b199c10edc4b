"""Models on this machine are offered and connected from the page, without a restart and without the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.base.settings import Settings
from rag.models.chat.discovery import Nearby, nearby
from rag.page.reader_panel import OfferedModels
from rag.page.server import start
from tests.endpoint_server import EndpointServer
from tests.page.conftest import Opener, ask, free_port
from tests.page.scripted import ScriptedLibrary

KEY = "canary-sk-of-another-endpoint"
TOLD = {"owned_by": "llamacpp", "meta": {"n_ctx": 8192, "n_params": 1_543_714_304}}


def port_of(server: EndpointServer) -> int:
    return int(server.url.rpartition(":")[2].removesuffix("/v1"))


def test_what_answers_on_a_usual_port_is_found_with_its_models() -> None:
    with EndpointServer([], models=("qwen2.5:1.5b", "nomic-embed-text")) as server:
        found = nearby([(port_of(server), "Ollama"), (free_port(), "vLLM")])
    assert found == (Nearby("Ollama", server.url, ("qwen2.5:1.5b",)),)


def test_what_answers_something_else_is_no_model() -> None:
    with EndpointServer([], lists=500) as broken, EndpointServer([], models=()) as empty:
        assert nearby([(port_of(broken), "vLLM"), (port_of(empty), "Ollama")]) == ()


def test_a_model_on_this_machine_is_asked_without_the_key_of_another_endpoint() -> None:
    with EndpointServer([], models=("cloud",)) as cloud:
        settings = Settings(base_url=cloud.url, api_key=KEY)
        near = Nearby("Ollama", "http://127.0.0.1:1/v1", ("small",))
        own, other = OfferedModels(settings, lambda: (near,)).offers()[0]
    assert (own.label, own.settings.api_key, own.is_set) == ("cloud", KEY, True)
    assert (other.label, other.settings.api_key, other.is_set) == ("small (Ollama, on this machine)", None, False)
    assert (other.settings.base_url, other.settings.model) == ("http://127.0.0.1:1/v1", "small")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ScriptedLibrary, EndpointServer]]:
    with EndpointServer(["Yes."], models=("small",), told=TOLD) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.models.chat.discovery.PORTS", {port_of(server): "llama.cpp"})
        library = ScriptedLibrary(Path(tmp_path_factory.mktemp("local")), settings=Settings())
        blocks, url = start(library, port=free_port())  # type: ignore[arg-type]
        yield url, library, server
        blocks.close(verbose=False)


def test_a_local_model_is_offered_and_answers_once_it_is_chosen(
    opened: Opener, served: tuple[str, ScriptedLibrary, EndpointServer]
) -> None:
    page: Page = opened(at=served[0])
    page.click("#reader .label-wrap")
    expect(page.locator("#reader-hint")).to_contain_text("A model answers on this machine. Choose one to connect it")
    page.get_by_label("Who answers").click()
    page.get_by_role("option", name="small (llama.cpp, on this machine)").click()
    expect(page.locator("#reader-about")).to_contain_text("window 8,192 tokens; 1.54 billion parameters")
    ask(page, "How does alignment differ?")
    settings = served[1].asked[-1][2]
    assert settings
    assert (settings.base_url, settings.model, settings.extractive) == (served[2].url, "small", False)


def test_a_wait_says_what_is_waited_for(opened: Opener, served: tuple[str, ScriptedLibrary, EndpointServer]) -> None:
    page: Page = opened(at=served[0])
    page.fill("#question textarea", "What is waited for?")
    page.press("#question textarea", "Enter")
    expect(page.locator("#t1 .waiting")).to_contain_text("Reading 1,900 tokens, first words in about 12 s …")
    expect(page.locator("#t1 .waiting")).to_have_count(0)

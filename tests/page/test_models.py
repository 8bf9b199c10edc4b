"""A page with a model's endpoint behind it, in a real browser: which model, a second opinion, and no key anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rag.base.settings import Settings
from rag.page.server import start
from tests.endpoint_server import EndpointServer, Turn
from tests.page.conftest import Opener, ask, free_port
from tests.page.scripted import ScriptedLibrary

KEY = "canary-sk-never-shown"
Served = tuple[str, ScriptedLibrary]
"""The page's address, and the library behind it."""


def opinion(request: dict[str, Any]) -> Turn:
    """Find the third sentence wanting, and the others supported."""
    words = ["supported", "supported", "contradicted", "supported"]
    checks = [{"n": n, "reason": "2,000, not 3,000", "opinion": word} for n, word in enumerate(words, 1)]
    return Turn(json.dumps({"checks": checks}), delay=0.3)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[EndpointServer]:
    with EndpointServer(opinion, models=("small", "large")) as server:
        yield server


@pytest.fixture(scope="module")
def modelled(endpoint: EndpointServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(base_url=endpoint.url, api_key=KEY)
    library = ScriptedLibrary(Path(tmp_path_factory.mktemp("modelled")), settings=settings)
    blocks, url = start(library, port=free_port())  # type: ignore[arg-type]
    yield url, library
    blocks.close(verbose=False)


@pytest.fixture
def page(opened: Opener, modelled: Served) -> Page:
    return opened(at=modelled[0])


def choose(page: Page, model: str) -> None:
    page.click("#reader .label-wrap")
    page.get_by_label("Who answers").click()
    page.get_by_role("option", name=model).click()
    expect(page.locator("#reader .label-wrap")).to_contain_text(f"Reader: {model}")


def test_of_several_models_none_is_chosen_silently(page: Page, modelled: Served):
    page.click("#reader .label-wrap")
    expect(page.locator("#reader-hint")).to_contain_text("The endpoint offers 2 models. Choose one")
    ask(page, "How does alignment differ?")
    settings = modelled[1].asked[-1][2]
    assert settings
    assert settings.extractive


def test_the_chosen_model_and_budget_answer(page: Page, modelled: Served):
    choose(page, "large")
    page.get_by_label("number input for Evidence").fill("2000")
    page.keyboard.press("Tab")
    ask(page, "How does alignment differ?")
    settings = modelled[1].asked[-1][2]
    assert settings
    assert (settings.model, settings.budget, settings.extractive) == ("large", 2000, False)


def test_a_second_opinion_comes_on_request(page: Page, endpoint: EndpointServer):
    choose(page, "small")
    ask(page, "How does alignment differ?")
    before = len(endpoint.requests)
    page.get_by_role("button", name="Check this answer").click()
    expect(page.locator("#t1 .opinion")).to_contain_text("The model is reading the sources")
    expect(page.locator("#t1 .opinion")).to_contain_text("small finds 3 of 4 checked sentences supported")
    expect(page.locator("#t1 .opinion")).to_contain_text("Contradicted: “Fine-tuning moves preferences")
    expect(page.locator("#t1 .opinion")).to_contain_text("2,000, not 3,000")
    expect(page.locator("#t1 .opinion")).to_contain_text("Not checked: 1.")
    assert len(endpoint.requests) == before + 1
    expect(page.locator("#send")).to_be_visible()


def test_the_key_reaches_the_endpoint_and_nothing_else(page: Page, modelled: Served, endpoint):
    bodies: list[str] = []
    page.on("response", lambda reply: bodies.append(reply.url + str(reply.headers)))
    choose(page, "small")
    ask(page, "How does alignment differ?")
    page.get_by_role("button", name="Good answer").click()
    expect(page.locator("#t1 [data-do=up]")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Check this answer").click()
    expect(page.locator("#t1 .opinion")).to_contain_text("small finds")
    assert f"Bearer {KEY}" in endpoint.keys
    sent = page.content() + page.request.get(f"{modelled[0]}/config").text() + "".join(bodies)
    stored = b"".join(path.read_bytes() for path in modelled[1].folder.iterdir() if path.is_file())
    assert KEY not in sent
    assert KEY.encode() not in stored

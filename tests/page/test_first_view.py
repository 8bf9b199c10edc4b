"""The first view in a real browser: papers of one's own, the sample told as one and taken out, a model connected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.base.settings import Settings
from rag.page.add_panel import is_inside
from rag.page.reader_panel import OfferedModels
from rag.page.server import start
from tests.endpoint_server import EndpointServer
from tests.page.conftest import Opener, ask, free_port
from tests.page.papers import paper
from tests.page.scripted import ScriptedLibrary

SAMPLE = tuple(
    paper(f"sample-{page}", f"A Paper of the {page} Page", "We test one thing. It works.", pages=(page,))
    for page in ("alignment", "cultural-alignment", "value-alignment")
)
OWN = paper("own", "Kites of One's Own", "We fly kites. Six stay up.", pages=("kites",))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[str, ScriptedLibrary]]:
    library = ScriptedLibrary(tmp_path, (*SAMPLE, OWN), pause=0.01)
    blocks, url = start(library, port=free_port())  # type: ignore[arg-type]
    yield url, library
    blocks.close(verbose=False)


def to_adding(page: Page) -> None:
    page.click("#first-add > .label-wrap")
    expect(page.locator("#first-preview")).to_be_visible()


def test_the_sample_is_told_as_one_and_taken_out_and_ones_own_papers_stay(
    opened: Opener, started: tuple[str, ScriptedLibrary]
) -> None:
    page = opened(at=started[0])
    sample = page.locator(".welcome .sample")
    expect(sample).to_contain_text("Among them are the 3 papers of the sample")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take the sample out").click()
    expect(sample).to_have_count(0)
    expect(page.locator(".welcome")).to_contain_text("1 paper")
    assert [p.paper_id for p in started[1].papers()] == ["own"]


def test_a_file_is_previewed_as_soon_as_it_is_chosen_and_what_adds_it_is_in_sight(
    opened: Opener, started: tuple[str, ScriptedLibrary], tmp_path: Path
) -> None:
    url, library = started
    file = tmp_path / "twenty.txt"
    file.write_text("\n".join(f"Paper {n} on tides | {'We test one thing. ' * 9}It works." for n in range(20)))
    page = opened(1280, 800, at=url)
    to_adding(page)
    page.set_input_files("#first-files input[type=file]", file)
    for _ in range(2):  # and it can be previewed again: the file is still there
        expect(page.locator("#first-receipt")).to_contain_text("20 papers found: 20 new. Nothing is stored yet.")
        expect(page.locator("#first-store")).to_be_visible()
        page.wait_for_function(
            "document.querySelector('#first-store').getBoundingClientRect().bottom"
            " < document.querySelector('#composer').getBoundingClientRect().top"
        )
        page.click("#first-preview")
    expect(page.locator("#first-receipt")).to_contain_text("20 new. Nothing is stored yet.")
    page.click("#first-store")
    expect(page.locator("#first-receipt")).to_contain_text("20 papers added: 20 new.")
    assert len(library) == 24


def test_papers_are_pasted_on_the_first_view_and_asked_about_at_once(
    opened: Opener, started: tuple[str, ScriptedLibrary]
) -> None:
    page = opened(at=started[0])
    to_adding(page)
    page.fill("#first-paste textarea", "A Fresh Paper | We test one thing. It works.")
    page.click("#first-preview")
    expect(page.locator("#first-receipt")).to_contain_text("1 paper found: 1 new. Nothing is stored yet.")
    page.click("#first-store")
    expect(page.locator("#first-receipt")).to_contain_text("1 paper added: 1 new.")
    expect(page.locator(".welcome")).to_contain_text("5 papers")
    ask(page, "What is tested?")
    expect(page.locator("#first")).to_be_hidden()


def test_an_address_is_fetched_and_one_of_this_machine_is_refused(
    opened: Opener, started: tuple[str, ScriptedLibrary]
) -> None:
    page = opened(at=started[0])
    to_adding(page)
    page.fill("#first-paste textarea", "http://127.0.0.1:9/papers")
    page.click("#first-preview")
    expect(page.locator("#first-receipt")).to_contain_text("lies on this machine or in its network")
    page.fill("#first-paste textarea", " arxiv:2401.00001 ")
    page.click("#first-preview")
    expect(page.locator("#first-receipt")).to_contain_text("1 paper found: 1 new. Nothing is stored yet.")
    expect(page.locator("#first-kept")).to_contain_text("Fetched from arxiv:2401.00001")


def test_a_look_that_lasts_says_so_and_stop_ends_it(opened: Opener, started: tuple[str, ScriptedLibrary]) -> None:
    page = opened(at=started[0])
    to_adding(page)
    page.fill("#first-paste textarea", "arxiv:slow")
    page.click("#first-preview")
    expect(page.locator("#first-receipt")).to_contain_text("Fetching arxiv:slow")
    page.click("#first-halt")
    expect(page.locator("#first-receipt")).to_contain_text("Stopped.")
    expect(page.locator("#first-preview")).to_be_visible()
    expect(page.locator("#first-paste textarea")).to_have_value("arxiv:slow")


def test_an_add_is_stopped_and_what_is_stored_stays(opened: Opener, started: tuple[str, ScriptedLibrary]) -> None:
    page, library = opened(at=started[0]), started[1]
    library.pause = 0.2
    to_adding(page)
    page.fill("#first-paste textarea", "\n".join(f"Paper {n} | Text {n}." for n in range(300)))
    page.click("#first-preview")
    page.click("#first-store")
    expect(page.locator("#first-receipt progress")).to_be_visible()
    page.click("#first-halt")
    expect(page.locator("#first-receipt")).to_contain_text("Stopped. What was stored before stays")
    assert len(library) < 304


def test_a_local_model_is_connected_by_one_click(opened: Opener, tmp_path: Path) -> None:
    with EndpointServer(["Yes."], models=("small",)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "rag.models.chat.discovery.PORTS", {int(server.url.split(":")[2].removesuffix("/v1")): "llama.cpp"}
        )
        library = ScriptedLibrary(tmp_path, SAMPLE)
        blocks, url = start(library, port=free_port())  # type: ignore[arg-type]
        page = opened(at=url)
        page.get_by_role("button", name="Connect small (llama.cpp, on this machine)").click()
        expect(page.locator("#reader .label-wrap")).to_contain_text("small (llama.cpp, on this machine)")
        expect(page.locator(".connect")).to_have_count(0)
        ask(page, "How does alignment differ?")
        settings = library.asked[-1][2]
        assert settings
        assert (settings.base_url, settings.model, settings.extractive) == (server.url, "small", False)
        blocks.close(verbose=False)


def test_a_model_is_connected_by_its_address_on_this_machine(opened: Opener, tmp_path: Path) -> None:
    with EndpointServer(["Yes."], models=("tiny",)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.models.chat.discovery.PORTS", {})
        blocks, url = start(ScriptedLibrary(tmp_path, SAMPLE), port=free_port())  # type: ignore[arg-type]
        page = opened(at=url)
        page.get_by_label("Address of a model on this machine").fill(server.url)
        page.get_by_role("button", name="Connect this address").click()
        expect(page.get_by_role("button", name="Connect tiny")).to_be_visible()
        blocks.close(verbose=False)


def test_an_address_elsewhere_is_not_asked() -> None:
    offered = OfferedModels(Settings(), lambda: ())
    for address in ("http://example.org:8080/v1", "http://10.0.0.1:80", "nonsense", "http://127.0.0.1"):
        with pytest.raises(Exception, match="no address of this machine"):
            offered.look_at(address)


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("localhost", True), ("printer.local", True),
     ("169.254.169.254", True), ("arxiv.org", False), ("1.1.1.1", False)],
)  # fmt: skip
def test_hosts_of_this_machine_and_its_network_are_told(host: str, inside: bool) -> None:
    assert is_inside(host) is inside

"""Every way in which a model's endpoint fails: each ends in time and leaves the person with an answer, or an error."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rag.__main__ import main
from rag.base.errors import ModelFailed
from rag.base.settings import Settings
from rag.library import Library
from rag.nouns import Reason, Status, Support
from tests.attacks.world import HONEST, pointer_to, prompt_of, system_of
from tests.endpoint_server import HOURS, MODEL, PATIENT, EndpointServer, Turn, closed_port

QUESTION = "How do owls hunt at night?"
SHORT = 1.0
"""Seconds to the first token, where nothing comes at all."""
ANSWER = "VERDICT: answers\nOwls hunt mice at night «Owls hunt mice». They rest by day «They rest by day»."


@dataclass(frozen=True)
class Fault:
    """A turn of the answering call, how often it is called for, and what the line for the person says."""

    turn: Turn
    says: str
    calls: int = 1


def raw(*lines: str) -> Turn:
    return Turn(raw="".join(f"{line}\n\n" for line in lines).encode())


BEFORE_THE_FIRST_WORD = {
    "never answers": Fault(Turn(hang=True), "sent nothing within 1 s"),
    "answers with headers alone": Fault(Turn(hang_after_headers=True), "sent nothing within 1 s"),
    "answers too late": Fault(Turn(ANSWER, delay=HOURS), "sent nothing within 1 s"),
    "400": Fault(Turn(status=400), "answered 400"),
    "401": Fault(Turn(status=401), "Check OPENAI_API_KEY"),
    "404": Fault(Turn(status=404), "Set RAG_MODEL"),
    "408": Fault(Turn(status=408, headers={"Retry-After": "0"}), "answered 408", 3),
    "429": Fault(Turn(status=429, headers={"Retry-After": "0"}), "answered 429", 3),
    "429, to be tried next week": Fault(Turn(status=429, headers={"Retry-After": "604800"}), "answered 429"),
    "429, the purse is empty": Fault(Turn(status=429, error={"error": {"code": "insufficient_quota"}}), "429"),
    "500": Fault(Turn(status=500, headers={"Retry-After": "0"}), "answered 500", 3),
    "503": Fault(Turn(status=503, headers={"Retry-After": "0"}), "answered 503", 3),
    "an error that is a page": Fault(Turn(status=502, error="<h1>Bad", headers={"Retry-After": "0"}), "502", 3),
    "malformed events": Fault(raw("data: no json"), "no chat completion"),
    "malformed JSON": Fault(raw('data: {"choices": [{"index": 0, "delta": {"content": "Ow'), "no chat completion"),
    "a login page": Fault(raw("<html>Log in</html>"), "empty answer"),
    "no choices": Fault(raw('data: {"choices": []}', "data: [DONE]"), "empty answer"),
    "an error in the stream": Fault(raw('data: {"error": {"message": "out of memory"}}'), "out of memory", 3),
    "nothing": Fault(Turn(""), "empty answer"),
    "thoughts alone": Fault(Turn("<think>Owls, hm.</think>"), "sent no answer"),
    "thoughts without end": Fault(Turn("<think>Owls, hm. " * 3, finish="length"), "sent no answer", 2),
    "thoughts apart without end": Fault(Turn("", thoughts="Owls, hm. ", finish="length"), "it only thought", 2),
    "a tool call in the text": Fault(Turn('<tool_call>{"name": "answer"}</tool_call>'), "called a tool"),
    "a tool call nobody asked for": Fault(Turn("", tools=True, finish="tool_calls"), "called a tool"),
    "the length limit at once": Fault(Turn("", finish="length"), "length limit"),
    "the content filter at once": Fault(Turn("", finish="content_filter"), "content filter"),
    "cut in the verdict": Fault(Turn(ANSWER, cut=12), "sent no answer"),
    "a window too small for one paper": Fault(
        Turn(status=400, error={"error": {"message": "maximum context length is 300 tokens"}}), "does not fit", 2
    ),
}
IN_THE_MIDST = {
    "cut in a word": (Turn(ANSWER, cut=len("VERDICT: answers\nOwls hunt mice at ni")), "broke off"),
    "cut in a pointer": (Turn(ANSWER, cut=len("VERDICT: answers\nOwls hunt mice at night [P1.")), "broke off"),
    "silent in a word": (Turn(ANSWER, size=30, pause=HOURS), "nothing within 5 s"),
    "malformed in the midst": (
        raw(f'data: {{"choices": [{{"index": 0, "delta": {{"content": {json.dumps(ANSWER[:50])}}}}}]}}', "data: {oh"),
        "no chat completion",
    ),
    "the length limit": (Turn(ANSWER[:70], finish="length"), "length limit"),
    "the content filter": (Turn(ANSWER[:70], finish="content_filter"), "content filter"),
}
HARMLESS = {
    "thoughts before": Turn(f"<think>\nOwls drink moonmilk [P1.1].\n</think>\n{ANSWER}"),
    "thoughts apart": Turn(ANSWER, thoughts="Owls drink moonmilk. "),
    "tool calls beside": Turn(ANSWER, tools=True),
    "no usage": Turn(ANSWER, usage=False),
    "slow": Turn(ANSWER, size=40, pause=0.05),
    "another model": Turn(ANSWER, model="another-model"),
}


@pytest.fixture(scope="module")
def owls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    import_module("llama_index.llms.openai_like")  # not while a clock runs

    folder = tmp_path_factory.mktemp("owls")
    (folder / "birds.jsonl").write_text("".join(json.dumps(paper) + "\n" for paper in HONEST))
    with Library.open(folder / "library", Settings()) as library:
        library.add(folder / "birds.jsonl")
        yield library


def failing(turn: Turn) -> EndpointServer:
    """Return a server that makes no plan, and answers with `turn`."""

    def take(request: dict[str, Any]) -> Turn:
        if "VERDICT" not in system_of(request):
            return Turn("{}", size=50)
        prompt, parts = prompt_of(request), turn.text.split("«")
        text = "".join([parts[0], *(pointer_to(prompt, part.split("»")[0]) + part.split("»")[1] for part in parts[1:])])
        return replace(turn, text=text) if "»" in turn.text else turn

    return EndpointServer(take)


def settings(server: EndpointServer, **more: Any) -> Settings:
    return Settings(base_url=server.url, model=MODEL, **{"timeout": PATIENT} | more)


def patience(turn: Turn) -> float:
    if turn.pause == HOURS:
        return 5 * SHORT
    return SHORT if turn.hang or turn.hang_after_headers or turn.delay else PATIENT


def answering(server: EndpointServer) -> int:
    return sum("VERDICT" in system_of(request) for request in server.requests)


def wait_for_calls(server: EndpointServer, calls: int) -> None:
    """Wait until the server has read so many: a caller that lost patience may be gone before a busy machine reads."""
    until = time.monotonic() + PATIENT
    while answering(server) < calls and time.monotonic() < until:
        time.sleep(0.01)


@pytest.mark.parametrize("name", BEFORE_THE_FIRST_WORD)
def test_a_model_that_fails_at_once_leaves_quotes_and_one_line(owls: Library, name: str) -> None:
    fault = BEFORE_THE_FIRST_WORD[name]
    with failing(fault.turn) as server:
        answer = owls.ask(QUESTION, settings=settings(server, timeout=patience(fault.turn)))
        wait_for_calls(server, fault.calls)
    assert (answer.reader, answer.status, answer.reason) == ("extractive", Status.PARTIAL, Reason.MODEL_FAILED)
    assert "“Owls hunt mice at night.” [1]" in answer.text
    (line,) = [warning for warning in answer.warnings if "These are quotes instead." in warning]
    assert fault.says in line
    assert "\n" not in line
    assert answering(server) == fault.calls


@pytest.mark.parametrize("name", IN_THE_MIDST)
def test_a_model_that_breaks_off_leaves_what_it_said_marked_and_audited(owls: Library, name: str) -> None:
    turn, says = IN_THE_MIDST[name]
    with failing(turn) as server:
        answer = owls.ask(QUESTION, settings=settings(server, timeout=patience(turn)))
    assert (answer.reader, answer.status, answer.reason) == (MODEL, Status.PARTIAL, Reason.CUT_OFF)
    assert answer.text.startswith("Owls hunt")
    assert "[P" not in answer.text
    assert any(says in warning for warning in answer.warnings), answer.warnings
    assert {claim.support for claim in answer.claims} <= {Support.SUPPORTED, Support.UNCITED}
    assert answering(server) == 1


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_odd_but_whole_is_an_answer(owls: Library, name: str) -> None:
    with failing(HARMLESS[name]) as server:
        answer = owls.ask(QUESTION, settings=settings(server))
    assert (answer.status, answer.reader) == (Status.ANSWERED, MODEL)
    assert answer.text == "Owls hunt mice at night [1]. They rest by day [1]."
    assert answer.usage.prompt_tokens > 0
    assert any("another-model" in warning for warning in answer.warnings) == (name == "another model")


@pytest.mark.parametrize(
    "turn", [Turn(status=401), IN_THE_MIDST["cut in a word"][0], IN_THE_MIDST["the length limit"][0]]
)
def test_strictly_a_failing_model_is_exit_code_1_and_nothing_on_standard_output(
    owls: Library, turn: Turn, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with failing(turn) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("RAG_TIMEOUT", str(patience(turn)))
        argv = ["ask", QUESTION, "--model", MODEL, "--strict-model", "--library", str(owls.folder)]
        assert main(argv) == 1
        printed = capsys.readouterr()
        assert (printed.out, len(printed.err.splitlines())) == ("", 1)
        with pytest.raises(ModelFailed):
            owls.ask(QUESTION, settings=settings(server, strict_model=True, timeout=patience(turn)))


def test_a_refused_connection_and_one_that_nobody_takes_up_end_in_time(owls: Library) -> None:
    with ExitStack() as held:
        full = held.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # the queue of callers is full; who calls next hears nothing
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        nobody = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        for url, says in ((closed_port(), "cannot be reached"), (nobody, "no connection in time")):
            chosen = Settings(base_url=url, model=MODEL, timeout=HOURS, connect_timeout=0.3)
            answer = owls.ask(QUESTION, settings=chosen)
            assert (answer.reader, answer.reason) == ("extractive", Reason.MODEL_FAILED)
            assert any(says in warning for warning in answer.warnings)


def test_a_small_window_means_fewer_papers_and_says_so(tmp_path: Path) -> None:
    lines = [{"id": f"o{n}", "title": f"Owls {n}", "abstract": "Owls hunt mice at night. " * 40} for n in range(12)]
    (tmp_path / "owls.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Library.open(tmp_path / "library", Settings()) as library, failing(Turn(ANSWER[:45] + "» [P1.1].")) as server:
        library.add(tmp_path / "owls.jsonl")
        answer = library.ask(QUESTION, settings=settings(server, context_window=4_500))
    shown = next(warning for warning in answer.warnings if "context window" in warning)
    assert "of the 12 papers found" in shown
    assert answer.reader == MODEL


def test_a_question_asks_the_endpoint_once_which_models_it_has(owls: Library) -> None:
    with failing(Turn(ANSWER)) as server:
        owls.ask(QUESTION, settings=Settings(base_url=server.url, timeout=PATIENT))
        before = sum(path.endswith("/v1/models") for path in server.asked)
        owls.ask(QUESTION, settings=Settings(base_url=server.url, timeout=PATIENT))
        assert sum(path.endswith("/v1/models") for path in server.asked) - before <= 1


@pytest.mark.parametrize("verdict", ["", "VERDICT: does not answer\n"])
def test_a_link_with_brackets_in_its_address_costs_no_answer(owls: Library, verdict: str) -> None:
    said = f"{verdict}By [day](javascript:alert(1)) they rest. Owls hunt mice at night «Owls hunt mice»."
    with failing(Turn(said)) as server:
        answer = owls.ask(QUESTION, settings=settings(server))
    assert answer.reader == MODEL
    assert "javascript" not in answer.text


def test_a_misspelt_count_is_computed_though_a_model_is_set(owls: Library) -> None:
    with failing(Turn(ANSWER)) as server:
        answer = owls.ask("How many papres are there in the libary?", settings=settings(server))
        assert answering(server) == 0
    assert answer.reader == "extractive"
    assert "is here" in answer.text or "are here" in answer.text

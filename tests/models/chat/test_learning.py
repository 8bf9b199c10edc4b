"""What an endpoint is like is found out once, learnt from its faults, and kept; a reply that nobody awaits is ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from rag.base.errors import ModelFailed, ModelSilent, PromptTooLong
from rag.base.settings import Settings
from rag.base.timeouts import Stopped, stoppable
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import Finish, ReplyLimits
from rag.models.failures import Failure, FailureKind
from rag.nouns import Query
from rag.read.batches import read_all
from rag.read.model import write
from tests.endpoint_server import MODEL, PATIENT, EndpointServer, Turn
from tests.read.papers import paper, passages

LIBRARY = passages(
    *(paper(f"p{n}", f"Paper {n}", *["Some eight words stand in this sentence."] * 9) for n in range(24))
)
QUERY = Query("What stands?", "What stands?")
LLAMA_CPP = {"owned_by": "llamacpp", "meta": {"n_ctx": 8192, "n_params": 1_543_714_304}}
TOO_LONG = Turn(
    status=400,
    error={
        "error": {
            "code": 400,
            "message": "request (9235 tokens) exceeds the available context size (8192 tokens), try increasing it",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": 9235,
            "n_ctx": 8192,
        }
    },
)
"""As llama.cpp says it: the HTTP status is the smallest number in it."""


def endpoint(server: EndpointServer, timeout: float = PATIENT, **more: Any) -> Endpoint:
    return Endpoint(server.url, MODEL, timeout=timeout, backoff=0.01, **more)


def ask(words: int = 3) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="user", content="owl " * words)]


class TestWindow:
    def test_a_window_is_found_out_once_and_shared_by_all_calls(self) -> None:
        with EndpointServer(["Yes."], told=LLAMA_CPP) as server:
            mine = endpoint(server)
            for _ in range(3):
                mine.complete(ask(), ReplyLimits(20))
            assert (mine.known.window, mine.known.tells_progress) == (8192, True)
        assert len(server.asked) == 1

    def test_a_window_that_is_set_is_not_overruled(self) -> None:
        with EndpointServer(["Yes."], told=LLAMA_CPP) as server:
            assert endpoint(server, context_window=3_000).known.window == 3_000

    def test_the_window_in_a_refusal_is_read_where_it_stands(self) -> None:
        with EndpointServer([TOO_LONG]) as server:
            mine = endpoint(server)
            with pytest.raises(PromptTooLong) as refused:
                mine.complete(ask(), ReplyLimits(20))
        assert refused.value.window == 8192
        assert mine.known.window == 8192

    @pytest.mark.parametrize(
        ("message", "window"),
        [
            ("request (9235 tokens) exceeds the available context size (8192 tokens), try increasing it", 8192),
            ("the request exceeds the available context size (8192 tokens) 400", 8192),
            ("This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.", 4096),
            ("'max_tokens' is too large: 4000. This model's maximum context length is 4,096 tokens", 4096),
            ("However, the model is loaded with context length of only 4096 tokens, which is not enough", 4096),
            ("prompt is too long: 9000 tokens > 8192 maximum", 8192),
            ("max_model_len (16384) is smaller than the prompt", 16384),
            ("too many tokens", None),
        ],
    )
    def test_servers_name_their_window_in_many_ways(self, message: str, window: int | None) -> None:
        assert Failure(FailureKind.STATUS, 400, message).window == window

    def test_every_prompt_after_a_refusal_fits(self) -> None:
        """One server, a window of 3,000 tokens, no list that tells it: four prompts in a row used to be refused."""
        refused = Turn(status=400, error={"error": {"message": "context size exceeded", "n_ctx": 3_000}})
        turns = [refused, Turn("VERDICT: answers\nWords [P1.1].")]
        with EndpointServer(turns) as server:
            mine = endpoint(server)
            for _ in range(3):
                *_, draft = write(QUERY, LIBRARY, Settings(), mine)
        assert len(server.requests) == 4
        assert 1 <= len(draft.shown) < 24
        assert "context window" in draft.warnings[0]

    def test_a_cap_that_a_window_refuses_is_not_given_up(self) -> None:
        message = "'max_tokens' is too large: 4000. This model's maximum context length is 4096 tokens"
        with EndpointServer([Turn(status=400, error={"error": {"message": message}}), Turn("Yes.")]) as server:
            mine = endpoint(server)
            with pytest.raises(PromptTooLong):
                mine.complete(ask(), ReplyLimits(4_000))
            mine.complete(ask(), ReplyLimits(4_000))
        assert 0 < server.requests[1]["max_tokens"] <= 4_096

    def test_a_batch_that_does_not_fit_is_read_in_halves(self) -> None:
        def small(request: dict[str, Any]) -> Turn:
            shown = str(request["messages"]).count("Paper ")
            return (
                Turn(status=400, error={"error": {"message": "too many tokens"}}) if shown > 10 else Turn('{"P1": 3}')
            )

        with EndpointServer(small) as server:
            reading = read_all("Which?", LIBRARY, endpoint(server))
        assert (reading.read, reading.warnings) == (24, ())
        assert len(reading.passages) == 4


class TestSpeed:
    TIMINGS = {"prompt_n": 900, "prompt_ms": 10_000, "predicted_n": 40, "predicted_ms": 5_000}  # noqa: RUF012

    def test_the_speeds_that_an_endpoint_tells_are_kept(self) -> None:
        with EndpointServer([Turn("Yes.", timings=self.TIMINGS)]) as server:
            mine = endpoint(server)
            mine.complete(ask(), ReplyLimits(20))
        assert (mine.known.reads, mine.known.writes) == (90, 8)

    def test_what_is_shown_is_read_in_the_time_to_a_first_word(self) -> None:
        slow = self.TIMINGS | {"prompt_ms": 40_000}
        with EndpointServer([Turn("VERDICT: answers\nWords [P1.1].", timings=slow)]) as server:
            mine = endpoint(server)
            *_, first = write(QUERY, LIBRARY, Settings(), mine)
            *_, second = write(QUERY, LIBRARY, Settings(), mine)
        assert len(first.shown) == 24
        assert 1 <= len(second.shown) < 24
        assert "reads 22 tokens a second" in second.warnings[0]
        assert f"{len(second.shown)} of the 24 papers" in second.warnings[0]

    def test_a_wait_has_words(self) -> None:
        with EndpointServer([Turn("VERDICT: answers\nWords [P1.1].", timings=self.TIMINGS)]) as server:
            mine = endpoint(server, timeout=60)
            list(write(QUERY, LIBRARY, Settings(), mine))
            first, *_ = write(QUERY, LIBRARY, Settings(), mine)
        assert first.text == ""
        assert first.doing.startswith("Reading ")
        assert "first words in about" in first.doing

    def test_the_progress_that_llama_cpp_tells_is_asked_for_and_passed_on(self) -> None:
        told = {"total": 2_000, "cache": 0, "processed": 500, "time_ms": 4_000}
        with EndpointServer([Turn("Yes.", progress=(told,))], told=LLAMA_CPP) as server:
            replies = list(endpoint(server).stream(ask(), ReplyLimits(20)))
        assert server.requests[0]["return_progress"] is True
        assert replies[0].doing == "Read 500 of 2,000 tokens, first words in about 12 s …"

    def test_a_long_prompt_that_is_not_read_in_time_is_asked_again_with_less(self) -> None:
        def slow(request: dict[str, Any]) -> Turn:
            is_long = str(request["messages"]).count("Paper ") > 12
            return Turn(hang=True) if is_long else Turn("VERDICT: answers\nWords [P1.1].")

        with EndpointServer(slow) as server:
            mine = endpoint(server, timeout=8)
            *_, draft = write(QUERY, LIBRARY, Settings(), mine)
        assert 1 <= len(draft.shown) <= 12
        assert "to begin within 8 s" in draft.warnings[0]

    def test_a_server_that_is_silent_whatever_it_is_sent_is_asked_twice_at_most(self) -> None:
        with EndpointServer([Turn(hang=True)]) as server, pytest.raises(ModelSilent):
            list(write(QUERY, LIBRARY, Settings(), endpoint(server, timeout=0.5)))
        assert len(server.requests) == 2

    def test_a_server_that_loads_its_model_is_waited_for_and_says_so(self) -> None:
        loading = Turn(status=503, error={"error": {"code": 503, "message": "Loading model"}})
        with EndpointServer([loading, loading, Turn("Yes.")]) as server:
            replies = list(endpoint(server).stream(ask(), ReplyLimits(20)))
        assert replies[0].doing == f"The server is loading {MODEL} …"
        assert replies[-1].text == "Yes."


class TestThoughts:
    @pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
    def test_thoughts_are_a_sign_of_life_wherever_they_are_put(self, field: str) -> None:
        with EndpointServer([Turn("Yes.", thoughts="hm " * 9, thought_field=field)]) as server:
            assert endpoint(server).complete(ask(), ReplyLimits(20)).text == "Yes."

    @pytest.mark.parametrize(
        "turn",
        [
            Turn("", thoughts="hm " * 9, finish="length"),
            Turn("", thoughts="hm " * 9, thought_field="reasoning", finish="length"),
            Turn("<think>Hm, owls. ", finish="length"),
        ],
    )
    def test_a_model_that_thinks_its_tokens_away_gets_more_and_is_told_not_to(self, turn: Turn) -> None:
        with EndpointServer([turn, Turn("Yes.")]) as server:
            mine = endpoint(server)
            assert mine.complete(ask(), ReplyLimits(300)).text == "Yes."
            mine.complete(ask(), ReplyLimits(300))
        first, second, third = server.requests
        assert first["max_tokens"] == 300
        assert "reasoning_effort" not in first
        assert second["max_tokens"] > 3_000
        assert (second["reasoning_effort"], second["chat_template_kwargs"]) == ("none", {"enable_thinking": False})
        assert third["reasoning_effort"] == "none"

    def test_a_model_that_never_comes_to_its_reply_fails_with_a_reason(self) -> None:
        endless = Turn("", thoughts="hm " * 9, finish="length")
        with EndpointServer([endless]) as server, pytest.raises(ModelFailed, match="only thought"):
            endpoint(server).complete(ask(), ReplyLimits(300))
        assert len(server.requests) == 2


class TestBounds:
    def test_a_reply_that_repeats_itself_is_ended_and_says_it_once(self) -> None:
        endless = "Owls are quiet. " + " ".join(f"[P2.{n}]" for n in range(4, 800))
        with EndpointServer([Turn(endless, size=8)]) as server:
            reply = endpoint(server).complete(ask(), ReplyLimits(4_000))
        assert (reply.text, reply.finish) == ("Owls are quiet. [P2.4]", Finish.REPEATED)

    def test_what_came_before_the_repetition_is_used_and_marked(self) -> None:
        endless = "VERDICT: answers\nEight words stand [P1.1]. " + " ".join(f"[P2.{n}]" for n in range(4, 800))
        with EndpointServer([Turn(endless, size=8)]) as server:
            *_, draft = write(QUERY, LIBRARY, Settings(), endpoint(server))
        assert draft.text.startswith("Eight words stand [P1.1].")
        assert not draft.complete
        assert "over and over" in draft.warnings[-1]


class TestStopping:
    @pytest.mark.parametrize(
        "work",
        [
            lambda mine: mine.complete(ask(), ReplyLimits(20)),
            lambda mine: read_all("Which?", LIBRARY, mine),
            lambda mine: list(write(QUERY, LIBRARY, Settings(), mine)),
        ],
        ids=["a call", "the whole library", "an answer"],
    )
    def test_a_model_that_nobody_waits_for_is_hung_up_on_before_its_first_word(
        self, work: Callable[[Endpoint], object]
    ) -> None:
        let_go, ended = threading.Event(), list[BaseException]()
        with EndpointServer([Turn(hang=True)]) as server:

            def run() -> None:
                try:
                    with stoppable(let_go):
                        work(endpoint(server))
                except BaseException as error:
                    ended.append(error)

            worker = threading.Thread(target=run)
            worker.start()
            while not server.requests and worker.is_alive():
                worker.join(0.02)
            let_go.set()
            worker.join(PATIENT)
            assert server.broken_off.wait(PATIENT)
        assert [type(error) for error in ended] == [Stopped]

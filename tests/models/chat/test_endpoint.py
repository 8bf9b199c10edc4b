"""The endpoint against a server that misbehaves: each failure ends in time, with a line for a person."""

from __future__ import annotations

import contextlib
import gzip
import json
import math
import subprocess
import sys
from typing import Any

import pytest

from rag.base.errors import ModelFailed, ModelSilent, PromptTooLong, UsageError
from rag.base.settings import Settings
from rag.models import OPENAI
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import Finish, ReplyLimits
from rag.models.client import LARGEST, SentElsewhere, stay
from rag.models.failures import Failure, FailureKind, failure_of
from rag.nouns import Usage
from tests.endpoint_server import HOURS, MODEL, PATIENT, EndpointServer, Turn, closed_port

KEY = "canary-key-7f3a9c"
ROOM = ReplyLimits(4_000)


def endpoint(server: EndpointServer, timeout: float = PATIENT, **more: Any) -> Endpoint:
    return Endpoint(server.url, more.pop("model", MODEL), KEY, timeout=timeout, backoff=0.01, **more)


def ask(text: str = "Hello?") -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content=text)]


def test_a_reply_grows_word_by_word_and_ends_with_its_usage() -> None:
    with EndpointServer(["The answer is 42."]) as server:
        replies = list(endpoint(server).stream(ask(), ROOM))
    assert [reply.text for reply in replies[:3]] == ["The a", "The answer", "The answer is 4"]
    assert replies[-1].text == "The answer is 42."
    assert replies[-1].usage == Usage(1000, 50)
    assert replies[-1].finish is Finish.STOP
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]
    assert server.keys == [f"Bearer {KEY}"]


def test_complete_returns_the_last_of_the_stream() -> None:
    with EndpointServer(["The answer is 42."]) as server:
        assert endpoint(server).complete(ask(), ROOM).text == "The answer is 42."


def test_usage_is_estimated_where_the_endpoint_does_not_count() -> None:
    with EndpointServer([Turn("Yes.", usage=False)]) as server:
        usage = endpoint(server).complete(ask(), ROOM).usage
    assert 4 <= usage.prompt_tokens <= 12
    assert 1 <= usage.completion_tokens <= 3


@pytest.mark.parametrize("refused", ["temperature", "stream_options", "max_tokens"])
def test_a_parameter_that_is_refused_by_name_is_left_out_from_then_on(refused: str) -> None:
    with EndpointServer([Turn("Yes.", refuses=(refused,))]) as server:
        mine = endpoint(server)
        assert mine.complete(ask(), ROOM).text == "Yes."
        assert mine.complete(ask(), ROOM).text == "Yes."
    assert [refused in request for request in server.requests] == [True, False, False]


def test_a_model_whose_template_has_no_system_message_gets_all_in_one() -> None:
    def no_system(request: dict[str, Any]) -> Turn:
        if request["messages"][0]["role"] == "system":
            return Turn(status=400, error={"error": {"message": "System role not supported"}})
        return Turn("Yes.")

    with EndpointServer(no_system) as server:
        mine = endpoint(server)
        assert mine.complete(ask(), ROOM).text == "Yes."
        assert mine.complete(ask(), ROOM).text == "Yes."
    assert len(server.requests) == 3
    assert [message["role"] for message in server.requests[-1]["messages"]] == ["user"]
    assert "Be brief." in str(server.requests[-1]["messages"][0]["content"])
    assert "Hello?" in str(server.requests[-1]["messages"][0]["content"])


def test_every_request_limits_the_length_of_its_reply() -> None:
    with EndpointServer(["Yes."]) as server:
        endpoint(server).complete(ask(), ReplyLimits(300))
    assert server.requests[0]["max_tokens"] == 300


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    with EndpointServer([Turn(status=status), Turn("Yes.")]) as server:
        assert endpoint(server).complete(ask(), ROOM).text == "Yes."
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_failure_that_does_not_pass_ends_after_three_tries(status: int) -> None:
    with EndpointServer([Turn(status=status)]) as server, pytest.raises(ModelFailed, match=str(status)):
        endpoint(server).complete(ask(), ROOM)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "remedy"), [(400, "RAG_MODEL"), (401, "OPENAI_API_KEY"), (403, "OPENAI_API_KEY"), (404, "RAG_MODEL")]
)
def test_a_failure_that_cannot_pass_is_not_tried_again(status: int, remedy: str) -> None:
    with EndpointServer([Turn(status=status)]) as server, pytest.raises(ModelFailed, match=remedy):
        endpoint(server).complete(ask(), ROOM)
    assert len(server.requests) == 1


def test_an_empty_purse_is_not_tried_again() -> None:
    broke = Turn(status=429, error={"error": {"message": "You are out of credit", "code": "insufficient_quota"}})
    with EndpointServer([broke]) as server, pytest.raises(ModelFailed, match="429"):
        endpoint(server).complete(ask(), ROOM)
    assert len(server.requests) == 1


def test_retry_after_is_honoured() -> None:
    assert Failure(FailureKind.STATUS, 429, headers={"retry-after": "0.4"}).seconds_to_wait(1, 60, math.inf) == 0.4
    with EndpointServer([Turn(status=429, headers={"Retry-After": "0.4"}), Turn("Yes.")]) as server:
        assert endpoint(server).complete(ask(), ROOM).text == "Yes."


def test_a_retry_after_beyond_the_time_to_the_first_token_ends_the_tries() -> None:
    with EndpointServer([Turn(status=429, headers={"Retry-After": "15"})]) as server:
        with pytest.raises(ModelFailed, match="429"):
            endpoint(server, timeout=10).complete(ask(), ROOM)
        assert len(server.requests) == 1


def test_a_refused_connection_says_what_to_set() -> None:
    with pytest.raises(ModelFailed, match=r"cannot be reached.*OPENAI_BASE_URL"):
        Endpoint(closed_port(), MODEL, timeout=PATIENT, backoff=0.01).complete(ask(), ROOM)


@pytest.mark.parametrize("turn", [Turn(hang=True), Turn(hang_after_headers=True), Turn("Late.", delay=HOURS)])
def test_a_silent_model_ends_at_the_time_out(turn: Turn) -> None:
    with EndpointServer([turn]) as server:
        mine = endpoint(server, timeout=0.6)
        with pytest.raises(ModelFailed, match=r"nothing within 0\.6 s.*RAG_TIMEOUT"):
            mine.complete(ask(), ROOM)
        assert len(server.requests) <= 1  # a machine may be too slow to send it in that time


def test_a_slow_but_steady_model_is_waited_for() -> None:
    with EndpointServer([Turn("One two three four five six.", pause=0.5, size=3)]) as server:
        mine = endpoint(server, timeout=4)  # less than all of it takes, and much more than any part of it
        assert mine.complete(ask(), ROOM).finish is Finish.STOP


def test_a_model_that_falls_silent_in_the_midst_fails_after_what_it_said() -> None:
    with EndpointServer([Turn("One two three.", pause=HOURS)]) as server:
        replies = endpoint(server, timeout=5).stream(ask(), ROOM)
        assert next(replies).text == "One t"
        with pytest.raises(ModelFailed, match="nothing within"):
            next(replies)


def test_a_time_out_of_the_client_itself_is_a_time_out() -> None:
    import httpx

    assert failure_of(httpx.ReadTimeout("timed out"), KEY).kind is FailureKind.TIMEOUT
    assert failure_of(httpx.ReadError("reset"), KEY).kind is FailureKind.CONNECTION


def test_a_limit_for_the_whole_call_holds_for_a_steady_model_too() -> None:
    steady = " ".join(map(str, range(100_000)))
    with EndpointServer([Turn(steady, pause=0.05)]) as server:
        for seconds in (2, 20, PATIENT):  # until it is enough for a first word
            with contextlib.suppress(ModelSilent):
                reply = endpoint(server).complete(ask(), ReplyLimits(100_000, seconds))
                break
    assert (reply.finish, reply.text[:3]) == (Finish.LATE, "0 1")


def test_a_connection_that_closes_before_the_end_is_a_cut() -> None:
    with EndpointServer([Turn("One two three.", cut=6)]) as server:
        reply = endpoint(server).complete(ask(), ROOM)
    assert (reply.text, reply.finish) == ("One tw", Finish.CUT)


@pytest.mark.parametrize(
    ("said", "finish"),
    [("length", Finish.LENGTH), ("content_filter", Finish.FILTERED), ("stop", Finish.STOP), ("eos", Finish.STOP)],
)
def test_the_reason_of_the_end_is_told(said: str, finish: Finish) -> None:
    with EndpointServer([Turn("One two.", finish=said)]) as server:
        assert endpoint(server).complete(ask(), ROOM).finish is finish


MALFORMED = [
    b'data: {"choices": [{"index": 0, "delta": {"content": "Yes\n\n',
    b"data: no json at all\n\n",
    b'data: {"choices": null}\n\n',
    b'data: {"choices": [{"index": 0}]}\n\ndata: [DONE]\n\n',
    b'data: {"choices": ["text"]}\n\n',
    b"data: []\n\ndata: 17\n\n",
    b'{"choices": [',
    b"<html>a login page</html>",
    b"",
    b"\xff\xfe\x00",
    b'data: {"error": {"message": "the engine died"}}\n\n',
    b'data: {"choices": []}\n\ndata: [DONE]\n\n',
]


@pytest.mark.parametrize("raw", MALFORMED)
def test_what_is_no_chat_completion_is_a_failure_with_a_remedy(raw: bytes) -> None:
    with EndpointServer([Turn(raw=raw)]) as server, pytest.raises(ModelFailed) as failed:
        endpoint(server).complete(ask(), ROOM)
    assert str(failed.value).count("\n") == 0
    assert any(word in str(failed.value) for word in ("OPENAI_BASE_URL", "RAG_MODEL", "try again", "Try again"))


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        (Turn(""), "empty answer"),
        (Turn("", tools=True, finish="tool_calls"), "called a tool"),
        (Turn("", finish="length"), "length limit"),
        (Turn("", finish="content_filter"), "content filter"),
        (Turn("", thoughts="Let me think about it."), "only thought"),
        (Turn('<tool_call>{"name": "search", "arguments": {}}</tool_call>'), "called a tool"),
    ],
)
def test_a_reply_without_text_is_a_failure_that_says_why(turn: Turn, why: str) -> None:
    with EndpointServer([turn]) as server, pytest.raises(ModelFailed, match=why):
        endpoint(server).complete(ask(), ROOM)


def test_thoughts_sent_apart_are_no_part_of_the_text_and_count_as_a_sign_of_life() -> None:
    with EndpointServer([Turn("Yes.", thoughts="hm " * 10, size=3)]) as server:
        assert endpoint(server).complete(ask(), ROOM).text == "Yes."


def test_tool_calls_beside_a_text_are_passed_over() -> None:
    with EndpointServer([Turn("Yes.", tools=True)]) as server:
        assert endpoint(server).complete(ask(), ROOM).text == "Yes."


def test_the_model_that_answered_is_told() -> None:
    with EndpointServer([Turn("Yes.", model="another")]) as server:
        assert endpoint(server).complete(ask(), ROOM).model == "another"


def test_a_prompt_that_does_not_fit_is_told_apart_with_the_size_of_the_window() -> None:
    message = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens."
    turn = Turn(status=400, error={"error": {"message": message, "code": "context_length_exceeded"}})
    with EndpointServer([turn]) as server, pytest.raises(PromptTooLong) as failed:
        endpoint(server).complete(ask(), ROOM)
    assert failed.value.window == 4096


def test_an_endless_reply_is_ended() -> None:
    endless = " ".join(map(str, range(60_000)))
    with EndpointServer([Turn(endless, size=6_000)]) as server:
        reply = endpoint(server).complete(ask(), ROOM)
    assert reply.finish is Finish.LENGTH
    assert len(reply.text) < 40_000


@pytest.mark.parametrize(("words", "finish"), [(300, Finish.STOP), (500, Finish.LENGTH)])
def test_a_reply_is_ended_only_where_no_tokenizer_could_count_it_as_less(words: int, finish: Finish) -> None:
    said = " ".join(map(str, range(1000, 1000 + words)))
    with EndpointServer([Turn(said, usage=False)]) as server:
        assert endpoint(server).complete(ask(), ReplyLimits(300)).finish is finish


def test_leaving_a_stream_early_leaves_nothing_waiting() -> None:
    with EndpointServer([Turn("One two three.", pause=0.05)]) as server:
        replies = endpoint(server).stream(ask(), ROOM)
        assert next(replies).text == "One t"
        replies.close()


class TestHostileReplies:
    @pytest.mark.parametrize(
        "turn",
        [
            Turn(raw=b"x" * (1 << 20), endless=True),
            Turn(raw=b"data: " + b"x" * (1 << 20), endless=True),
            Turn(raw=b'{"choices": "' + b"x" * (1 << 20), endless=True, content_type="application/json"),
            Turn(raw=b"data: " + b"x" * (LARGEST + 1)),
            Turn(raw=b'{"a": "' + b"x" * (2 * LARGEST) + b'"}', content_type="application/json"),
            Turn(raw=gzip.compress(b"x" * (200 << 20), 1), headers={"Content-Encoding": "gzip"}),
            Turn(status=400, error="x" * (2 * LARGEST)),
        ],
        ids=["endless", "an endless line", "endless JSON", "a long line", "long JSON", "packed", "a long error"],
    )
    def test_a_reply_beyond_all_measure_is_broken_off(self, turn: Turn) -> None:
        with EndpointServer([turn]) as server, pytest.raises(ModelFailed, match=r"more than 16 MB|answered 400"):
            endpoint(server).complete(ask(), ROOM)
        assert len(server.requests) == 1

    def test_an_endless_list_of_models_is_broken_off(self) -> None:
        long = EndpointServer(["Yes."], told={"owned_by": "x" * (LARGEST + 1)})
        with long as server, pytest.raises((ModelFailed, UsageError)):
            Endpoint.from_settings(Settings(base_url=server.url, api_key=KEY))

    @pytest.mark.parametrize("content_type", ["text/event-stream", "application/json"])
    def test_a_reply_that_drips_byte_by_byte_without_a_word_ends_at_the_time_out(self, content_type: str) -> None:
        drip = Turn(raw=b" ", endless=True, pause=0.05, content_type=content_type)
        with EndpointServer([drip]) as server:
            with pytest.raises(ModelSilent, match=r"nothing within 1 s.*RAG_TIMEOUT"):
                endpoint(server, timeout=1).complete(ask(), ROOM)
            assert server.broken_off.wait(PATIENT)  # the connection is closed, not left to drip on


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirect_to_another_host_is_sent_neither_key_nor_question(self, status: int) -> None:
        with EndpointServer(["Yes."]) as other:
            there = f"{other.url}/chat/completions?token=abc"
            with EndpointServer([Turn(status=status, headers={"Location": there})]) as server:
                with pytest.raises(ModelFailed, match="OPENAI_BASE_URL") as failed:
                    endpoint(server).complete(ask(), ROOM)
                assert len(server.requests) == 1
        assert not other.requests
        assert not other.asked
        for url in (server.url, other.url):
            assert url.removeprefix("http://").removesuffix("/v1") in str(failed.value)

    @pytest.mark.parametrize(
        "there", ["http://127.0.0.1:9/v1", "http://localhost/v1", "//b.example", "ftp://127.0.0.1"]
    )
    def test_another_name_port_or_scheme_is_another_host(self, there: str) -> None:
        with pytest.raises(SentElsewhere):
            stay(redirect("http://127.0.0.1/v1", there))

    def test_https_leads_to_nothing_less(self) -> None:
        stay(redirect("http://a.example/v1", "https://a.example/v1"))
        with pytest.raises(SentElsewhere):
            stay(redirect("https://a.example/v1", "http://a.example/v1"))

    def test_a_redirect_on_its_own_host_is_followed(self) -> None:
        moved = Turn(status=307)
        with EndpointServer([moved, Turn("Yes.")]) as server:
            moved.headers["Location"] = f"{server.url}/chat/completions"
            assert endpoint(server).complete(ask(), ROOM).text == "Yes."


def redirect(here: str, there: str) -> Any:
    import httpx

    return httpx.Response(307, headers={"location": there}, request=httpx.Request("POST", here))


class TestFromSettings:
    def test_the_only_model_of_an_endpoint_is_taken(self) -> None:
        with EndpointServer(["Yes."], models=("lonely",)) as server:
            assert Endpoint.from_settings(Settings(base_url=server.url)).model == "lonely"

    def test_a_named_model_is_not_looked_up(self) -> None:
        assert Endpoint.from_settings(Settings(base_url=closed_port(), model="mine")).model == "mine"

    def test_of_several_models_none_is_chosen_in_silence(self) -> None:
        with EndpointServer([], models=("b", "a")) as server, pytest.raises(UsageError, match=r"RAG_MODEL.*: a, b\."):
            Endpoint.from_settings(Settings(base_url=server.url))

    @pytest.mark.parametrize("lists", [404, 405])
    def test_an_endpoint_without_a_list_asks_for_a_name(self, lists: int) -> None:
        with EndpointServer([], lists=lists) as server, pytest.raises(UsageError, match="RAG_MODEL"):
            Endpoint.from_settings(Settings(base_url=server.url))

    def test_an_empty_list_asks_for_a_name(self) -> None:
        with EndpointServer([], models=()) as server, pytest.raises(UsageError, match="RAG_MODEL"):
            Endpoint.from_settings(Settings(base_url=server.url))

    def test_a_refused_key_is_no_wrong_use(self) -> None:
        with EndpointServer([], lists=401) as server, pytest.raises(ModelFailed, match="OPENAI_API_KEY"):
            Endpoint.from_settings(Settings(base_url=server.url))

    def test_an_unreachable_endpoint_is_no_wrong_use(self) -> None:
        with pytest.raises(ModelFailed, match="cannot be reached"):
            Endpoint.from_settings(Settings(base_url=closed_port()))

    def test_no_model_passes_for_code_by_its_name(self) -> None:
        with EndpointServer(["Yes."], models=("extractive",)) as server, pytest.raises(UsageError, match="RAG_MODEL"):
            Endpoint.from_settings(Settings(base_url=server.url))

    def test_a_key_alone_means_openai(self) -> None:
        assert Endpoint.from_settings(Settings(api_key=KEY, model="m")).base_url == OPENAI

    def test_without_key_and_address_it_says_what_to_set(self) -> None:
        with pytest.raises(UsageError, match="OPENAI_BASE_URL"):
            Endpoint.from_settings(Settings(model="m"))


class TestSecrets:
    @pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
    def test_a_key_that_the_endpoint_repeats_reaches_nobody(self, status: int) -> None:
        turn = Turn(status=status, error={"error": {"message": f"Bad key {KEY} (sk-abcd1234efgh)"}})
        with EndpointServer([turn]) as server, pytest.raises(ModelFailed) as failed:
            endpoint(server).complete(ask(), ROOM)
        chain: BaseException | None = failed.value
        while chain is not None:
            assert KEY not in str(chain)
            assert "sk-abcd" not in str(chain)
            chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)

    def test_neither_the_key_nor_a_password_in_the_address_is_printed(self) -> None:
        mine = Endpoint("http://me:pass-word@host.invalid/v1?token=abc", MODEL, KEY)
        assert repr(mine) == "Endpoint('http://host.invalid/v1', 'scripted')"


def test_importing_the_endpoint_imports_neither_library() -> None:
    code = "import sys, rag.read.model; print([m for m in ('llama_index.core', 'openai', 'httpx') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_requests_are_json_that_names_the_model() -> None:
    with EndpointServer(["Yes."]) as server:
        endpoint(server, model="a-name").complete(ask(), ROOM)
    assert json.loads(json.dumps(server.requests[0]))["model"] == "a-name"

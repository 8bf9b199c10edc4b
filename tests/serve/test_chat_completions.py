"""OpenAI's protocol, as its own client and llama-index's speak it to the running server."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from rag.nouns import Answer, Status
from rag.serve.chat_completions import _following, so_far, whole

MODEL = "abstract-qa"
ASKED = {"role": "user", "content": "What is NormAd?"}


@pytest.fixture(scope="module")
def client(address: str) -> OpenAI:
    return OpenAI(base_url=f"{address}/v1", api_key="none is needed", max_retries=0)


def test_the_library_is_the_one_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).object == "model"
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-4o'"):
        client.models.retrieve("gpt-4o")


def test_a_reply_holds_markers_references_and_the_whole_answer(client: OpenAI) -> None:
    reply = client.chat.completions.create(model=MODEL, messages=[ASKED], temperature=0.2, max_tokens=5)  # type: ignore[list-item]
    text, answer = reply.choices[0].message.content or "", reply.model_extra["abstract_qa"]  # type: ignore[index]
    assert reply.choices[0].finish_reason == "stop"
    assert "75 countries" in text
    assert "[1] NormAd: A Benchmark" in text
    assert answer["status"] == "answered"
    assert answer["citations"][0]["sentences"][0]["quote"] in text


def test_a_stream_says_what_the_whole_reply_says(client: OpenAI) -> None:
    whole_reply = client.chat.completions.create(model=MODEL, messages=[ASKED])  # type: ignore[list-item]
    chunks = list(
        client.chat.completions.create(
            model=MODEL,
            messages=[ASKED],
            stream=True,
            stream_options={"include_usage": True},  # type: ignore[list-item]
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole_reply.choices[0].message.content
    assert chunks[-1].usage is not None
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].model_extra["abstract_qa"]["status"] == "answered"  # type: ignore[index]


def test_a_follow_up_is_understood_from_the_messages(client: OpenAI) -> None:
    parts = [{"type": "text", "text": "How many countries does it cover?"}]
    messages: list[Any] = [
        {"role": "system", "content": "Be brief."},
        ASKED,
        {"role": "assistant", "content": "It is a poem of 9 lines."},
        {"role": "user", "content": parts},
    ]
    reply = client.chat.completions.create(model=MODEL, messages=messages)
    answer = reply.model_extra["abstract_qa"]  # type: ignore[index]
    assert answer["citations"][0]["title"].startswith("NormAd")
    assert "poem" not in reply.choices[0].message.content  # type: ignore[operator]


def test_what_another_client_bounded_is_no_part_of_ones_conversation(client: OpenAI) -> None:
    asked = "Which papers deal with value alignment?"
    messages: Any = [{"role": "user", "content": asked}, {"role": "user", "content": "How many of them are from 2024?"}]

    def follow_up() -> str:
        reply = client.chat.completions.create(model=MODEL, messages=messages)
        return str(reply.model_extra["abstract_qa"]["text"])  # type: ignore[index]

    client.chat.completions.create(model=MODEL, messages=messages[:1])
    before = follow_up()
    client.chat.completions.create(model=MODEL, messages=messages[:1], extra_body={"page": "value-alignment"})
    assert follow_up() == before


def test_papers_can_be_bounded(client: OpenAI) -> None:
    extra = {"page": "alignment"}
    reply = client.chat.completions.create(model=MODEL, messages=[ASKED], extra_body=extra)  # type: ignore[list-item]
    assert reply.model_extra["abstract_qa"]["filters"] == extra  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"model": "gpt-4o"}, 404, "no model 'gpt-4o' here. The one model is 'abstract-qa'"),
        (
            {"messages": [ASKED, {"role": "assistant", "content": "So."}]},
            400,
            "last message is of the role 'assistant'",
        ),
        ({"messages": []}, 400, "There is no message"),
        ({"messages": "why?"}, 400, "messages"),
        ({"messages": [{"role": "user", "content": "x" * 1_000_000}]}, 413, "larger than 512 KB"),
        ({"messages": [{"role": "user", "content": "x" * 9_000}]}, 400, "9,000 characters"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "The question is empty"),
        ({"messages": [{"role": "user", "content": None}]}, 400, "The question is empty"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}, 400, "image_url"),
        ({"n": 3}, 400, "n is 3"),
        ({"extra_body": {"since": "soon"}}, 400, "'soon'"),
        ({"extra_body": {"page": "nowhere"}}, 400, "No page is named 'nowhere'"),
        ({"extra_body": {"k": 0}}, 400, "k: "),
    ],
)
def test_a_wrong_request_is_one_clear_error_of_the_protocol(
    client: OpenAI, body: dict[str, Any], status: int, said: str
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(**{"model": MODEL, "messages": [ASKED], **body})
    assert caught.value.status_code == status
    assert said in caught.value.body["message"]  # type: ignore[index]
    assert caught.value.type == "invalid_request_error"


def test_a_failure_on_the_way_is_an_error_to_a_stream_too(client: OpenAI) -> None:
    events = client.chat.completions.create(
        model=MODEL,
        messages=[ASKED],
        stream=True,
        extra_body={"page": "nowhere"},  # type: ignore[list-item]
    )
    with pytest.raises(openai.APIError, match="No page is named 'nowhere'"):
        list(events)


def test_behind_a_password_the_key_is_name_and_password(guarded: str) -> None:
    for key in ("none", "ada:cret", "ada", ""):
        with pytest.raises(openai.AuthenticationError):
            OpenAI(base_url=f"{guarded}/v1", api_key=key or "x", max_retries=0).models.list()
    for key in ("ada:se:cret", "se:cret"):
        assert OpenAI(base_url=f"{guarded}/v1", api_key=key).models.list().data[0].id == MODEL


def test_llama_index_speaks_to_it(address: str) -> None:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    llm = OpenAILike(model=MODEL, api_base=f"{address}/v1", api_key="none", is_chat_model=True)
    messages = [ChatMessage(role="user", content="What is NormAd?")]
    assert "[1] NormAd" in str(llm.chat(messages).message.content)
    assert "[1] NormAd" in str(list(llm.stream_chat(messages))[-1].message.content)


def answered(text: str) -> Answer:
    return Answer("?", "?", Status.ANSWERED, None, text)


def test_what_a_text_holds_is_no_link_and_its_markers_can_be_read() -> None:
    text = "It is so [1]. ![x](https://evil.example/x.png) [2](https://evil.example) [3]: https://evil.example"
    told = whole(answered(text))
    assert told.startswith("It is so [1].")
    for link in ("[2](", "![x](", "[3]:", "https://"):
        assert link not in told


@pytest.mark.parametrize(
    "text",
    [
        "One: see www.example.org, https://x.example and [1](y).\nTwo [1] *is*\n\n- Three. 1. Four [2].",
        "**What it is**\n\n- *Nor Ad*: “it *is “so* good” *a*” [1] *now* `x*\n1. a *b **c** `d e` f\n## G *h",
    ],
)
def test_what_was_told_of_a_growing_answer_stands(text: str) -> None:
    told = ""
    for end in range(len(text) + 1):
        now = so_far(answered(text[:end]))
        assert now.startswith(told)
        told = now
    assert whole(answered(text)).startswith(told)


def test_an_answer_that_changes_at_its_end_is_told_once_more() -> None:
    assert _following("It was", "It was so.", final=True) == " so."
    assert _following("It was", "No.", final=False) == ""
    assert _following("It was", "No.", final=True) == "\n\n---\n\nNo."

"""A person's first questions: a greeting, an overview, where to begin, who works on something."""

from __future__ import annotations

import pytest

from rag.intent.opening import Opened, Opening, read_opening


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        (Opening.GREETING, ["hello", "Hi there!", "good morning", "Hey", "hola", "你好", "hello, bot"]),
        (Opening.THANKS, ["thanks!", "Thank you so much", "great", "merci"]),
        (Opening.FAREWELL, ["bye", "Good night!"]),
        (Opening.HELP, ["who are you?", "What can I ask here?", "help", "How does this work?"]),
        (Opening.HELP, ["hi there, who are you?", "Good morning! Can you help me find papers?"]),
        (Opening.HELP, ["???", "12345", "x", "🙂…"]),
        (Opening.OVERVIEW, ["Summarise the library", "Summarize this collection in three sentences"]),
        (Opening.OVERVIEW, ["Give me an overview", "What is this library about?", "What are these papers about?"]),
        (Opening.OVERVIEW, ["what's in here?", "Topics?"]),
        (Opening.OVERVIEW, ["What topics are covered?", "Which subjects do the papers cover?", "What do you know?"]),
        (Opening.OVERVIEW, ["Give me an overview of the field", "What topics does this cover?"]),
        (Opening.READING, ["What are the most important papers here?", "Which paper is best?", "Surprise me"]),
        (Opening.PEOPLE, ["Which authors appear most often?", "Who wrote the most papers?", "list the organisations"]),
        (Opening.PEOPLE, ["Which organisations are represented?", "Who are the authors?"]),
        (Opening.READING, ["Where should I start?", "Which papers should I read first?", "a reading list, please"]),
    ],
)  # fmt: skip
def test_what_is_asked_at_large_is_understood(kind: Opening, questions: list[str]) -> None:
    assert {question: read_opening(question) for question in questions} == dict.fromkeys(questions, Opened(kind))


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("What should I read first on value alignment?", Opening.READING, "value alignment"),
        ("Who publishes most on reward models?", Opening.PEOPLE, "reward models"),
        ("Which groups publish the most papers on honesty?", Opening.PEOPLE, "honesty"),
        ("What should I read to understand reward hacking?", Opening.READING, "reward hacking"),
        ("Recommend some papers on cultural bias", Opening.READING, "cultural bias"),
        ("reading list on RLHF", Opening.READING, "RLHF"),
        ("I'm new to pluralistic alignment, where do I begin?", Opening.READING, "pluralistic alignment"),
        ("How do I get started with constitutional AI?", Opening.READING, "constitutional AI"),
        ("an introduction to reward models, please", Opening.READING, "reward models"),
        ("Where do I begin if I am new to red teaming?", Opening.READING, "red teaming"),
        ("What are the key papers on honesty?", Opening.READING, "honesty"),
        ("What can you tell me about hallucination?", Opening.KNOWN, "hallucination"),
        ("Who works on cultural alignment?", Opening.PEOPLE, "cultural alignment"),
        ("Which labs work on safety?", Opening.PEOPLE, "safety"),
        ("Who are the main researchers on honesty?", Opening.PEOPLE, "honesty"),
        ("experts on cultural bias", Opening.PEOPLE, "cultural bias"),
    ],
)
def test_a_subject_is_read_with_it(question: str, kind: Opening, topic: str) -> None:
    assert read_opening(question) == Opened(kind, topic)


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote NormAd?",
        "What is NormAd?",
        "Which papers deal with jailbreaks?",
        "Summarise NormAd",
        "Explain the papers on alignment",
        "What are the main findings of KorNAT?",
        "How should a model say hello?",
        "What helps?",
        "Which people were asked in the survey?",
        "F1",
        "钱",
    ],
)
def test_other_questions_are_no_first_questions(question: str) -> None:
    assert read_opening(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "What is known about honesty?",
        "What do the papers say about honesty?",
        "what does the literature say on honesty",
        "State of the evidence on honesty",
        "What has been found about honesty?",
        "Tell me what is known about honesty, please",
    ],
)
def test_what_is_known_about_a_subject_is_asked_in_many_ways(question: str) -> None:
    assert read_opening(question) == Opened(Opening.KNOWN, "honesty")

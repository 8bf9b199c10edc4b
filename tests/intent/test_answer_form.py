"""How a question wants to be answered is none of its subject: who quotes answers the question without it."""

from __future__ import annotations

import pytest

from rag.intent.answer_form import plainly
from rag.library import Library
from rag.nouns import Status


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Explain constitutional AI simply", "What is constitutional AI?"),
        ("Explain constitutional AI in simple words.", "What is constitutional AI?"),
        ("Please explain reward hacking to a beginner", "What is reward hacking?"),
        ("Can you explain alignment faking to me like I'm five?", "What is alignment faking?"),
        ("ELI5 reward models", "What is reward models?"),
        ("Explain RLHF to a curious ten-year-old, please", "What is RLHF?"),
        ("Define sycophancy in one sentence", "What is sycophancy?"),
        ("How does RLHF work, in layman's terms?", "How does RLHF work?"),
        ("What is DPO in a nutshell?", "What is DPO?"),
        ("Explain how reward models are trained, step by step", "Explain how reward models are trained"),
        ("Explain DPO for non-experts as if I was a child", "What is DPO?"),
    ],
)
def test_the_manner_is_taken_from_a_question(question: str, plain: str) -> None:
    assert plainly(question) == plain


@pytest.mark.parametrize(
    "question",
    [
        "Which models are easy to explain to children of different cultures?",
        "Does the model answer briefly or at length?",
        "Explain it",
        "Explain what the authors say about reward hacking",
        "What do the abstracts say about alignment for students who learn a second language?",
        "Simply",
    ],
)
def test_a_question_that_asks_about_such_words_stays_as_it_is(question: str) -> None:
    assert plainly(question) == question


def test_what_is_explained_is_what_the_library_holds_of_it(sample: Library) -> None:
    simply, plain = sample.ask("Explain constitutional AI simply"), sample.ask("What is constitutional AI?")
    assert simply.status is Status.ANSWERED
    assert simply.question == "Explain constitutional AI simply"
    assert [c.paper.paper_id for c in simply.citations] == [c.paper.paper_id for c in plain.citations]
    assert "Constitutional AI" in simply.text

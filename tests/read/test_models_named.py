"""Which models papers tried, in a conversation over the sample pages."""

from __future__ import annotations

import pytest

from rag.library import Library
from rag.nouns import Support


@pytest.mark.parametrize(
    ("first", "question", "models"),
    [
        ("What is alignment faking?", "Which models were tested there?", ["Claude 3 Opus"]),
        ("What is CulturalBench?", "Which models were tested there?", ["GPT-4o", "Llama3-8b"]),
        ("What is NormAd?", "And which LLMs did they evaluate?", ["Mistral-7b"]),
        (None, "Which models were evaluated in NurValues?", ["DeepSeek-V3", "Claude 3.5 Sonnet"]),
        (None, "Which models were tested in the EPT Benchmark?", ["ChatGPT", "Gemini", "Qwen"]),
    ],
)
def test_the_sentences_that_name_models_are_quoted(
    sample: Library, first: str | None, question: str, models: list[str]
) -> None:
    history = [sample.ask(first)] if first else []
    answer = sample.ask(question, history=history)
    assert all(model in answer.text for model in models)
    assert len(answer.citations) == 1
    assert {claim.support for claim in answer.claims} <= {Support.SUPPORTED, Support.NOT_CHECKED}


def test_of_a_list_each_paper_that_names_models_is_told_and_the_others_are_counted(sample: Library) -> None:
    earlier = sample.ask("Which papers are about cultural bias in LLMs?")
    answer = sample.ask("Which models were tested there?", history=[earlier])
    assert {c.paper.paper_id for c in answer.citations} < {c.paper.paper_id for c in earlier.citations}
    assert "name none that is known here" in answer.text


def test_where_no_model_is_named_the_usual_reader_answers(sample: Library) -> None:
    answer = sample.ask("Which models were tested there?", history=[sample.ask("What is Value Kaleidoscope?")])
    assert "Models are named here" not in answer.text or "GPT-4" in answer.text

"""What a sentence of an abstract does is told by its words."""

from __future__ import annotations

import pytest

from rag.nouns import Role
from rag.overview.roles import role

SENTENCES = [
    ("We find that reward models drift as the policy improves.", Role.FINDING),
    ("Extensive experiments show that it outperforms all baselines.", Role.FINDING),
    ("Our method reduces the cost of decoding by 43%.", Role.FINDING),
    ("We propose a decoding strategy that needs no training.", Role.METHOD),
    ("We introduce TideBench, a benchmark of 12,400 questions on norms.", Role.RESOURCE),
    ("However, reward models remain vulnerable to such attacks.", Role.PROBLEM),
    ("Reward hacking occurs when a policy exploits its reward model.", Role.MEANING),
    ("The code is available at https://example.org/code.", None),
    ("The sky over the harbour was grey.", None),
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
def test_a_sentence_has_the_role_that_its_words_tell(sentence: str, expected: Role | None) -> None:
    assert role(sentence, "reward hacking") is expected


def test_what_something_is_comes_from_a_sentence_that_begins_with_it() -> None:
    assert (
        role("Speculative decoding (SD) speeds up inference by drafting tokens.", "speculative decoding")
        is Role.MEANING
    )
    assert role("We study speculative decoding.", "speculative decoding") is not Role.MEANING

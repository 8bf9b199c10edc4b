"""Three small papers, among them brackets, a link and a pointer of the abstracts' own."""

from __future__ import annotations

from rag.base.text.sentences import split_sentences
from rag.nouns import Draft, Paper, Passage


def passage(paper_id: str, title: str, abstract: str, **known: object) -> Passage:
    paper = Paper(paper_id, title, abstract, split_sentences(abstract), **known)  # type: ignore[arg-type]
    return Passage(paper, 1.0)


OWLS = passage(
    "owls",
    "Owls hunt by ear",
    "Owls hunt mice at night. Of 100 strikes 80 hit, 95% CI [2.1, 7.70]. Data: https://owls.example/data for all.",
    date="2024-05-17",
    url="https://papers.example/owls",
)
BATS = passage(
    "bats",
    "Bats use sonar",
    "Bats call at 50 kHz. Calls last 3 milliseconds. The gain is [1, 2] dB in the P3 band. "
    "Three calls precede each catch.",
)
MOTHS = passage("moths", "Moths listen", "Moths hear bats from afar. Then they [P2.1] drop at once.")
SHOWN = (OWLS, BATS, MOTHS)


def draft(text: str, **known: object) -> Draft:
    return Draft(text, SHOWN, "scripted", **known)  # type: ignore[arg-type]

"""Pairs to begin with: public sets of inference and of questions, and damage done by code to abstracts.

The sets, each one file beside the others in a folder, as JSON lines `{"a": claim or question, "b": text, "y": label}`
(0 supported, 1 contradicted, 2 neither; of questions 1 answers, 0 does not), named in `SETS` with the pairs that were
taken and the licence. None of them ships. Damage is made of abstracts that are not measured on: numbers, names,
directions, scopes and negations exchanged, beside faithful shortenings, so that a copy is no sign of truth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

SETS = {
    "mnli": (10_000, "dev parts of MultiNLI; OANC and CC licences"),
    "conjnli": (7_000, "ConjNLI, adversarial and dev; MIT"),
    "cad": (8_000, "counterfactually augmented SNLI; Apache-2.0"),
    "fever": (12_000, "FEVER with its evidence, dev and test of fever-nli; CC BY-SA 3.0"),
    "feversym": (1_420, "FEVER Symmetric 0.2; CC BY-SA 3.0"),
    "citint": (2_426, "Citation-Integrity, train and dev; MIT"),
    "checkcovid": (1_503, "Check-COVID; MIT"),
    "scifact": (1_261, "SciFact, train; claims CC BY 4.0, abstracts ODC-BY 1.0"),
    "questions": (8_000, "SQuAD (dev and test of Du and others), QNLI dev, SelQA dev; CC BY-SA 4.0, Apache-2.0"),
}
"""The sets by the names of their files: pairs taken, what it is and its licence."""
Pair = tuple[str, str, int]
_OPPOSITES = (
    "increases decreases|increase decrease|increasing decreasing|increased decreased|improves degrades|improve degrade"
    "|outperforms underperforms|outperform underperform|reduces increases|reduce increase|higher lower|better worse"
    "|more less|larger smaller|faster slower|best worst|gains losses|strong weak|superior inferior|simple complex"
    "|before after|fewer more|positive negative|stronger weaker|longer shorter|with without"
)
_OPPOSITE = {a: b for pair in _OPPOSITES.split("|") for a, b in (pair.split(), pair.split()[::-1])}
_SCOPES = {
    "some": "all",
    "many": "all",
    "most": "all",
    "several": "all",
    "often": "always",
    "can": "always",
    "may": "always",
}
_SCOPES |= {"partially": "fully", "all": "only some", "both": "neither", "every": "hardly any"}
_NUMBER = re.compile(r"(?<![\w.\-/])\d+(?:[.,]\d+)*(?![\w\-])")
_NAME = re.compile(r"\b(?=\w*[A-Z0-9])[A-Za-z]\w*(?:-[\w.]+)*\b")
_VERB = re.compile(r"\b(is|are|was|were|can|does|do|will|could|should)\b(?! not)")
_LEAD = re.compile(
    r"^(?:However|Moreover|Furthermore|In addition|Specifically|To this end|Finally|In this paper|Notably),? "
)


def read_sets(folder: Path, chance: Random) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of inference and pairs of questions; a set whose file is missing raises FileNotFoundError."""
    found: dict[str, list[Pair]] = {}
    for name, (most, _) in SETS.items():
        lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        pairs = [(line["a"], line["b"], line["y"]) for line in map(json.loads, lines)]
        found[name] = chance.sample(pairs, min(most, len(pairs)))
    questions = found.pop("questions")
    return [pair for pairs in found.values() for pair in pairs], questions


def damaged(abstracts: Sequence[Sequence[str]], chance: Random) -> Iterator[Pair]:
    """Yield pairs made of sentences of abstracts: a damaged one, a faithful one, one held against another sentence."""
    for sentences in abstracts:
        names = [name for text in sentences for name in _marked(text)]
        for i in chance.sample(range(len(sentences)), min(4, len(sentences))):
            source, said = sentences[i], _faithful(sentences[i], chance)
            false = next(filter(None, (way(said, names, chance) for way in chance.sample(WAYS, len(WAYS)))), None)
            if not 40 < len(source) < 420 or false is None or false == said:
                continue
            yield false, source, 1
            yield _faithful(source, chance), source, 0
            others = [k for k in range(len(sentences)) if abs(k - i) > 1]
            if others and chance.random() < 0.35:
                yield said, sentences[chance.choice(others)], 2


def _faithful(text: str, chance: Random) -> str:
    """Return a sentence shortened, and told of the authors."""
    text = _LEAD.sub("", text)
    if chance.random() < 0.4:
        text = re.sub(r"\bwe (\w+)", r"the authors \1", text, flags=re.I)
    if chance.random() < 0.3:
        text = re.sub(r"\s*\([^)]*\)", "", text)
    parts = text.split(", ")
    return ", ".join(parts[:-1]).rstrip(".") + "." if len(parts) > 1 and chance.random() < 0.25 else text


def _marked(text: str) -> list[str]:
    return [name for name in _NAME.findall(text) if re.search(r"\w[A-Z]|\d", name)]


def _number(text: str, names: Sequence[str], chance: Random) -> str | None:
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    hit = chance.choice(found)
    value, decimals = float(hit[0].replace(",", "").rstrip(".") or 0), len(hit[0].partition(".")[2])
    other = f"{value * chance.choice([0.3, 0.5, 0.7, 1.3, 1.5, 2, 3]):.{decimals}f}"
    return None if 1990 < value < 2030 or not value else text[: hit.start()] + other + text[hit.end() :]


def _exchanged(text: str, names: Sequence[str], chance: Random) -> str | None:
    found = list(_NUMBER.finditer(text))
    if len(found) < 2:
        return None
    first, second = sorted(chance.sample(found, 2), key=lambda hit: hit.start())
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def _word(table: dict[str, str]) -> Callable[[str, Sequence[str], Random], str | None]:
    shape = re.compile(rf"\b({'|'.join(table)})\b")

    def turned(text: str, names: Sequence[str], chance: Random) -> str | None:
        found = list(shape.finditer(text))
        hit = chance.choice(found) if found else None
        return hit and text[: hit.start()] + table[hit[0]] + text[hit.end() :]

    return turned


def _negated(text: str, names: Sequence[str], chance: Random) -> str | None:
    return _VERB.sub(r"\1 not", text, count=1) if _VERB.search(text) else None


def _renamed(text: str, names: Sequence[str], chance: Random) -> str | None:
    own, others = _marked(text), [name for name in names if name not in text]
    return text.replace(chance.choice(own), chance.choice(others), 1) if own and others else None


WAYS = (_number, _exchanged, _word(_OPPOSITE), _word(_SCOPES), _negated, _renamed)
"""What damages a sentence in one point: each returns None where it cannot."""

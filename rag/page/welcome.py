"""What the page shows before the first question: what this library holds, questions that fit it, a model to connect.

The sample is told from a person's own papers by the pages that they were saved from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeVar

from rag.base.text import plural
from rag.intake import SAMPLE
from rag.nouns import Paper
from rag.page.cards import shown_date
from rag.page.markup import attribute, button, paper_text

# ----------------------------------------------------------------------------------------------------
# Example questions that fit the library at hand, made from its papers' titles, organisations and dates.

K = TypeVar("K", str, tuple[str, ...])
_WORD = re.compile(r"[A-Za-z][A-Za-z-]+")
_EMPTY = frozenset(
    "a an and are as at by can for from how in into is it of on or the their through to towards toward under via "  # noqa: SIM905
    "what when where which who why with without using based new do does not be your our we you all beyond".split()
)
_LONGEST_NAME = 32
"""Characters of a title's first part that still reads as a name."""
_FEW = 3
"""Titles that a word may stand in and be telling, however few papers there are."""
_LISTED = 25
"""Titles of a subject of which all papers can still be listed."""
_COMPARED, _SHARED = 60, 2
"""Papers among which two are looked for that can be compared, and the words that their titles share."""


def example_questions(papers: Sequence[Paper], most: int = 4) -> list[str]:
    """Return up to `most` questions, each of another kind, that the papers can answer."""
    kinds = (_by_name, _by_subject, _by_comparison, _by_time, _by_organisation)
    return [question for kind in kinds if (question := kind(papers))][:most]


def _by_name(papers: Sequence[Paper]) -> str | None:
    """Ask about the newest paper whose title begins with a name."""
    name = next((name for paper in _newest(papers) if (name := _name(paper))), None)
    return f"What does {name} do, and how well does it work?" if name else None


def _by_subject(papers: Sequence[Paper]) -> str | None:
    """Ask about the words that most titles share, but for those of words that every other title has."""
    words = Counter(word for paper in papers for word in set(_WORD.findall(paper.title.lower())))
    common = {word for word, count in words.items() if count > max(_FEW, len(papers) // 10)}
    counts = Counter(p for paper in papers for p in set(_phrases(paper.title)) if not common.issuperset(p))
    for phrase in [p for p in counts if len(p) > 2]:
        for part in (phrase[1:], phrase[:-1]):
            if counts[phrase] > counts[part] / 2:
                del counts[part]  # half of a name is no subject
    listed = Counter({phrase: count for phrase, count in counts.items() if count <= _LISTED})
    subject = _commonest(listed, at_least=2)
    return f"Which papers deal with {' '.join(subject)}?" if subject else None


def _by_comparison(papers: Sequence[Paper]) -> str | None:
    """Ask how two papers with names differ: those of the newest whose titles share most words."""
    named = [(name, set(_WORD.findall(p.title.lower())) - _EMPTY) for p in _newest(papers) if (name := _name(p))]
    pairs = [(len(a & b), x, y) for (x, a), (y, b) in combinations(named[:_COMPARED], 2) if x != y]
    shared, one, other = max(pairs, key=lambda pair: pair[0], default=(0, "", ""))
    return f"Compare {one} and {other}" if shared >= _SHARED else None


def _by_organisation(papers: Sequence[Paper]) -> str | None:
    subject = _commonest(Counter(p.organisation for p in papers if p.organisation), at_least=2)
    return f"What has {subject} published here?" if subject else None


def _by_time(papers: Sequence[Paper]) -> str | None:
    month = _commonest(Counter(p.date[:7] for p in papers if p.date and len(p.date) >= 7), at_least=2)
    return f"How many papers are from {shown_date(month)}?" if month else None


def _newest(papers: Sequence[Paper]) -> list[Paper]:
    return sorted(papers, key=lambda p: (p.date or "", p.paper_id), reverse=True)


def _name(paper: Paper) -> str | None:
    """Return the name that a title begins with, before a colon."""
    name, colon, _ = paper.title.partition(":")
    return name.strip() if colon and len(name) <= _LONGEST_NAME and len(paper.sentences) > 2 else None


def _phrases(title: str) -> Iterator[tuple[str, ...]]:
    """Yield each two and each three words that stand together, none of them empty."""
    words = _WORD.findall(title.lower())
    for size in (2, 3):
        for at in range(len(words) - size + 1):
            phrase = tuple(words[at : at + size])
            if all(len(word) > 2 for word in phrase) and not _EMPTY & set(phrase):
                yield phrase


def _commonest(counts: Counter[K], at_least: int) -> K | None:
    """Return the most frequent entry, the alphabet deciding between equals."""
    likely = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return next((name for name, count in likely if count >= at_least), None)


# ----------------------------------------------------------------------------------------------------

_MOST_OFFERED = 4
"""Models that have a button of their own; the others stand in the list of the panel."""
_SAMPLE_PAGES = frozenset(path.stem for path in SAMPLE)


def welcome_html(papers: Sequence[Paper]) -> str:
    """Return the greeting for a library of these papers."""
    if not papers:
        return (
            '<section class="welcome"><h2>This library is empty</h2>'
            "<p>Add papers below: a saved page that lists some, such as a <em>Daily Papers</em> page, a bibliography, "
            "or an address. Questions are answered from their abstracts.</p></section>"
        )
    examples = "".join(
        f"<li>{button('example', paper_text(q), 'example', data_question=q)}</li>" for q in example_questions(papers)
    )
    return (
        '<section class="welcome"><h2>Ask the abstracts</h2>'
        f"<p>{_holdings(papers)} Every sentence of an answer points at the sentence of the abstract it rests on.</p>"
        f'{_sample(papers)}<ul class="examples" aria-label="Example questions">{examples}</ul></section>'
    )


def connect_html(models: Sequence[str], *, is_connected: bool) -> str:
    """Return how a model can be connected from the page; nothing where one is. `models` answer on this machine."""
    if is_connected:
        return ""
    buttons = "".join(
        button("connect", f"Connect {attribute(model)}", "chip", data_model=model) for model in models[:_MOST_OFFERED]
    )
    if buttons:
        said = "Answers are quotes until a model writes them. On this machine there is:"
        return f'<div class="connect"><p class="small">{said}</p><div class="chips">{buttons}</div></div>'
    return (
        '<div class="connect"><p class="small">Answers are quotes: no model is connected. Start one on this machine '
        "(Ollama, LM Studio, llama.cpp, vLLM), and look for it or name its address. One elsewhere is set by "
        f'OPENAI_API_KEY or OPENAI_BASE_URL.</p><div class="row">{button("look", "Look for a model", "chip")}'
        '<input type="text" id="model-address" aria-label="Address of a model on this machine" maxlength="200" '
        f'placeholder="http://127.0.0.1:8080/v1">{button("connect_at", "Connect this address", "chip")}</div></div>'
    )


def of_the_sample(papers: Sequence[Paper]) -> list[Paper]:
    """Return the papers that came with the program, and that no page of a person's own has."""
    return [paper for paper in papers if paper.pages and _SAMPLE_PAGES.issuperset(paper.pages)]


def _sample(papers: Sequence[Paper]) -> str:
    """Return the line that tells the sample as such, and takes it out; nothing where not all its pages are here."""
    held = of_the_sample(papers)
    if {page for paper in held for page in paper.pages} != _SAMPLE_PAGES:
        return ""
    which = "These are" if len(held) == len(papers) else "Among them are"
    said = f"{which} the {len(held):,} papers of the sample, to try it with."
    return f'<p class="sample small">{said} {button("empty_sample", "Take the sample out", data_count=len(held))}</p>'


def _holdings(papers: Sequence[Paper]) -> str:
    """Return one sentence on how many papers there are, from when, and from which pages."""
    dates = sorted(p.date[:7] for p in papers if p.date)
    span = ""
    if dates:
        first, last = shown_date(dates[0]), shown_date(dates[-1])
        span = f" from {first}" if first == last else f" from {first} to {last}"
    pages = sorted({page for p in papers for page in p.pages})
    seen = f", saved from {plural(len(pages), 'page')}" if pages else ""
    return f"{plural(len(papers), 'paper')}{span}{seen}."

"""Six invented papers for the page's tests, and one whose text tries to be mark-up."""

from __future__ import annotations

import re

from rag.nouns import Paper

_SENTENCE = re.compile(r"\S.*?[.!?](?=\s|$)", re.DOTALL)


def paper(paper_id: str, title: str, abstract: str, **more: object) -> Paper:
    """Return a paper whose sentences end at full stops."""
    bounds = tuple(match.span() for match in _SENTENCE.finditer(abstract))
    return Paper(paper_id, title, abstract, bounds, **more)  # type: ignore[arg-type]


TIDE = paper(
    "2508.01001",
    "TideBench: Measuring Cultural Alignment of Language Models Across 31 Languages",
    "Language models are asked about values in many languages, yet most tests are written in English. "
    "We present TideBench, a set of 12,400 questions on everyday norms written by native speakers of 31 languages. "
    "Over 18 models, agreement with local raters falls from 71.3% in English to 48.9% in languages with few speakers. "
    "Larger models close a third of this gap, and prompts in the local language close a further fifth. "
    "We release questions, ratings and the code of the evaluation.",
    date="2025-08-22",
    authors=("Amara Okafor", "Lena Brandt", "Tomas Riva", "Yuki Sato", "Ines Duarte"),
    author_count=5,
    organisation="Harbour Institute",
    url="https://example.org/papers/2508.01001",
    arxiv_id="2508.01001",
    pages=("cultural-alignment", "august-week-4"),
    venue="Journal of Norms",
    upvotes=31,
)
DRIFT = paper(
    "2509.02002",
    "Value Drift: How Fine-Tuning on $10^{4}$ Dialogues Moves What a Model Prefers",
    "Fine-tuning changes more than style. "
    "We follow the stated preferences of seven open models while each is tuned on up to $10^{4}$ dialogues. "
    "After 2,000 dialogues the preferences of six models have moved by more than one standard deviation "
    "($\\sigma > 1$). "
    "Mixing in 5% of the original data halves the drift. "
    "Drift is not seen when only the tone of the dialogues is changed.",
    date="2025-09-03",
    authors=("Noor Haddad", "Piotr Wolski"),
    author_count=2,
    organisation="Lakeside University",
    url="https://example.org/papers/2509.02002",
    arxiv_id="2509.02002",
    pages=("value-alignment",),
)
RATERS = paper(
    "2509.03003",
    "Whose Values? Disagreement Between Raters as a Signal for Alignment",
    "Alignment data is often averaged over raters. "
    "We show that in 4 of 9 public data sets the average hides two stable groups of raters. "
    "A reward model that keeps the groups apart predicts held-out ratings better, by 6.2 points of accuracy. "
    "We argue that disagreement should be reported beside every score.",
    date="2025-09",
    authors=("Sofia Lindqvist",),
    author_count=1,
    organisation="Lakeside University",
    url="https://example.org/papers/2509.03003",
    pages=("value-alignment", "cultural-alignment"),
)
PROVERBS = paper(
    "proverbs-3fd2a1",
    "Proverbs as Probes of Cultural Knowledge in Language Models",
    "Proverbs carry norms in few words. "
    "We collect 3,150 proverbs in 14 languages with their meaning and a situation in which they are used. "
    "Models explain proverbs well and choose the fitting situation badly.",
    date="2025-08-02",
    date_inferred=True,
    author_count=8,
    url="https://example.org/papers/proverbs",
    pages=("cultural-alignment",),
)
COURT = paper(
    "2507.04004",
    "A Small Court of Critics: Cheap Oversight With Many Weak Judges",
    "Oversight by one strong judge is costly. "
    "We let five small models vote and call a large one only where they disagree. "
    "This reaches 97% of the accuracy of the large judge at a quarter of its cost.",
    date="2025-07-19",
    authors=("Ivo Marin", "Grace Abara", "Hugo Lund", "Mei Tan"),
    author_count=4,
    url="https://example.org/papers/2507.04004",
    pages=("alignment",),
    withdrawn="by its authors",
)
UNDATED = paper(
    "seeds-77ab09",
    "Seeds of Agreement",
    "Two models that share their first training steps agree more for the rest of training.",
    abstract_is_summary=True,
    pages=("alignment",),
)
EVIL = paper(
    "evil-000001",
    "<script>window.pwned=1</script><img src=x onerror=window.pwned=1> ![x](https://evil.example/x.png)",
    "<b>Bold claims</b> are made here, see [a link](javascript:window.pwned=1). "
    "<iframe src=https://evil.example></iframe> {{constructor}} ${window.pwned=1} is shown as it is. "
    "$\\unknown{<img src=x onerror=window.pwned=1>}$ ends it.",
    date="2025-09-30",
    authors=("<svg/onload=window.pwned=1>",),
    organisation='"><script>window.pwned=1</script>',
    url="javascript:window.pwned=1",
    pages=("<i>page</i>",),
)
PAPERS = (TIDE, DRIFT, RATERS, PROVERBS, COURT, UNDATED)

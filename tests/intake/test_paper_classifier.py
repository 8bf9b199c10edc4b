"""What is stored as a paper unasked: what its file, its record or its words say is one, and no recipe."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.intake.paper_classifier import reads_like_a_paper
from rag.library import Library
from rag.nouns import Record, Selection
from tests.intake.conftest import Read

Reader = Callable[[str | bytes, str], Read]
CAT = "My cat is called Minka and she likes to sleep on the warm keyboard when I write. Yesterday she caught a mouse."
SOUP = (
    "Fry an onion in oil until it is soft. Add a kilo of tomatoes and half a litre of stock, let it cook for an hour."
)
TRAM = "The city council approved a new tram line on Tuesday evening. It will cost 210 million euros."
ROLE = "We propose a role in our team in Berlin. You will build models for language and measure how well they work."
CHAIR = "A chair of oak, with four legs and a back. It holds 120 kg and comes in three colours."
SHOE = "The Trail Runner 3000 improves grip on wet stones by 40% over others. It weighs only 210 grams a shoe."
FILM = "A captain sails a schooner into a storm and must decide whom to trust. His crew turns against him."
WIKI = "For many years, sequence modelling was done by using recurrent networks. An early one was the Elman network."
PAPER = "We study reward hacking in small grid worlds and show that 37% of trained agents exploit the proxy."
ITEM = f"<item><title>Mayor opens bridge</title><description>{TRAM}</description><author>Ann Bee</author></item>"
JUNK = {
    "blog.html": f"<body><h1>My cat</h1><p>{CAT}</p><h2>Recipe</h2><p>{SOUP}</p></body>",
    "recipe.txt": f"Simple Tomato Soup\n\n{SOUP}\n\nPancakes for Four\n\n{SOUP}\n",
    "news.txt": f"City Council Approves New Tram Line\n\n{TRAM}\n\nFootball: United Win Again\n\n{TRAM}\n",
    "job.html": f"<body><h2>Senior Research Engineer</h2><p>{ROLE}</p><h2>Data Scientist</h2><p>{ROLE}</p></body>",
    "shop.html": f"<body><h3>Trail Runner 3000</h3><p>{SHOE}</p><h3>Chair</h3><p>{CHAIR}</p></body>",
    "wiki.html": f"<title>AI - Wikipedia</title><h1>AI</h1><p>{WIKI}</p><h2>History</h2><p>{WIKI}</p>",
    "wiki.txt": f"Transformer\n\nFrom Wikipedia, the free encyclopedia\n\nHistory\n\n{WIKI}\n",
    "products.json": json.dumps([{"title": "Lamp", "url": "https://shop/1"}, {"title": "Chair", "summary": CHAIR}]),
    "news.json": json.dumps(
        {"articles": [{"title": "Mayor", "author": "Ann Bee", "content": TRAM, "publishedAt": "2025"}]}
    ),
    "notes.jsonl": json.dumps({"title": "Soup", "text": SOUP}) + "\n",
    "page.html": f'<script type="application/ld+json">{json.dumps({"title": "Cat", "text": CAT})}</script><p>{CAT}</p>',
    "mail.txt": f"Dear Anna\n\nI read the draft. The results of the study are in section two.\n\nThanks\n\n{TRAM}\n",
    "films.csv": f'title,summary,year\nThe Sea Wolf,"{FILM}",1999\n',
    "feed.xml": f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{ITEM}</channel></rss>',
}


@pytest.mark.parametrize("name", JUNK)
def test_what_nothing_marks_as_a_paper_is_not_stored_unasked(read: Reader, name: str) -> None:
    page = read(JUNK[name], name)
    assert not page.records
    assert "1.0" not in page.receipt


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f"Reward Hacking in Small Worlds\n\n{PAPER} A method of two steps improves these results.\n"),
        (
            "b.txt",
            "Bounded gaps\n\nIt is proved that there are infinitely many pairs of primes. A theorem of Bee is used.\n",
        ),
        ("a.jsonl", json.dumps({"title": "Hacking", "abstract": SOUP}) + "\n"),
        ("beir.jsonl", json.dumps({"_id": "1", "title": "Hacking", "text": SOUP}) + "\n"),
        ("list.json", json.dumps([{"title": "Hacking", "authors": ["Ann Bee", "Carl Dee"]}])),
        ("doi.csv", "title,doi\nHacking,10.1234/hack\n"),
        ("plain.csv", "title,abstract\nHacking,\n"),
        ("a.bib", "@misc{a, title={Hacking}}"),
    ],
)
def test_what_is_marked_or_reads_like_a_paper_is_stored(read: Reader, name: str, text: str) -> None:
    assert len(read(text, name).records) == 1


def test_the_sample_s_abstracts_read_like_papers(sample: Library) -> None:
    papers = sample.papers()
    assert (
        sum(not reads_like_a_paper(Record(paper.title, paper.abstract)) for paper in papers) <= 1 + len(papers) // 200
    )


def test_a_preview_tells_what_is_unsure_once_and_a_wanted_id(empty: Library, tmp_path: Path) -> None:
    (soup := tmp_path / "soup.txt").write_text(JUNK["recipe.txt"])
    told = str(empty.add(soup, dry_run=True))
    assert told.count("Simple Tomato Soup") == 1
    assert "Nothing in it is sure to be a paper" in told
    (ids := tmp_path / "ids.txt").write_text("2405.01234\nhttps://arxiv.org/abs/2310.06825v2\n")
    assert "arXiv:2405.01234: (no abstract)" in str(empty.add(ids, dry_run=True))
    assert empty.add(soup, selection=Selection(unsure=True)).new == 2


if __name__ == "__main__":  # of the abstracts of these files, how many are unsure
    texts = (gzip.decompress(Path(path).read_bytes()) for path in sys.argv[1:])
    rows = {row["id"]: row for text in texts for row in map(json.loads, text.splitlines())}
    print(len(rows), sum(not reads_like_a_paper(Record(row["title"], row["abstract"])) for row in rows.values()))

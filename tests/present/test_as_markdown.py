from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.library import Library
from rag.nouns import Answer, Citation, CitedSentence, Paper, Status
from rag.present import answer_to_markdown, escape_markdown

HOSTILE = (
    "**bold** _it_ `code` [x](http://evil.example) ![i](http://evil.example/i.png) <b onclick=x>h</b> "
    "<http://evil.example> # no\n# heading\n- item\n+ item\n1. one\n2) two\n> quote\n    indented\n===\n---\n"
    "| a | b |\n|---|---|\n~~~\n```\n"
    "$x$ \\(y\\) &lt; &#35; http://evil.example www.evil.example a@evil.example [1]: http://evil.example ~~s~~ ^1 \\"
)


def shown(markdown: str) -> tuple[str, set[str]]:
    """Return the text a reader sees, and the tags around it."""
    html = MarkdownIt("gfm-like", {"linkify": False}).render(markdown)
    text = re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&").replace("\u00a0", " "), set(re.findall(r"<(\w+)", html))


def test_hostile_text_is_shown_as_it_is():
    text, tags = shown(escape_markdown(HOSTILE))
    assert tags <= {"p", "br"}
    assert text.split() == HOSTILE.split()


@given(st.text(alphabet="*_`[]()<>#+-.!|~$&@:/\\ \n\t19ahtpw=^{}", max_size=60))
def test_no_text_is_mark_up(text: str):
    seen, tags = shown(escape_markdown(text))
    assert tags <= {"p", "br"}
    assert seen.split() == text.split()


@pytest.mark.parametrize("written", ["http://evil.example", "www.evil.example", "a@evil.example"])
def test_no_address_is_left_for_an_autolinker(written: str):
    assert written not in escape_markdown(written)


def test_the_only_links_are_the_catalogues():
    paper = Paper("p", f"Title {HOSTILE}", "S.", ((0, 2),), url="https://papers.example/a_(b)", date="2024")
    unknown = Paper("u", "No [link](http://evil.example)", "")
    answer = Answer(
        "q", "q", Status.ANSWERED, None, f"{HOSTILE}\n\nSecond [1].",
        citations=(Citation(1, paper, (CitedSentence(1, 0, 2, "S."),)), Citation(2, unknown, ())),
        related=(unknown,), warnings=(HOSTILE,),
    )  # fmt: skip
    html = MarkdownIt("gfm-like", {"linkify": False}).render(answer_to_markdown(answer))
    assert re.findall(r'href="([^"]*)"', html) == [
        "https://papers.example/a_%28b%29",
        "https://huggingface.co/papers?q=No+%5Blink%5D%28http%3A%2F%2Fevil.example%29",
        "https://huggingface.co/papers?q=No+%5Blink%5D%28http%3A%2F%2Fevil.example%29",
    ]
    assert "<img" not in html
    assert "onclick=x&gt;" in html


def test_an_answer_reads_as_lines_references_and_notes():
    paper = Paper("p", "Owls", "Owls hunt.", ((0, 10),), url="https://papers.example/p", date="2024-05")
    answer = Answer(
        "q", "q", Status.ANSWERED, None, "- Owls hunt [1].\n- So.",
        citations=(Citation(1, paper, (CitedSentence(1, 0, 10, "Owls hunt."),)),), warnings=("Cut off.",),
    )  # fmt: skip
    assert answer_to_markdown(answer) == (
        "\\- Owls hunt \\[1\\].\\\n\\- So.\n\n"
        "- \\[1\\] [Owls](https://papers.example/p) (2024-05)\n"
        "    - sentence 1: “Owls hunt.”\n\n"
        "**Notes**\n\n- Cut off.\n"
    )


def test_titles_that_code_set_in_italics_are_italics_and_a_paper_s_own_stars_are_not(sample: Library) -> None:
    answer = sample.ask("What is NormAd?")
    title = answer.citations[0].paper.title
    assert f"*{title}*" in answer_to_markdown(answer)
    assert "\\*" not in answer_to_markdown(answer)
    assert "\\*so\\*" in answer_to_markdown(replace(answer, text=f"{answer.text} *so*"))

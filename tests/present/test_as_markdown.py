from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.library import Library
from rag.nouns import Answer, Citation, CitedSentence, Paper, Status
from rag.present import answer_to_markdown
from rag.present.as_markdown import escape_markdown

HOSTILE = (
    "**bold** _it_ `code` [x](http://evil.example) ![i](http://evil.example/i.png) <b onclick=x>h</b> "
    "<http://evil.example> # no\n# heading\n- item\n+ item\n1. one\n2) two\n> quote\n    indented\n===\n---\n"
    "| a | b |\n|---|---|\n~~~\n```\n"
    "$x$ \\(y\\) &lt; &#35; http://evil.example www.evil.example a@evil.example [1]: http://evil.example ~~s~~ ^1 \\"
)


VIEWER = MarkdownIt("gfm-like", {"linkify": False})


def shown(markdown: str) -> tuple[str, set[str]]:
    """Return the text a reader sees, and the tags around it."""
    html = VIEWER.render(markdown)
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
    html = VIEWER.render(answer_to_markdown(answer))
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
        "- Owls hunt \\[1\\].\n- So.\n\n"
        "**Sources**\n\n- \\[1\\] [Owls](https://papers.example/p) (2024-05)\n"
        "    - sentence 1: “Owls hunt.”\n\n"
        "**Notes**\n\n- Cut off.\n"
    )


def told(text: str, title: str = "Owls", **more: Any) -> str:
    """Return a page made of an answer's text by a Markdown viewer; the answer cites a paper of that title."""
    cited = Citation(1, Paper("p", title, "Owls hunt.", ((0, 10),)), (CitedSentence(1, 0, 10, "Owls hunt."),))
    answer = Answer("q", "q", Status.ANSWERED, None, text, citations=(cited,), **more)
    return str(VIEWER.render(answer_to_markdown(answer))).partition("<p><strong>Sources")[0]


def test_lists_bold_and_italics_of_an_answer_are_lists_bold_and_italics() -> None:
    html = told("*Owls* says:\n- “It *is* so.” [1]\n- **two**\n3. three\n4) four\n# Head\nOne\n`two`\n\n- - three")
    assert html == (
        "<p><em>Owls</em> says:</p>\n<ul>\n<li>“It *is* so.” [1]</li>\n<li><strong>two</strong></li>\n</ul>\n"
        '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n<h3>Head</h3>\n<p>One<br />\n<code>two</code></p>\n'
        "<ul>\n<li>- three</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "said", ["A* search *is* _good_", "`a` and **b**", "Owls “at *night*” and *day*", "$x_{1}^*$ of *y*", "[1](x) <b>*"]
)
def test_what_a_paper_says_is_shown_as_it_says_it(said: str) -> None:
    paper = Paper("p", said, f"{said}.", ((0, len(said) + 1),))
    cited = Citation(1, paper, (CitedSentence(1, 0, len(said) + 1, f"{said}."),))
    answer = Answer("q", "q", Status.ANSWERED, None, f"- *{said}*: “{said}.” [1]", citations=(cited,))
    html = VIEWER.render(answer_to_markdown(answer))
    as_said = said.replace("<", "&lt;").replace(">", "&gt;")
    assert f"<li><em>{as_said}</em>: “{as_said}.” [1]</li>" in html


@pytest.mark.parametrize("hidden", ["![p](https://evil.example/x.png)", "<img src=x onerror=alert(1)>", "[l](x:y)"])
def test_a_tick_that_a_paper_hides_in_a_quotation_opens_nothing(hidden: str) -> None:
    html = told(f"Owls say: “We ” win `on “several ` {hidden} ” counts` and more.” [1]")
    assert not re.search(r"<(?!/?p>)", html), html


def test_german_quotation_marks_end_where_they_end() -> None:
    assert "<p>„*Ja*“ sagt <em>Owls</em>, „nein” <em>Owls</em>.</p>" in told("„*Ja*“ sagt *Owls*, „nein” *Owls*.")


@given(st.text(alphabet="*_`[]()<>#+-.!|~$&@:/\\ \n\t19ahtpw=^{}“”", max_size=60))
def test_an_answer_holds_no_other_mark_up(text: str) -> None:
    tags = set(re.findall(r"<(\w+)", told(text)))
    assert tags <= {"p", "br", "em", "strong", "code", "ul", "ol", "li", "h3"}


def test_a_comparison_without_a_model_is_its_table_alone(sample: Library) -> None:
    answer = sample.ask("Compare NormAd and CulturalBench")
    body = answer_to_markdown(answer).partition("**Sources**")[0]
    assert body.startswith("| Aspect | NormAd | CulturalBench |")
    assert "\n\n" not in body.strip()
    written = replace(answer, reader="a model")
    assert "<li><em>NormAd</em>: “" in VIEWER.render(answer_to_markdown(written))


def test_a_table_of_counts_does_not_stand_for_the_papers_named_beside_it(sample: Library) -> None:
    text = answer_to_markdown(sample.ask("How many papers are from each month?"))
    assert "| Month | Papers |" in text
    assert "- *JiraiBench" in text


def test_titles_that_code_set_in_italics_are_italics_and_a_paper_s_own_stars_are_not(sample: Library) -> None:
    answer = sample.ask("What is NormAd?")
    title = answer.citations[0].paper.title
    assert f"*{title}*" in answer_to_markdown(answer)
    assert "\\*" not in answer_to_markdown(answer)
    assert "\\*so\\*" in answer_to_markdown(replace(answer, text=f"{answer.text} “… *so*”"))

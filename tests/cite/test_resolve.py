from __future__ import annotations

import re

import pytest

from rag.cite import Resolved, resolve
from rag.nouns import Cite, Draft, Paper, Passage
from tests.cite.papers import SHOWN, draft, passage


def resolved(text: str) -> Resolved:
    return resolve(draft(text), final=True)


def cites(text: str) -> list[list[tuple[int, int]]]:
    return [[(cite.number, cite.sentence) for cite in claim.cites] for claim in resolved(text).claims]


def test_papers_are_numbered_in_order_of_first_use():
    answer = resolved("Moths hear bats [P3.1]. Bats call [P2.1]. They hear them from afar [P3.1].")
    assert answer.text == "Moths hear bats [1]. Bats call [2]. They hear them from afar [1]."
    assert [(citation.number, citation.paper.paper_id) for citation in answer.citations] == [(1, "moths"), (2, "bats")]
    assert [claim.cites for claim in answer.claims] == [(Cite(1, 1),), (Cite(2, 1),), (Cite(1, 1),)]


def test_a_quote_is_the_abstract_between_its_offsets():
    (citation,) = resolved("Owls hit often [P1.2][P1.0].").citations
    metadata, second = citation.sentences
    assert second.quote == "Of 100 strikes 80 hit, 95% CI [2.1, 7.70]." == SHOWN[0].paper.abstract[25:67]
    assert (second.index, second.start, second.end) == (2, 25, 67)
    assert (metadata.index, metadata.start, metadata.end) == (0, None, None)
    assert metadata.quote == "Date: 2024-05-17."


@pytest.mark.parametrize(
    "pointer",
    [
        "[P2.1, P2.2]", "[P2.1][P2.2]", "[P2.1] [P2.2]", "[P2.1], [P2.2]", "[P2.1; P2.2]", "[P2.1 and P2.2]",
        "[P2.1](https://x.example)[P2.2](javascript:x)",
        "[P2.1-2]", "[P2.1-P2.2]", "[P2.1–2.2]", "[P2.1, 2]", "【P2.1】【P2.2】", "[p2.1, p2.2]", "(P2.1, P2.2)",
        "(see P2.1; P2.2)", "[ P2.1 , P2.2 ]", r"\[P2.1, P2.2\]", "[[P2.1, P2.2]]", "`[P2.1]``[P2.2]`", "[2.1, 2.2]",
        "[2.1][2.2]", "[Paper 2, sentences 1 and 2]", "[see P2.1, P2.2]", "[P2:1, P2:2]", "［P2.1，P2.2］",
        "[P2.2-P2.1]", "[^P2.1][^P2.2]", "[P2.1](#p2)[P2.2]", "[P2.S1, P2.S2]", "[Source: P2.1, P2.2]",
    ],
)  # fmt: skip
def test_every_shape_of_a_pointer_is_read(pointer: str):
    answer = resolved(f"Bats call briefly {pointer}.")
    assert answer.text == "Bats call briefly [1]."
    assert cites(f"Bats call briefly {pointer}.") == [[(1, 1), (1, 2)]]


@pytest.mark.parametrize(
    "own",
    [
        "95% CI [2.1, 7.70]", "a gain of [1, 2] dB", "Then they [P2.1] drop at once", "the P3 band",
        "a scale of [0, 1]", "as P2.1 has it",
        "values in [3.06, 7.70]", "in [2024] they", "(2) and (3.1)", "an array [a, b]", "(p < 0.05)", "[sic]",
        "at p.3 of it", "(P 0.05)", "[95% CI, 2.1-7.7]", "H2.1 and XP2.1", "see [2.04]",
    ],
)  # fmt: skip
def test_brackets_that_are_no_pointers_stay(own: str):
    answer = resolved(f"It is {own} here.")
    assert answer.text == f"It is {own} here."
    assert not answer.citations
    assert not answer.warnings


def test_every_bracket_of_the_shown_text_survives_when_quoted():
    for known in SHOWN:
        for index in range(1, len(known.paper.sentences) + 1):
            sentence = known.paper.sentence(index)
            assert resolved(f"“{sentence}”").text == f"“{sentence}”"


def test_a_lookalike_in_an_abstract_does_not_disarm_the_true_pointer():
    assert resolved("Bats call [P2.1].").text == "Bats call [1]."


@pytest.mark.parametrize("pointer", ["[P9.1]", "[P2.99]", "[P0.1]", "[P9]", "[P99999999.1]", "(P9.1)", "[7]"])
def test_pointers_to_nothing_are_left_out_and_reported(pointer: str):
    answer = resolved(f"Bats call {pointer}. They fly {pointer} at night.")
    assert answer.text == "Bats call. They fly at night."
    assert not answer.citations
    (warning,) = answer.warnings
    assert pointer.strip("[P]()") in warning


def test_many_pointers_to_nothing_make_one_line():
    (warning,) = resolved(" ".join(f"A [P{n}.1]." for n in range(10, 40))).warnings
    assert warning == "Left out pointers to nothing that was shown: P10.1, P11.1, P12.1, P13.1, P14.1 and 25 more."


def test_a_range_past_the_end_is_cut_to_what_exists_and_reported():
    answer = resolved("Moths act [P3.1-9].")
    assert cites("Moths act [P3.1-9].") == [[(1, 1), (1, 2)]]
    assert answer.warnings == ("Left out pointers to nothing that was shown: P3.1-9.",)


@pytest.mark.parametrize("pointer", ["[P2]", "[2]", "(P2)", "[Paper 2]", "[p2]"])
def test_a_bare_paper_is_attached_to_its_best_sentence(pointer: str):
    (claim,) = resolved(f"Each catch comes after three calls {pointer}.").claims
    assert claim.cites == (Cite(1, 4, attached=True),)


def test_a_paper_without_an_abstract_is_attached_to_its_metadata_line():
    answer = resolve(Draft("It is there [P1].", (Passage(Paper("x", "X", ""), 1.0),), "scripted"), final=True)
    assert answer.claims[0].cites == (Cite(1, 0, attached=True),)


def test_a_pointer_to_a_sentence_needs_no_attaching():
    assert cites("Bats call [P2][P2.1].") == [[(1, 1)]]


def test_one_place_holds_one_marker_a_paper():
    assert resolved("They do [P2.1][P1.1][P2.2][P1.2].").text == "They do [1][2]."


def test_links_of_the_model_become_text_and_are_reported():
    answer = resolved(
        "See [here](https://evil.example/a_(b)), http://evil.example/x. Or ![i](data:x), www.evil.example!"
    )
    assert answer.text == "See here, (link removed). Or i, (link removed)!"
    assert answer.warnings == ("Took out 4 links that the model wrote and that no shown paper holds.",)


def test_links_of_the_shown_text_stay():
    text = "Data: https://owls.example/data, https://papers.example/owls and [here](https://owls.example/data)."
    answer = resolved(text)
    assert answer.text == text.replace("[here]", "here ")
    assert not answer.warnings


def test_a_markdown_link_of_an_abstract_survives_when_quoted():
    shown = (passage("x", "X", "It is at the [link](https://x.example/a)."),)
    answer = resolve(Draft("“It is at the [link](https://x.example/a).” [P1.1]", shown, "scripted"), final=True)
    assert answer.text == "“It is at the [link](https://x.example/a).” [1]"


def test_a_link_hidden_in_a_label_or_around_a_pointer_goes_too():
    assert "evil" not in resolved("A [http://evil.example](http://evil.example) b [P2.1](https://evil.example).").text


@pytest.mark.parametrize("half", ["[P2.", "[P", "[", "[P2.1, P", "【P2.1", "(P2.", "\\[P2", "[2"])
def test_a_draft_cut_through_a_pointer_shows_no_half(half: str):
    assert resolved(f"Bats call {half}").text == "Bats call"


def test_the_way_of_the_markers_is_kept():
    answer = resolved("Bats [P2.1] and moths [P3.1].")
    assert [(answer.text[m.start : m.end], m.number) for m in answer.markers] == [("[1]", 1), ("[2]", 2)]


def test_nothing_shown_means_nothing_cited():
    answer = resolve(Draft("Bats call [P1.1][2].", (), "scripted"), final=True)
    assert (answer.text, answer.citations) == ("Bats call.", ())


def test_only_square_brackets_of_the_shown_text_protect_square_ones():
    shown = (passage("x", "X", "We do two things: (1) we count, (2) we weigh. The gain is (1, 2) dB."),)
    answer = resolve(Draft("They count [1]. They weigh [2]. It is [1.1, 1.2].", shown, "scripted"), final=True)
    assert answer.text == "They count [1]. They weigh. It is [1]."
    assert [marker.number for marker in answer.markers] == [1, 1]


def test_a_single_number_in_brackets_is_the_abstracts_own_only_after_the_same_words():
    shown = (passage("x", "X", "Owls hunt, as shown in [1]. They [2] rest."),)
    answer = resolve(Draft("“Owls hunt, as shown in [1].” [P1.1] They rest [2] [1].", shown, "scripted"), final=True)
    assert answer.text == "“Owls hunt, as shown in [1].” [1] They rest [1]."
    assert [marker.start for marker in answer.markers] == [30, 44]


@pytest.mark.parametrize("forged", ["［１］", "[¹]", "[𝟏]", "[01]", "[ 1 ]", "[1.]", "[①]", "〔1〕", "[१]"])
def test_a_number_in_brackets_is_a_marker_in_whatever_digits(forged: str):
    answer = resolved(f"Owls hunt mice {forged}.")
    assert answer.text == "Owls hunt mice [1]."
    assert len(answer.markers) == 1


@pytest.mark.parametrize("forged", ["[[P9.9]1]", "[1[P9.9]]", "[[1](http://e.example/)2]", "[[ ](http://e.example/)1]"])
def test_leaving_something_out_forges_no_marker(forged: str):
    answer = resolved(f"Owls hunt {forged} mice {forged} at night.")
    assert answer.text.count("[1]") == len(answer.markers)


LINKS = [
    "https[P9.9]://evil.example/x", "https:[P9.9]//evil.example/x", "https://[P9.9]evil.example",
    "h[P9.9]ttps://evil.example", "[https:](http://a.example)//evil.example",
    "https:[//evil.example](http://a.example)",
    "[https:](http://a.example) [P9.9]//evil.example", "https://еvil.example/x", "https://[2001:db8::1]/evil",
    "hxxps://evil.example", "http:/evil.example", "http:evil.example", "https:\\\\evil.example", "vscode://evil/x",
    "https：//evil.example", "ｈｔｔｐｓ://evil.example", "https:／／evil.example", "javascript:evil()",
    "mailto:evil@evil.example", "1https://evil.example", "data:text/html,evil", "evil.example/login",
    "www.evil.example", "ht\u200btps://evil.example", "\\href{https://evil.example/}{x}",
    "https://owls.example/data.evil.example",
    "https://owls.exampleé.evil.example", "x@https://evil.example", "ssh://evil.example",
]  # fmt: skip
CLICKABLE = re.compile(
    r"(?i)[\w+.-]+[:：][/／\\]{2}(?!owls\.example/data\b)\S*|\bhttps?:[/\\]*\w|www\.\w|(?:javascript|mailto|data):\w"
    r"|(?<![\w.])evil\.example/"
)


@pytest.mark.parametrize("link", LINKS)
def test_no_way_of_writing_a_link_brings_it_to_the_screen(link: str):
    answer = resolved(f"Look at {link} now. Owls hunt [P1.1].")
    assert not CLICKABLE.search(answer.text)
    assert any("link" in warning for warning in answer.warnings)


def test_a_link_of_the_shown_text_is_not_stretched_to_another_host():
    shown = (passage("x", "X", "Data: https://owls.example and 数据见https://a.example/x获取。"),)
    for more in ("é.evil.example", "。evil.example", "中.evil.example"):
        answer = resolve(Draft(f"See https://owls.example{more}.", shown, "scripted"), final=True)
        assert f"https://owls.example {more}" in answer.text
    quoted = "“数据见https://a.example/x获取。”"
    assert resolve(Draft(quoted, shown, "scripted"), final=True).text == quoted


def test_a_link_of_the_shown_text_stays_with_its_scheme_or_without():
    shown = (passage("x", "X", "Code: https://github.com/owls/ears and models at owls.ai/models."),)
    text = "Code: github.com/owls/ears, models: owls.ai/models."
    assert resolve(Draft(text, shown, "scripted"), final=True).text == text


@pytest.mark.parametrize(
    "plain", ["GPT-3.5/GPT-4", "e.g./i.e.", "and/or", "Node.js/React", "a ratio: 3:2", "F1: 0.9", "x://"]
)
def test_what_is_no_link_stays(plain: str):
    assert resolved(f"It is {plain} here.").text == f"It is {plain} here."


def test_a_link_right_after_a_word_of_a_language_without_spaces_is_still_a_link_of_the_shown_text():
    assert resolved("数据见https://owls.example/data。").text == "数据见https://owls.example/data。"

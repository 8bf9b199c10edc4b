from hypothesis import given
from hypothesis import strategies as st

from rag.base.text.cleaning import clean, clean_line, decode, original_if_changed


def test_invisible_characters_ligatures_and_entities_go() -> None:
    assert (
        clean("e\ufb03cient\u200b \u202eknow\u00adledge\x00 of R&amp;D &amp;lt;5&#37;")
        == "efficient knowledge of R&D <5%"
    )


def test_lines_of_a_paragraph_are_joined_and_paragraphs_kept() -> None:
    assert clean("We study\r\nmulti-\nmodal models,\n  pre-\nand post-trained.\n \n\nSecond.") == (
        "We study multi-modal models, pre- and post-trained.\n\nSecond."
    )


def test_latex_is_kept_as_written() -> None:
    text = r"We let $\alpha_{i} \leq 5\%$ for all $a &\notin b$, \textit{cf.} \cite{x}."
    assert clean(text) == text


def test_tags_go_where_they_are_tags_and_stay_where_they_are_the_subject() -> None:
    assert clean("<jats:p>H<sub>2</sub>O &lt;i&gt;flows&lt;/i&gt;.</jats:p>") == "H2O flows."
    assert clean("the <s> token and <p> too") == "the <s> token and <p> too"


def test_joiners_stay_where_a_script_needs_them() -> None:
    assert clean("a\u200db") == "ab"
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


def test_mirror_hosts_are_rewritten() -> None:
    assert clean("at https://huggingface.010818.xyz/papers/1 and hf-mirror.com.") == (
        "at https://huggingface.co/papers/1 and huggingface.co."
    )
    assert clean("at https://not-hf-mirror.com/x") == "at https://not-hf-mirror.com/x"


def test_the_original_is_kept_only_where_more_than_space_changed() -> None:
    assert original_if_changed("a\n b", clean("a\n b")) is None
    assert original_if_changed("a&lt;b", clean("a&lt;b")) == "a&lt;b"


def test_encodings_are_told_apart() -> None:
    text = "Müller’s “quoted” – naïve"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert decode(text.encode(encoding)) == (text, ())
    assert decode(text.encode("utf-16-le"))[0] == text
    latin, warnings = decode(text.encode("cp1252"))
    assert latin == text
    assert "Latin-1" in warnings[0]


def test_one_bad_byte_does_not_turn_a_file_into_latin_1() -> None:
    text, warnings = decode("éàü ".encode() * 20 + b"\xff" + "éàü".encode())
    assert text.count("é") == 21
    assert "1 bytes" in warnings[0]


def test_a_file_cut_inside_a_character_is_told() -> None:
    text, warnings = decode(b"caf" + "é".encode()[:1])
    assert text == "caf"
    assert "cut off" in warnings[0]


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean_line(text).encode("utf-8")


@given(st.text(alphabet="&amp;lt#38x<>/pbi \n-\r\u2028a"))
def test_cleaning_mark_up_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.binary())
def test_any_bytes_become_text(data: bytes) -> None:
    decode(data)[0].encode("utf-8", "surrogatepass")

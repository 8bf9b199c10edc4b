"""What people bring by mistake: each gets a clear line, and the good records of a half-bad file are kept."""

import gzip
import io
import json
import os
import random
import sys
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.base.errors import UsageError
from rag.intake import content as pipes
from rag.intake import sources
from tests.intake.conftest import Read, read_all
from tests.timing import grows_linearly

Reader = Callable[..., Read]
LINE = json.dumps({"title": "A title", "abstract": "An abstract of it."})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (random.Random(1).randbytes(5000), "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (b"SQLite format 3\x00", "database"),
        (b"BZh91AY", "bzip2"),
        (b"Dear all,\n\nthanks.\n\nAnn\n", "No paper was found"),
        (b"<html><body></body></html>", "No paper was found"),
        (b'{"a": [1, 2', "breaks off"),
        (b"[" * 100_000, "nested too deep"),
        (b"<feed", "cut off"),
        (b"PK\x03\x04 cut", "zip file is damaged"),
        (b"title,abstract\n", "no rows"),
    ],
)
def test_a_file_without_papers_gets_one_clear_line(read: Reader, content: bytes, said: str) -> None:
    page = read(content, "x.dat")
    assert not page.records
    assert said in page.receipt
    assert len(page.warnings) == 1


@pytest.mark.parametrize(
    ("content", "name", "format", "said"),
    [
        ('{"name": "my-app", "version": "1.0.0"}', "package.json", "json", "an object with “name”, “version”"),
        ('{\n "messages": [{"role": "user", "content": "Hi"}]\n}', "chat.json", "json", "an object with “messages”"),
        (
            '[{"user": "U1"}, {"user": "U2"}]',
            "slack.json",
            "json",
            "a list of 2, the first of them an object with “user”",
        ),
        ('{"a": 1}\n{"a": 2}\n', "a.jsonl", "jsonl", "these lines of JSON"),
    ],
)
def test_json_of_another_kind_is_told_what_it_is_and_what_a_record_needs(
    read: Reader, content: str, name: str, format: str, said: str
) -> None:
    page = read(content, name)
    assert (page.records, page.format) == ([], format)
    assert said in page.warnings[0]
    assert "a record needs “title” and “abstract”" in page.warnings[0]


def test_a_missing_path_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        list(sources(tmp_path / "nowhere.txt"))


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    (only,) = read_all(tmp_path)
    assert "holds no file" in only.receipt


def test_bad_lines_of_json_cost_no_good_ones(read: Reader) -> None:
    lines = [LINE, "not json", "[1]", '{"foo": 1}', '{"title": "", "abstract": ""}', LINE, '{"title": "cut'.ljust(30)]
    page = read("\n".join(lines), "x.jsonl")
    assert [sighting.line for sighting in page.sightings] == [1, 6]
    assert [line.line for line in page.skipped] == [2, 3, 4, 5, 7]


def test_a_line_in_another_encoding_is_read_and_named(read: Reader) -> None:
    page = read(LINE.encode() + b'\n{"title": "caf\xe9", "abstract": "A b c."}\n', "x.jsonl")
    assert page.titles == ["A title", "café"]
    assert "Line 2" in page.receipt


def test_an_abstract_of_one_word_is_kept_and_pointed_out(read: Reader) -> None:
    page = read('{"title": "A title", "abstract": "TBD"}\n', "x.jsonl")
    assert page.records[0].abstract == "TBD"
    assert "only “TBD”" in page.receipt


@pytest.mark.parametrize("written", ['"yesterday-ish"', '"12/11/2024"', "1700000000", '"2024-02-31"', '"31 June 2024"'])
def test_a_date_that_cannot_be_read_is_named_with_its_line(read: Reader, written: str) -> None:
    dated = f'{{"title": "B", "abstract": "A lake.", "date": {written}}}\n'
    page = read('{"title": "A", "abstract": "Some fish."}\n' + dated)
    assert [one.date for one in page.records] == [None, None]
    assert "Line 2: the date “" + written.strip('"') + "” of “B” cannot be read" in page.receipt


def test_a_date_far_ahead_is_kept_and_named(read: Reader) -> None:
    page = read('{"title": "B", "abstract": "A lake.", "date": "2099-01-01"}\n')
    assert page.records[0].date == "2099-01-01"
    assert "lies far ahead" in page.receipt


def test_a_summary_is_not_counted_as_no_abstract(read: Reader) -> None:
    page = read('{"title": "B", "ai_summary": "A lake is small.", "date": "2024"}\n')
    assert page.records[0].abstract_is_summary
    assert page.missing == {"more than a summary": 1, "authors": 1, "url": 1}


def test_a_title_of_2000_characters_is_passed_over(read: Reader) -> None:
    page = read(LINE + "\n" + json.dumps({"title": "t" * 2000, "abstract": "A b c."}), "x.jsonl")
    assert len(page.records) == 1
    assert "2000 characters" in page.receipt


def test_a_text_of_a_book_is_no_abstract(read: Reader) -> None:
    page = read(LINE + "\n" + json.dumps({"title": "A Book", "abstract": "word " * 20_000}), "x.jsonl")
    assert page.titles == ["A title"]
    assert "more than 50000 are no abstract" in page.receipt


def test_a_cookie_banner_is_no_abstract(read: Reader) -> None:
    banner = "We use cookies to improve your experience on this site. By clicking accept you agree to our use of them."
    page = read(json.dumps({"title": "A title", "abstract": banner}), "x.jsonl")
    assert page.records[0].abstract == ""
    assert "notice on cookies" in page.receipt
    page = read(f"Cookie settings\n\n{banner} You can change this at any time.\n", "x.txt")
    assert not page.records
    assert "notice on cookies" in page.receipt
    study = "We study how web sites use cookies, and by what means people agree to them. The results are clear."
    assert read(json.dumps({"title": "Cookies", "abstract": study}), "x.jsonl").records[0].abstract == study


def test_a_json_document_that_breaks_off_keeps_its_whole_papers(read: Reader) -> None:
    items = [{"paper": {"id": f"2401.0000{n}", "title": f"Paper {n} of many", "summary": "It is."}} for n in range(4)]
    for document in (items, {"status": "success", "data": items}):
        text = json.dumps(document, indent=1)
        page = read(text[: int(len(text) * 0.8)], "day.json")
        assert page.titles == ["Paper 0 of many", "Paper 1 of many", "Paper 2 of many"]
        assert "3 whole papers were read" in page.receipt


def test_a_gzip_that_breaks_off_keeps_what_it_gave(read: Reader) -> None:
    rng = random.Random(1)
    lines = (json.dumps({"title": f"Paper {n}", "abstract": rng.randbytes(60).hex()}) for n in range(3000))
    packed = gzip.compress("\n".join(lines).encode())
    page = read(packed[: len(packed) // 2], "x.jsonl.gz")
    assert 1000 < len(page.records) < 2000
    assert "cut off" in page.receipt


def test_a_zip_bomb_is_not_unpacked(read: Reader) -> None:
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb") as packed:
        packed.write((LINE + "\n").encode() * 3)
        for _ in range(200):
            packed.write(b" " * (1 << 20))
    tracemalloc.start()
    page = read(bomb.getvalue(), "x.jsonl.gz")
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()
    assert len(page.records) == 3
    assert "zip bomb" in page.receipt


def test_a_large_file_is_streamed(tmp_path: Path) -> None:
    place = tmp_path / "big.jsonl"
    place.write_text((json.dumps({"title": "A title", "abstract": "word " * 4000}) + "\n") * 120)
    tracemalloc.start()
    (source,) = sources(place)
    reading = source.read()
    assert sum(1 for _ in reading.sightings) == 120
    assert tracemalloc.get_traced_memory()[1] < 2 << 20
    tracemalloc.stop()


def test_a_text_that_is_too_large_is_read_in_part(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.intake.content as content

    monkeypatch.setattr(content, "WHOLE", 1 << 20)
    page = read("A Title\n\n" + "It is a long paragraph of words. " * 60_000, "big.txt")
    assert "only the first 1 MB were read" in page.receipt


def test_a_line_without_end_is_passed_over(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.intake.content as content

    monkeypatch.setattr(content, "LONGEST_LINE", 1 << 16)
    page = read(f'{LINE}\n{{"title": "{"x" * 200_000}"}}\n{LINE}\n', "x.jsonl")
    assert [sighting.line for sighting in page.sightings] == [1, 3]
    assert page.skipped[0].line == 2


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.jsonl").write_text(LINE)
    gone, good = read_all(tmp_path)
    assert "A link to a file that is not there" in gone.receipt
    assert len(good.records) == 1


def test_the_same_page_in_two_layouts_is_one_set_of_records(read: Reader) -> None:
    abstract = "We read a page in two layouts. Each gives the same papers, and no paper is there twice."
    bare = f"One Paper\n\n{abstract}\n\nTwo Papers\n\n{abstract}\n\n"
    full = bare.replace(f"{abstract}\n\n", f"{abstract}\n\n  • 2 authors\n·\nMay 1, 2024\n\n")
    page = read(bare + full, "both.txt")
    assert page.titles == ["One Paper", "Two Papers"]
    assert all(one.author_count == 2 for one in page.records)
    assert len(page.skipped) == 2


def test_packings_folders_and_zips_give_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "WHOLE", 1 << 20)
    folder = tmp_path / "all"
    (folder / "sub").mkdir(parents=True)
    (folder / ".hidden").write_text(LINE)
    (folder / "sub" / "b.jsonl.gz").write_bytes(gzip.compress(gzip.compress(LINE.encode())))
    (folder / "a.pdf").write_bytes(b"%PDF")
    with zipfile.ZipFile(folder / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/d.jsonl", LINE)
        archive.writestr("x/e.jsonl.gz", gzip.compress(LINE.encode()))
        archive.writestr("../../evil.jsonl", LINE)
        archive.writestr("__MACOSX/x", "x")
        archive.writestr("bomb.txt", b"words " * (1 << 18))
    pages = {page.page: page for page in read_all(folder)}
    counts = {name: len(page.records) for name, page in pages.items()}
    assert counts == {
        "a": 0,
        "b": 1,
        "bomb": 0,
        "d": 1,
        "e": 1,
        "evil": 1,
    }
    assert pages["d"].path.endswith("c.zip/x/d.jsonl")
    assert "Larger than 1 MB" in pages["bomb"].receipt
    assert not (tmp_path.parent / "evil.jsonl").exists()


def test_a_locked_zip_and_an_office_document_say_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    locked = tmp_path / "locked.zip"
    with zipfile.ZipFile(locked, "w") as archive:
        archive.writestr("x.jsonl", LINE)
    data = bytearray(locked.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(bytes(data))
    office, member = read_all(tmp_path)
    assert "Office document" in office.receipt
    assert "password" in member.receipt


def test_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (LINE.encode(), gzip.compress(LINE.encode())):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        (page,) = read_all("-")
        assert (page.page, page.path, page.titles) == ("stdin", "-", ["A title"])


def test_utf_16_and_line_ends_of_other_systems(read: Reader) -> None:
    assert read(LINE.encode("utf-16"), "x.jsonl").titles == ["A title"]
    text = (
        "A Title\n\nWe present a study that is surely long enough for all. Its results hold whatever ends the lines.\n"
    )
    for ends in ("\r\n", "\r"):
        assert read(text.replace("\n", ends), "x.txt").titles == ["A Title"]
    assert read(text.encode("utf-16"), "x.txt").titles == ["A Title"]


seeds = st.sampled_from(
    [
        *(b"", b"{", b"[", b"<html>", b"<feed>", b"@misc{a,", b"TY  - JOUR\n", b"title,abstract\n"),
        *(b"\x1f\x8b", b"PK\x03\x04", b"2401.00001\n"),
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds, st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_without_an_error(tmp_path: Path, seed: bytes, rest: bytes) -> None:
    place = tmp_path / "x"
    place.write_bytes(seed + rest)
    for page in read_all(place):
        for record in page.records:
            (record.title + record.abstract + "".join(record.authors) + (record.original or "")).encode("utf-8")


@pytest.mark.parametrize(
    "junk",
    [
        *('{"title":"a"}\n', "{", '[{"paper":', "<div>", "<p>a", "<feed><entry>", "2501.05441\n", "&amp;#38;"),
        *("TY  - JOUR\nTI  - a\n", "TY  - JOUR\nTI  - a\nER  - \n", 'title,abstract\n"a,', '{\\"u'),
        *("@misc{a,title={b}}\n", "@misc{a, title={"),
    ],
)
def test_time_grows_with_size_and_not_with_its_square(tmp_path: Path, junk: str) -> None:
    place = tmp_path / "x"

    def work(size: int) -> None:
        place.write_text(junk * (size // len(junk)))
        read_all(place)

    assert grows_linearly(work, 15_000)


def test_reading_leaves_no_file_open(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(LINE)
    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    for _ in range(20):
        read_all(tmp_path)
    assert not before or len(os.listdir("/proc/self/fd")) <= before + 1


def test_text_that_starts_with_a_quotation_mark_is_text(read: Reader) -> None:
    abstract = "We present a study that is surely long enough for all. Its results hold whatever it begins with."
    text = f'"Quoted" Titles of Papers\n\n{abstract}\n'
    page = read(text, "x.txt")
    assert page.format == "listing-text"
    assert page.titles == ['"Quoted" Titles of Papers']
    text = text.replace('"Quoted"', "[Quoted]")
    assert read(text, "x.txt").titles == ["[Quoted] Titles of Papers"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "papers.jsonl"
    os.mkfifo(pipe)
    line = json.dumps({"title": "Through a pipe", "abstract": "word " * 100_000}) + "\n"
    writer = threading.Thread(target=pipe.write_text, args=(line * 3,))
    writer.start()
    (page,) = read_all(pipe)
    writer.join()
    assert page.titles == ["Through a pipe"] * 3 or len(page.skipped) == 3
    assert len(page.records) + len(page.skipped) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_into_which_nobody_writes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "PATIENCE", 0.0)
    os.mkfifo(tmp_path / "silent.txt")
    with pytest.raises(UsageError, match="nobody writes into it"):
        read_all(tmp_path / "silent.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_without_an_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "MOST", 1 << 20)
    with pytest.raises(UsageError, match="no end"):
        pipes.spooled(io.BytesIO(bytes(3 << 20)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_folder_with_a_pipe_and_links_in_circles_gives_its_files_once(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"title": "One paper", "abstract": "We are one."}\n')
    (tmp_path / "below").mkdir()
    os.mkfifo(tmp_path / "below" / "pipe.txt")
    for name, target in (("self", "."), ("below/up", ".."), ("a", "b"), ("b", "a"), ("zero.txt", "/dev/zero")):
        (tmp_path / name).symlink_to(target)
    pages = read_all(tmp_path)
    assert [title for page in pages for title in page.titles] == ["One paper"]
    assert {Path(page.path).name for page in pages if page.warnings} == {"pipe.txt", "a", "b", "zero.txt"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deep.json", "[" * 100_000 + "]" * 100_000),
        ("deeper.json", '{"a":' * 100_000 + "1" + "}" * 100_000),
        ("deep.jsonl", '{"title": "A title", "abstract": ' + "[" * 100_000 + "]" * 100_000 + "}\n"),
        ("title.jsonl", json.dumps({"title": "x" * 1_000_000, "abstract": "y."}) + "\n"),
        ("title.txt", "x " * 500_000 + "\n\nWe do it. It works as it should do, always and everywhere, for all.\n"),
        ("title.bib", "@article{a, title={" + "x" * 1_000_000 + "}}"),
        ("braces.bib", "@article{a, title={" + "{" * 100_000 + "x" + "}" * 100_000 + "}}"),
        ("title.ris", "TY  - JOUR\nTI  - " + "x" * 1_000_000 + "\nER  - \n"),
        ("title.nbib", "PMID- 1\nTI  - " + "x" * 1_000_000 + "\n"),
        ("deep.xml", "<PubmedArticleSet>" + "<a>" * 100_000 + "</a>" * 100_000 + "</PubmedArticleSet>"),
        ("deep.html", "<html><body>" + "<div>" * 100_000 + "x" + "</div>" * 100_000),
        (
            "index.json",
            json.dumps({"results": [{"title": "A t", "abstract_inverted_index": {"x": [10**12, -1, "a"]}}]}),
        ),
    ],
)
def test_what_is_too_deep_or_too_long_gives_no_paper_and_a_line(read: Reader, name: str, text: str) -> None:
    page = read(text, name)
    assert len(page.records) <= 1
    assert all(len(record.title) <= 500 for record in page.records)
    assert page.receipt or page.records


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "latin-1"])
def test_a_page_in_another_encoding_is_read_whole(read: Reader, encoding: str) -> None:
    text = "Größe der Öfen\n\nWe present a study of ovens in Köln and Malmö. They are 3 m² large, as is often shown.\n"
    (one,) = read(text.encode(encoding), "page.txt").records
    assert (one.title, one.abstract[:27]) == ("Größe der Öfen", "We present a study of ovens")

"""The library as Python calls it: real pages, a real Chroma, the shipped embedder."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest

from rag.base.errors import EmbedderMismatch, LibraryLocked, LibraryMissing, UsageError
from rag.base.settings import Settings
from rag.intent.wording import LONGEST_QUESTION
from rag.library import Asking, Library
from rag.models.embedder import Embedder
from rag.nouns import Reason, Receipt, Status
from tests.conftest import SAMPLE


def write_jsonl(path: Path, *papers: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(paper) + "\n" for paper in papers), encoding="utf-8")
    return path


FISH = {
    "id": "fish",
    "title": "Fish of a Lake",
    "abstract": "We count perch in a small alpine lake. They return in May.",
}
STARS = {
    "id": "stars",
    "title": "Timing of Stars",
    "abstract": "Variable stars of an open cluster are timed. We find 12.",
}


# ---------------------------------------------------------------- the sample


def test_the_three_pages_hold_57_42_and_52_records_and_127_papers(sample_added: tuple[Path, Receipt]) -> None:
    receipt = sample_added[1]
    assert {Path(f.path).stem: f.records for f in receipt.files} == {
        "alignment": 57,
        "cultural-alignment": 52,
        "value-alignment": 42,
    }
    assert (receipt.found, receipt.new, receipt.updated, receipt.unchanged) == (127, 127, 0, 0)


def test_sixteen_papers_stand_on_more_than_one_page_and_49_have_no_date(sample: Library) -> None:
    papers = sample.papers()
    assert sum(len(p.pages) > 1 for p in papers) == 16
    assert sum(p.date is None for p in papers) == 49


def test_no_mirror_host_is_kept(sample: Library) -> None:
    assert not [p.title for p in sample.papers() if "010818" in p.abstract]
    assert any("https://huggingface.co/datasets/Beijing-AISI/CVC" in p.abstract for p in sample.papers())


def test_a_page_added_again_changes_and_embeds_nothing(sample_copy: Library, tmp_path: Path) -> None:
    told: list[str] = []
    receipt = sample_copy.add(sorted(SAMPLE.glob("*.txt")), progress=lambda what, done, total: told.append(what))
    assert (receipt.new, receipt.updated, receipt.unchanged) == (0, 0, 127)
    assert "embedding" not in told
    sample_copy.add(write_jsonl(tmp_path / "more.jsonl", FISH), progress=lambda what, done, total: told.append(what))
    assert "embedding" in told


# ---------------------------------------------------------------- adding, editing, removing


def test_many_files_are_stored_in_a_few_transactions_each_with_its_receipt(empty: Library, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(60):
        paper = {"id": f"p{number}", "title": f"Paper number {number}", "abstract": "We count perch in a small lake."}
        write_jsonl(pages / f"{number:02}.jsonl", paper)
    before = empty.catalogue.generation()
    receipt = empty.add(pages)
    assert empty.catalogue.generation() - before <= 6
    assert [file.records for file in receipt.files] == [1] * 60
    assert (receipt.found, receipt.new) == (60, 60)
    before = empty.catalogue.generation()
    again = empty.add(pages)
    assert (again.unchanged, [file.records for file in again.files]) == (60, [1] * 60)
    assert empty.catalogue.generation() == before


def test_of_two_files_for_one_page_the_later_one_counts_read_before_or_not(empty: Library, tmp_path: Path) -> None:
    old, new = (tmp_path / "both" / name / "page.jsonl" for name in ("b", "a"))
    for place, said in ((old, "We count perch."), (new, "We count pike and nothing else.")):
        place.parent.mkdir(parents=True)
        write_jsonl(place, FISH | {"abstract": said})
    empty.add(old)
    empty.add(tmp_path / "both")  # reads the new one first, and then what was read before
    assert empty.papers()[0].abstract == "We count perch."


def test_an_add_that_is_broken_off_keeps_what_was_read_of_it(empty: Library, tmp_path: Path) -> None:
    pages = [write_jsonl(tmp_path / f"{n}.jsonl", FISH | {"id": f"p{n}", "title": f"Fish {n}"}) for n in range(600)]

    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        empty.add(pages, progress=stop)
    assert 0 < len(empty) < 600
    assert empty.add(pages).found == 600
    assert len(empty) == 600


def test_an_edited_abstract_is_found_by_its_new_words_and_not_by_its_old(empty: Library, tmp_path: Path) -> None:
    page = write_jsonl(tmp_path / "page.jsonl", FISH, STARS)
    empty.add(page)
    write_jsonl(page, {**FISH, "abstract": "We weigh eels in a river delta."}, STARS)
    receipt = empty.add(page)
    assert (receipt.updated, receipt.unchanged) == (1, 1)
    assert empty.search("eels")[0].paper_id == "fish"
    assert empty.indexes.words.search("perch", 10) == []
    assert empty.indexes.vectors.count() == 2


def test_a_removed_paper_is_gone_from_everywhere(empty: Library, tmp_path: Path) -> None:
    empty.add(write_jsonl(tmp_path / "page.jsonl", FISH, STARS))
    assert empty.remove(["fish", "nobody"]) == (["fish"], ["nobody"])
    assert [hit.paper_id for hit in empty.search("perch in a lake")] == ["stars"]
    assert (empty.indexes.vectors.paper_ids(), empty.indexes.words.count()) == ({"stars"}, 1)


def test_a_long_abstract_is_found_by_what_stands_at_its_end(empty: Library, tmp_path: Path) -> None:
    filler = " ".join(f"Sentence {i} deals with the weather over the northern sea." for i in range(120))
    eels = " ".join(f"On day {i} the eels of the delta migrate by night." for i in range(25))
    long = {"id": "long", "title": "A Long Report", "abstract": f"{filler} {eels}"}
    empty.add(write_jsonl(tmp_path / "page.jsonl", long, FISH, STARS))
    assert empty.indexes.vectors.count() > 3
    assert empty.indexes.dense("migration of eels", 10)[0][0] == "long"


def test_a_dry_run_tells_what_would_happen_and_stores_nothing(empty: Library, tmp_path: Path) -> None:
    receipt = empty.add(write_jsonl(tmp_path / "page.jsonl", FISH, STARS), dry_run=True)
    assert (receipt.found, receipt.new) == (2, 2)
    assert len(empty) == 0


def test_an_add_cut_short_before_indexing_is_completed_by_the_next_question(empty: Library, tmp_path: Path) -> None:
    from rag.intake.adding import Intake

    Intake(empty.catalogue, None).add([write_jsonl(tmp_path / "page.jsonl", FISH, STARS)])
    assert empty.catalogue.count_stale() == 2
    assert empty.search("perch")[0].paper_id == "fish"
    assert empty.catalogue.count_stale() == 0


def test_a_second_process_sees_what_the_first_adds(empty: Library, tmp_path: Path) -> None:
    empty.add(write_jsonl(tmp_path / "a.jsonl", STARS))
    with Library.open(empty.folder, Settings()) as other:
        assert [hit.paper_id for hit in other.search("perch")] == ["stars"]
        empty.add(write_jsonl(tmp_path / "b.jsonl", FISH))
        assert other.search("perch")[0].paper_id == "fish"


def test_a_second_writer_is_told(empty: Library) -> None:
    with (
        Library.open(empty.folder, Settings()) as other,
        empty._folder.writing(),
        pytest.raises(LibraryLocked),
        other._folder.writing(0.1),
    ):
        pass


# ---------------------------------------------------------------- asking


def test_an_answer_quotes_its_papers_word_for_word(sample: Library) -> None:
    answer = sample.ask("How many value rules does the Chinese Values Corpus contain?")
    assert answer.status is Status.ANSWERED
    assert answer.final
    assert answer.citations[0].paper.title.startswith("CVC: A Large-Scale Chinese Value Rule Corpus")
    quoted = [(c.paper, sentence) for c in answer.citations for sentence in c.sentences if sentence.index]
    assert quoted
    assert [paper.abstract[s.start : s.end] for paper, s in quoted] == [s.quote for _, s in quoted]
    assert "250,000" in answer.text


def test_ask_is_the_last_of_stream(sample: Library) -> None:
    *growing, last = sample.stream("What does URIAL need?")
    assert last.final
    assert {update.final for update in growing} == {False}
    assert last.text == sample.ask("What does URIAL need?").text


def test_evidence_is_ranked_and_ten_deep(sample: Library) -> None:
    evidence = sample.ask("Which papers are about Korean values?").evidence
    assert len(evidence) >= 10
    assert len({p.paper.paper_id for p in evidence}) == len(evidence)
    assert [p.score for p in evidence] == sorted((p.score for p in evidence), reverse=True)


def test_a_follow_up_is_answered_about_the_paper_just_cited(sample: Library) -> None:
    first = sample.ask("Which corpus collects Chinese value rules?")
    second = sample.ask("And how large is it?", history=[first])
    assert second.citations[0].paper == first.citations[0].paper
    assert "250,000" in second.text


def test_plain_questions_in_the_history_are_answered_again_first(sample: Library) -> None:
    answer = sample.ask("And how large is it?", history=["Which corpus collects Chinese value rules?"])
    assert answer.citations[0].paper.title.startswith("CVC")


def test_an_abstention_cites_nothing_and_names_what_is_near(sample: Library) -> None:
    answer = sample.ask("Which papers are about the migration of eels in rivers?")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOT_IN_LIBRARY)
    assert answer.citations == ()
    assert answer.related == tuple(passage.paper for passage in answer.evidence[:3]) != ()


def test_a_greeting_is_told_what_is_here_and_no_title(sample: Library) -> None:
    answer = sample.ask("Good morning! How is the weather in Lisbon today?")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.OFF_TOPIC)
    assert (answer.citations, answer.related) == ((), ())
    assert "127 papers" in answer.text


def test_an_empty_library_says_so(empty: Library) -> None:
    answer = empty.ask("What is alignment?")
    assert answer.status is Status.ABSTAINED
    assert "empty" in answer.text


@pytest.mark.parametrize("question", ["", "  \n", "why? " * LONGEST_QUESTION])
def test_a_question_that_cannot_be_asked_is_refused(sample: Library, question: str) -> None:
    with pytest.raises(UsageError):
        sample.ask(question)


# ---------------------------------------------------------------- filters


def test_filters_hold_in_both_indexes_and_are_told(sample: Library) -> None:
    answer = sample.ask("value alignment", since="2025-03", until="2025-06-30", page="value-alignment")
    assert answer.filters == {"since": "2025-03", "until": "2025-06-30", "page": "value-alignment"}
    assert answer.evidence
    for passage in answer.evidence:
        assert "2025-03" <= (passage.paper.date or "") <= "2025-06-30"
        assert "value-alignment" in passage.paper.pages


def test_filters_that_nothing_meets_are_a_kind_of_no(sample: Library) -> None:
    answer = sample.ask("value alignment", since="2031")
    assert (answer.status, answer.reason) == (Status.ABSTAINED, Reason.NOTHING_MATCHES_FILTERS)


@pytest.mark.parametrize("options", [{"since": "last spring"}, {"until": "2025/01"}, {"page": "nowhere"}])
def test_a_filter_that_makes_no_sense_is_refused(sample: Library, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        sample.ask("value alignment", **options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"since": "last spring"}, "since takes a date"),
        ({"until": "2025-13"}, "until takes a date"),
        ({"since": "2025", "until": "2024"}, "since 2025 is later than until 2024"),
    ],
)
def test_a_bad_date_is_named_as_the_argument_that_it_was(sample: Library, options: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        sample.ask("value alignment", **options)  # type: ignore[arg-type]
    assert "--" not in str(caught.value)


@pytest.mark.parametrize("k", [0, -3])
def test_no_papers_cannot_be_asked_for(sample: Library, k: int) -> None:
    for call in (
        lambda: sample.search("value alignment", k=k),
        lambda: sample.ask("value alignment", k=k),
        lambda: sample.related("CulturePark", k=k),
        lambda: sample.as_retriever(k=k).retrieve("value alignment"),
    ):
        with pytest.raises(UsageError, match="from 1 on"):
            call()


def test_ask_takes_the_keywords_of_stream() -> None:
    assert ["self", "question", *Asking.__annotations__] == list(inspect.signature(Library.stream).parameters)


# ---------------------------------------------------------------- places and embedders


def test_a_missing_library_is_not_made_by_asking(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        Library.open(tmp_path / "nowhere", Settings(), create=False)
    assert not (tmp_path / "nowhere").exists()


class _Other:
    """Another embedder of the same dimension: the shipped one, its vectors turned round."""

    name = "another"
    dimension = 384
    max_tokens = 512

    def __init__(self, shipped: Embedder) -> None:
        self._shipped = shipped
        self.count_tokens = shipped.count_tokens

    def embed(self, texts):  # type: ignore[no-untyped-def]
        return self._shipped.embed(texts)[:, ::-1].copy()

    def embed_query(self, text):  # type: ignore[no-untyped-def]
        return self._shipped.embed_query(text)[::-1].copy()


def test_another_embedder_is_refused_with_the_command_that_embeds_anew(sample_copy: Library) -> None:
    shipped = sample_copy.embedder()
    with Library.open(sample_copy.folder, Settings()) as other:
        other._embedder = _Other(shipped)
        with pytest.raises(EmbedderMismatch, match="doctor --repair"):
            other.search("alignment")
        other.rebuild()
        assert other.search("Korean social values")[0].title.startswith("KorNAT")


def test_a_library_of_an_earlier_version_answers_by_its_words_until_it_is_embedded_anew(sample_copy: Library) -> None:
    sample_copy.ask("Korean social values")
    stored = json.loads(sample_copy.catalogue.meta("embedder") or "")
    earlier = {**stored, "name": "minilm@000000000000", "probe": stored["probe"][::-1]}
    sample_copy.catalogue.set_meta("embedder", json.dumps(earlier))
    with Library.open(sample_copy.folder, Settings()) as old:
        answer = old.ask("How large is KorNAT's sample of Koreans?")
        assert answer.evidence[0].paper.title.startswith("KorNAT")
        assert any("doctor --repair" in warning for warning in answer.warnings)
        with Library.open(sample_copy.folder, Settings()) as repairer:
            repairer.rebuild()
        assert not any("doctor" in warning for warning in old.ask("Korean social values").warnings)


def test_a_model_of_one_s_own_that_changed_is_refused_and_not_searched_by_words(
    sample_copy: Library,
) -> None:
    sample_copy.ask("Korean social values")
    stored = json.loads(sample_copy.catalogue.meta("embedder") or "")
    sample_copy.catalogue.set_meta("embedder", json.dumps({**stored, "name": "mine@1"}))
    with Library.open(sample_copy.folder, Settings()) as changed:
        changed._embedder = _Other(changed.embedder())
        changed._embedder.name = "mine@2"  # type: ignore[misc]
        with pytest.raises(EmbedderMismatch):
            changed.search("Korean social values")


def test_the_library_is_a_llama_index_retriever(sample: Library) -> None:
    nodes = sample.as_retriever(k=3).retrieve("Korean social values")
    assert len(nodes) == 3
    assert nodes[0].node.text.startswith("KorNAT")


def test_answers_share_their_papers_until_a_paper_changes(empty: Library, tmp_path: Path) -> None:
    empty.add(write_jsonl(tmp_path / "a.jsonl", FISH, STARS))
    first, again = (empty.ask("What is counted in a lake?") for _ in range(2))
    assert first.evidence
    assert all(a.paper is b.paper for a, b in zip(first.evidence, again.evidence, strict=True))
    empty.add(write_jsonl(tmp_path / "a.jsonl", FISH | {"abstract": "We count pike in a small alpine lake."}))
    assert "pike" in empty.ask("What is counted in a lake?").evidence[0].paper.abstract
    assert "perch" in first.evidence[0].paper.abstract

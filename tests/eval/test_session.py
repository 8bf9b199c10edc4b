from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.aggregate import score_run
from eval.libraries import Contents, Libraries
from eval.questions import SetError
from eval.records import Record, RunFolder
from eval.session import Options, choose, load, run_set
from rag.base.settings import Settings
from tests.eval.conftest import PAPERS, QUESTIONS, Endpoint, write_lines
from tests.eval.small_library import SmallAnswer, SmallLibrary


def test_a_run_records_every_question_its_twins_and_what_it_was(finished: RunFolder) -> None:
    asked = {r.question_id for r in finished.records()}
    assert asked == {q["id"] for q in QUESTIONS} | {f"{i}~twin" for i in ("num-1", "fact-1", "follow-1", "form-1")}
    manifest = finished.manifest()
    assert manifest["reader"] == "extractive"
    assert manifest["papers"] == len(PAPERS)
    assert len(manifest["sha256"]["set"]) == len(manifest["sha256"]["library"]) == 64
    assert manifest["totals"]["records"] == len(asked)
    assert manifest["totals"]["prompt_tokens"] == 3 * len(asked)


def test_a_twin_is_asked_of_a_library_without_its_gold_paper(finished: RunFolder) -> None:
    twin = next(r for r in finished.records() if r.question_id == "num-1~twin")
    assert twin.answer is not None
    others = {paper["title"] for paper in PAPERS} - {"Glacier Reward Models"}
    assert {passage["title"] for passage in twin.answer["evidence"]} == others
    assert {hit["title"] for hit in twin.search} == others


def test_no_finished_answer_is_asked_for_again_and_a_failed_one_is(options: Options) -> None:
    folder = run_set(replace(options, twins=False, controls=False), Settings(), SmallLibrary)
    folder.append(Record("num-1", error="the endpoint was away"))
    before = len((folder.path / "records.jsonl").read_text().splitlines())
    assert score_run(folder).errors == 1
    run_set(replace(options, twins=False, controls=False), Settings(), SmallLibrary)
    assert len((folder.path / "records.jsonl").read_text().splitlines()) == before + 1
    assert score_run(folder).errors == 0


def test_a_run_broken_off_keeps_what_was_answered_and_goes_on(options: Options) -> None:
    class Breaking(SmallLibrary):
        asked = 0

        def ask(self, question: str, **rest: Any) -> SmallAnswer:
            Breaking.asked += 1
            if Breaking.asked == 3:
                raise KeyboardInterrupt
            return super().ask(question, **rest)

    alone = replace(options, twins=False, controls=False)
    with pytest.raises(KeyboardInterrupt):
        run_set(alone, Settings(), Breaking)
    assert len(RunFolder(options.out).records()) >= 2
    folder = run_set(alone, Settings(), SmallLibrary)
    assert {r.question_id for r in folder.records()} == {q["id"] for q in QUESTIONS}


def test_a_record_cut_off_by_a_crash_costs_that_record_alone(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.append(Record("a", answer={"status": "answered"}))
    with (tmp_path / "records.jsonl").open("a") as file:
        file.write('{"question_id": "b", "ans')
    folder.append(Record("c", answer={"status": "answered"}))
    assert [r.question_id for r in folder.records()] == ["a", "c"]


def test_answers_of_many_threads_are_all_kept(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    threads = [threading.Thread(target=folder.append, args=(Record(f"q{n}"),)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {r.question_id for r in folder.records()} == {f"q{n}" for n in range(30)}


def test_a_question_that_raises_is_an_error_and_the_others_go_on(options: Options) -> None:
    class Failing(SmallLibrary):
        def ask(self, question: str, **rest: Any) -> SmallAnswer:
            if "birdsong" in question:
                raise RuntimeError("no birds today")
            return super().ask(question, **rest)

    folder = run_set(replace(options, twins=False, controls=False), Settings(), Failing)
    failed = [r for r in folder.records() if r.failed]
    assert [(r.question_id, r.error) for r in failed] == [("fact-1", "RuntimeError: no birds today")]
    assert score_run(folder).errors == 1


def test_another_run_is_not_mixed_into_a_folder(options: Options, tmp_path: Path) -> None:
    run_set(replace(options, controls=False), Settings(), SmallLibrary)
    changed = write_lines(tmp_path / "changed.jsonl", [{**QUESTIONS[0], "question": "How many dialogues are there?"}])
    with pytest.raises(SetError, match="another run"):
        run_set(replace(options, set_path=changed, controls=False), Settings(), SmallLibrary)


def test_a_set_that_names_a_paper_that_is_not_there_is_refused_before_asking(options: Options, tmp_path: Path) -> None:
    wrong = write_lines(tmp_path / "wrong.jsonl", [{**QUESTIONS[0], "gold_titles": ["No Such Paper"]}])
    with pytest.raises(SetError, match="No Such Paper"):
        run_set(replace(options, set_path=wrong), Settings(), SmallLibrary)


def test_only_limit_and_split_choose_what_is_asked(options: Options) -> None:
    questions = load(options.set_path)

    def chosen(**changes: Any) -> list[str]:
        return [q.id for q in choose(questions, replace(options, twins=False, **changes))]

    assert chosen(only=("numeric", "off-1")) == ["num-1", "off-1"]
    assert chosen(split="dev") == ["num-1", "follow-1"]
    assert chosen(limit=2) == ["num-1", "fact-1"]
    with pytest.raises(SetError, match="sonnets"):
        chosen(only=("sonnets",))


def test_repeats_are_asked_apart_and_averaged(options: Options) -> None:
    folder = run_set(replace(options, repeat=2, twins=False, controls=False), Settings(), SmallLibrary)
    assert len(folder.records()) == 2 * len(QUESTIONS)
    assert score_run(folder).figures["title_f1"].n == 4


def test_variants_leave_the_base_library_as_it_was(papers_file: Path) -> None:
    added = json.dumps({"title": "Added", "abstract": "One more."})
    with Libraries((papers_file,), Settings(), SmallLibrary) as libraries:
        with libraries.holding(Contents(("Glacier Reward Models",), (added,))) as variant:
            assert {p.title for p in variant.papers()} == {PAPERS[1]["title"], PAPERS[2]["title"], "Added"}
        with libraries.holding(Contents(pages=(("one", ("Glacier Reward Models",)),))) as paged:
            assert [p.title for p in paged.papers() if "one" in p.pages] == ["Glacier Reward Models"]
            assert len(paged.papers()) == len(PAPERS)
        with libraries.holding(Contents()) as base:
            assert {p.title for p in base.papers()} == {p["title"] for p in PAPERS}


def test_a_paper_that_stands_twice_is_taken_out_twice(tmp_path: Path) -> None:
    twice = write_lines(tmp_path / "twice.jsonl", [*PAPERS, {**PAPERS[0], "id": "again"}])
    gold = Contents(("Glacier Reward Models",))
    with Libraries((twice,), Settings(), SmallLibrary) as libraries, libraries.holding(gold) as variant:
        assert {p.title for p in variant.papers()} == {PAPERS[1]["title"], PAPERS[2]["title"]}


def test_a_kept_library_is_used_as_it_lies(papers_file: Path, tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    with Libraries((papers_file,), Settings(), SmallLibrary, keep):
        pass
    with Libraries((), Settings(), SmallLibrary, keep) as again:
        assert len(again.papers) == len(PAPERS)


# With a model


def test_a_models_replies_are_recorded_and_replay_to_the_same_answers(
    options: Options, chat_endpoint: Endpoint, tmp_path: Path
) -> None:
    chat_endpoint.replies = ["First words.", "Second words.", "The corpus holds 250,000 dialogues."]
    settings = Settings(base_url=chat_endpoint.url, api_key="canary-secret-key", model="small")
    live = run_set(replace(options, reader="model", controls=False), settings, SmallLibrary)
    assert live.manifest()["model"] == {"asked": "small", "returned": ["small-2025"]}
    assert set(chat_endpoint.keys) == {"Bearer canary-secret-key"}
    assert all("canary-secret-key" not in path.read_text() for path in live.path.iterdir())

    asked = len(chat_endpoint.requests)
    replay = replace(options, reader="recorded", out=tmp_path / "replay", recordings=live.replies, controls=False)
    recorded = run_set(replay, Settings(), SmallLibrary)
    assert len(chat_endpoint.requests) == asked
    texts = [{r.question_id: r.answer["text"] for r in f.records() if r.answer} for f in (live, recorded)]
    assert texts[0] == texts[1] != {}


def test_a_request_without_a_recording_is_missing_and_nothing_else(
    options: Options, chat_endpoint: Endpoint, tmp_path: Path
) -> None:
    settings = Settings(base_url=chat_endpoint.url, api_key="k", model="small")
    some = replace(options, reader="model", twins=False, controls=False, only=("num-1",))
    live = run_set(some, settings, SmallLibrary)
    replay = replace(
        options, reader="recorded", out=tmp_path / "r", recordings=live.replies, twins=False, controls=False
    )
    scored = score_run(run_set(replay, Settings(), SmallLibrary))
    assert (scored.missing, scored.errors) == (3, 0)
    assert scored.figures["title_f1"].n == 1


def test_with_a_model_the_controls_ask_it_without_papers_and_with_all(
    options: Options, chat_endpoint: Endpoint
) -> None:
    chat_endpoint.replies = ["UNKNOWN"]
    settings = Settings(base_url=chat_endpoint.url, api_key="k", model="small")
    folder = run_set(replace(options, reader="model", twins=False, controls=True), settings, SmallLibrary)
    asked = {p.parent.name for p in (folder.path / "controls").glob("*/records.jsonl")}
    assert asked == {"gold_context", "shuffled_context", "closed_book", "paste_everything"}
    closed = RunFolder(folder.path / "controls" / "closed_book").records()
    assert {r.answer["status"] for r in closed if r.answer} == {"abstained"}


def test_a_model_without_an_endpoint_is_wrong_use(options: Options) -> None:
    with pytest.raises(SetError, match="OPENAI_BASE_URL"):
        run_set(replace(options, reader="model"), Settings(), SmallLibrary)

"""What each command does, once its arguments are parsed. The only module of the harness that prints."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from rag.base.settings import Settings, from_environment, library_folder
from rag.intake import SAMPLE

from . import compare as comparing
from . import gate as gates
from . import judge, report, sections
from .aggregate import Scored, score_run
from .gate import Exit
from .judge import Chat, open_chat
from .libraries import AskableLibrary, Libraries
from .questions import SHIPPED, SetError, load
from .records import RunFolder
from .session import Options, choose, run_set
from .tables import Table, number, share, to_text


def shipped(args: Namespace) -> int:
    """Run the shipped set with the extractive reader in a temporary library and print the table."""
    out = Path("runs") / time.strftime("%Y%m%d-%H%M%S-extractive")
    return _run(Options(SHIPPED, out, SAMPLE), None, _settings())


def run(args: Namespace) -> int:
    """Ask the questions of a set."""
    controls = args.reader == "extractive" if args.controls is None else args.controls
    sources = (*(args.papers or SAMPLE), *(args.distractors or []))
    options = Options(
        args.set, args.out, sources, args.reader, args.model, args.recordings, args.library, args.limit,
        tuple(args.only or ()), args.split, args.repeat, args.concurrency, args.twins, controls, args.window,
    )  # fmt: skip
    return _run(options, args.most_failed, from_environment(rerank=args.rerank or None))


def validate(args: Namespace) -> int:
    """Look for mistakes and doubts in a set."""
    from .validate import validate as look

    questions = load(args.set)
    findings = look(questions.questions, _abstracts(args.papers or SAMPLE, args.library))
    for finding in findings:
        print(f"{'mistake' if finding.mistake else 'doubt  '}  {finding.question}: {finding.what}")
    mistakes = sum(f.mistake for f in findings)
    print(f"{len(questions.questions)} questions, {mistakes} mistakes, {len(findings) - mistakes} doubts.")
    return Exit.WRONG_INPUT if mistakes else Exit.PASS


def score(args: Namespace) -> int:
    """Print the figures of recorded answers; with a judge, ask it for what it has not judged yet."""
    folder = RunFolder(args.run)
    if args.judge:
        questions = folder.questions()
        judge.judge_run(folder.records(), questions, _chat(args.judge), folder.path / "judge.jsonl", args.judge_turns)
    scored = score_run(folder, args.split)
    if args.json:
        print(json.dumps(_as_json(scored), ensure_ascii=False))
        return _errors(scored, args.most_failed)
    _show(sections.figures(scored), sections.by_type(scored), sections.counts(scored))
    if verdicts := judge.load(folder.path / "judge.jsonl"):
        _show(sections.opinion(judge.opinion(verdicts)))
    return _errors(scored, args.most_failed)


def compare(args: Namespace) -> int:
    """Print two runs side by side."""
    rows = comparing.compare_folders(RunFolder(args.first), RunFolder(args.second), args.split)
    _show(sections.comparison(rows))
    return Exit.PASS


def write_report(args: Namespace) -> int:
    """Write a run's report and say where it lies."""
    for path in report.write_report(RunFolder(args.run), args.split):
        print(path)
    return Exit.PASS


def gate(args: Namespace) -> int:
    """Print whether a run reaches the thresholds, and say it with the exit code."""
    thresholds = gates.load(args.gate or gates.SHIPPED)
    scored = score_run(RunFolder(args.run), args.split or thresholds.split)
    verdicts = gates.judge(scored, thresholds)
    _show(sections.gate(verdicts))
    _say(scored.violations)
    return gates.exit_code(scored, thresholds, verdicts)


def beir(args: Namespace) -> int:
    """Print what search finds in a folder of BEIR's layout."""
    from .beir import below_floor, measure

    floors = {name: _number(value) for name, _, value in (f.partition("=") for f in args.floor or ())}
    result = measure(args.folder, open_library, _settings(), _progress)
    _show(sections.beir(args.folder.name, result))
    below = below_floor(result.figures, floors)
    _say(below)
    return Exit.GATE_FAILED if below else Exit.PASS


def quotes(args: Namespace) -> int:
    """Print each sentence of abstracts that the audit does not find supported by itself, and how many it does."""
    from rag.nouns import Support

    from .quotes import audited, papers

    abstracts, sentences, faults = 0, 0, 0
    for paper in papers(args.papers):
        abstracts += 1
        for claim in audited(paper):
            sentences += 1
            if claim.support is not Support.SUPPORTED:
                faults += 1
                print(f"{paper.paper_id}: {claim.support}: {claim.text}")
    print(f"{abstracts:,} abstracts, {sentences:,} sentences quoted, {faults:,} not supported.")
    return Exit.GATE_FAILED if faults or not sentences else Exit.PASS


def meaning(args: Namespace) -> int:
    """Print what is picked and marked on a part of the written set, and, among papers, what is found."""
    from rag.models.cross_encoders import AnswerSelector, SupportChecker

    from .meaning import check, find, pick, written_library
    from .written_set import read_written

    written = read_written(args.part)
    rows = [*pick(written, AnswerSelector()), *check(written, SupportChecker())]
    if args.papers or args.library:
        with written_library(args.papers or (), args.library, open_library, _settings()) as library:
            rows += find(written, library)
    _show(sections.meaning(args.part, rows))
    return Exit.PASS


def train(args: Namespace) -> int:
    """Make one learned part anew, or go on with it."""
    try:
        from .train.command import run_step
    except ImportError as error:
        print(f"Training needs torch, safetensors and onnx ({error}): see rag/models/cross_encoders/PROVENANCE.md.")
        return Exit.WRONG_INPUT
    run_step(args.step, args.weights, args.out, args.sets, args.library, args.start)
    return Exit.PASS


def bench(args: Namespace) -> int:
    """Print how fast and how large it is, with targets; or how that grows, from figures of several sizes."""
    from .bench import bench as benching
    from .bench import figures, growth
    from .bench.asking import waiting

    if args.growth:
        runs = [figures.read(path) for path in args.growth]
        _show(growth.table(runs))
        if args.out:
            args.out.write_text(growth.plot(runs), encoding="utf-8")
        return Exit.PASS
    if args.papers is None:
        with tempfile.TemporaryDirectory() as scratch:
            _show(figures.table("With the sample library", waiting(Path(scratch) / "library")))
        return Exit.PASS
    options = benching.Options(args.papers, args.size, args.work, tuple(args.only or ()), args.fp32, args.peers)
    measured = benching.measure(
        options, lambda found: _say(f"{f.stage}: {f.what}: {f.value:.3f} {f.unit}" for f in found)
    )
    _show(figures.table(f"{measured.size:,} papers, {measured.machine}", measured.figures))
    if args.out:
        figures.write(measured, args.out)
    return Exit.GATE_FAILED if any(figure.met is False for figure in measured.figures) else Exit.PASS


def arena(args: Namespace) -> int:
    """Let two or more runs meet and print their ratings."""
    from .arena import ratings, tournament

    folders = {str(path): RunFolder(path) for path in args.runs}
    runs = {name: {r.question_id: r for r in f.records() if r.repeat == 0} for name, f in folders.items()}
    questions = {i: q for f in folders.values() for i, q in f.questions().items() if not q.twin_of}
    matches = tournament(runs, questions, _chat(args.model))
    rows = [(r.run, number(r.value), sections.limits(r.interval), str(r.matches)) for r in ratings(matches, [*runs])]
    _show(Table("Ratings", ("Run", "Rating", "95% interval", "matches"), tuple(rows)))
    print(f"Unreadable: {share(sum(m.points is None for m in matches), len(matches))} matches.")
    return Exit.PASS


def agreement(args: Namespace) -> int:
    """Print how far a second labelling agrees with the set."""
    from .agreement import agreement as measure
    from .agreement import load_labels

    found = measure(load(args.set).by_id, load_labels(args.labels))
    _show(sections.agreement(found))
    return Exit.PASS


def fit(args: Namespace) -> int:
    """Print the coefficients of the reader without a model, fitted on questions of the sets given."""
    from rag.models.cross_encoders import AnswerSelector

    from . import fit as fitting
    from .libraries import Libraries

    selector = AnswerSelector()
    chosen = [q for path in args.sets for q in load(path).questions if q.split != "test"]
    with Libraries(SAMPLE, _settings(), open_library) as libraries:
        fitted = list(fitting.of_set(chosen, libraries.base, selector))
    if args.library:
        with closing(open_library(args.library, _settings())) as library:
            fitted += fitting.of_written("dev", library, selector)
    print(f"{len(fitted)} askings, of {len({e.name for e in fitted})} questions and papers")
    for what, found in (
        ("this paper answers", fitting.paper_answers(fitted)),
        ("this paper is what is asked about", fitting.paper_is_meant(fitted)),
        ("the question is answered", fitting.question_is_answered(fitted)),
    ):
        print(f"{what}: {', '.join(f'{value:.2f}' for value in found)}")
    for kind, area in fitting.told_apart(fitted).items():
        print(f"AUROC of answered against {fitting.KINDS[kind]}, each fold by the others: {area:.3f}")
    return Exit.PASS


def feedback(args: Namespace) -> int:
    """Write the thumbs of a library's page as questions of a set."""
    from . import feedback as thumbs

    new = thumbs.append(args.out, tuple(thumbs.questions(thumbs.read(args.library or Path(library_folder())))))
    print(f"{len(new)} new questions in {args.out}; {sum(q.waits_for_gold for q in new)} wait for their gold titles.")
    print(f"Next: python -m eval validate {args.out} --library DIR")
    return Exit.PASS


def open_library(folder: Path, settings: Settings) -> AskableLibrary:
    """Open the library that is measured."""
    from rag import Library

    return Library.open(folder, settings)


def _run(options: Options, most_failed: float | None, settings: Settings) -> int:
    choose(load(options.set_path), options)  # a wrong set is told before anything is built
    folder = run_set(options, settings, open_library, _progress)
    scored = score_run(folder)
    _show(sections.figures(scored), sections.by_type(scored), sections.counts(scored))
    _show(sections.order(report.order_of(folder)))
    _say(scored.violations)
    print(f"Answers in {folder.path}; `python -m eval report {folder.path}` writes the report.")
    return _errors(scored, most_failed)


def _errors(scored: Scored, most_failed: float | None) -> int:
    limit = gates.Gate({}, {}).most_failed_share if most_failed is None else most_failed
    return Exit.TOO_MANY_ERRORS if scored.failed_share > limit else Exit.PASS


def _settings() -> Settings:
    return from_environment()


def _abstracts(sources: Iterable[Path], library: Path | None) -> dict[str, str]:
    with Libraries(tuple(sources), _settings(), open_library, library) as libraries:
        return {p.title: p.abstract for p in libraries.papers}


def _chat(model: str | None) -> Chat:
    return open_chat(from_environment(model=model))


def _as_json(scored: Scored) -> dict[str, Any]:
    figures = {n: {"value": f.value, "interval": f.interval, "n": f.n} for n, f in scored.figures.items()}
    counts = {"asked": scored.asked, "errors": scored.errors, "missing": scored.missing, "unasked": scored.unasked}
    return {"figures": figures, "counts": counts, "violations": scored.violations, "questions": scored.parts}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise SetError(f"A floor is written METRIC=NUMBER, such as ndcg@10=0.725, not {text!r}.") from None


def _show(*tables: Table) -> None:
    for table in tables:
        print(to_text(table), end="\n\n")


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total or done % 50 == 0:
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

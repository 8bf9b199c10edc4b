"""The replies that ship with the project."""

from __future__ import annotations

from pathlib import Path

from eval.__main__ import parser
from eval.questions import SHIPPED, load
from eval.recordings import Recordings

FOLDER = Path(SHIPPED).with_name("recorded")


def test_the_recorded_replies_can_be_read_and_name_who_wrote_them() -> None:
    recordings = Recordings(FOLDER / "careful.jsonl", must_exist=True)
    assert recordings.models == recordings.models_returned == {"careful-reader"}


def test_the_questions_that_were_answered_are_of_the_shipped_set() -> None:
    args = parser().parse_args(["run", f"@{FOLDER / 'careful.args'}", "--out", "runs/careful"])
    assert len(args.only) == 120
    assert set(args.only) <= load(SHIPPED).by_id.keys()
    assert args.recordings == Path("eval/recorded/careful.jsonl")

"""A library that may not be written can be read, and refuses what would change it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from rag.kept.conversations import Conversations, StoredTurn
from rag.library import Library
from tests.commands.test_command_line import WITHOUT_ROOTS_POWER
from tests.conftest import ROOT, SAMPLE

pytestmark = pytest.mark.skipif(os.geteuid() == 0 and not which("setpriv"), reason="root, and no setpriv to be less")
COMMANDS = """
import json, sys
from contextlib import redirect_stdout, redirect_stderr
from io import StringIO
from rag.__main__ import main
told = []
for argv in json.loads(sys.argv[1]):
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        told.append([main(argv)])
    told[-1] += [out.getvalue(), err.getvalue()]
print(json.dumps(told))
"""


def run(folder: Path, temporary: Path, *commands: list[str]) -> list[tuple[int, str, str]]:
    """Run commands on a library, one after the other, in one process without root's power."""
    argv = [sys.executable, "-c", COMMANDS, json.dumps([[*c, "--library", str(folder)] for c in commands])]
    prefix = WITHOUT_ROOTS_POWER if os.geteuid() == 0 else []
    environment = os.environ | {"TMPDIR": str(temporary)}
    done = subprocess.run([*prefix, *argv], capture_output=True, text=True, cwd=ROOT, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


@pytest.fixture
def locked(sample_folder: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    folder = tmp_path / "locked"
    shutil.copytree(sample_folder, folder, ignore=shutil.ignore_patterns("*-shm", "*-wal"))
    Conversations(folder).put("", "c1", [StoredTurn("t1", "Asked before", "", "{}")])
    with Library.open(folder) as library:
        library.standing.keep("What is new on norms?")
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in filter(Path.exists, paths):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_locked_library_is_read_and_refuses_to_be_written(locked: Path, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    before = {path: path.stat().st_mtime_ns for path in locked.rglob("*")}
    papers, found, answer, added, removed = run(
        locked,
        tmp_path / "tmp",
        ["papers", "--json"],
        ["search", "Korean values", "--json"],
        ["ask", "How many value rules does the Chinese Values Corpus contain?", "--json"],
        ["add", str(SAMPLE / "alignment.txt")],
        ["remove", "x"],
    )
    assert (papers[0], len(json.loads(papers[1])["papers"])) == (0, 127)
    assert (found[0], len(json.loads(found[1])["results"])) == (0, 10)
    assert "250,000" in json.loads(answer[1])["text"]
    for code, out, err in (added, removed):
        assert (code, out) == (1, "")
        assert "can only be read" in err
        assert "--library" in err
    assert {path: path.stat().st_mtime_ns for path in locked.rglob("*")} == before
    assert list((tmp_path / "tmp").glob("abstract-qa-*")) == []


def test_what_a_killed_writer_left_in_the_log_is_read_too(locked: Path, tmp_path: Path) -> None:
    locked.chmod(0o755)
    (locked / "library.db").chmod(0o644)
    leave_a_log = (
        "import os, sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('pragma wal_autocheckpoint = 0')\n"
        "db.execute(\"update papers set body = json_set(body, '$.organisation', 'Told in a Log') where number = 1\")\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", leave_a_log, str(locked / "library.db")], check=True)
    assert (locked / "library.db-wal").stat().st_size > 0
    (locked / "library.db-shm").unlink(missing_ok=True)
    (locked / "library.db").chmod(0o444)
    locked.chmod(0o555)
    ((code, out, _),) = run(locked, tmp_path, ["papers", "--json"])
    assert (code, len(json.loads(out)["papers"])) == (0, 127)
    assert "Told in a Log" in out


def test_standing_questions_of_a_locked_library_are_told(locked: Path, tmp_path: Path) -> None:
    ((code, out, _),) = run(locked, tmp_path, ["watch"])
    assert (code, "What is new on norms?" in out) == (0, True)


def test_conversations_of_a_locked_library_are_there_and_new_ones_last_until_it_closes(
    locked: Path, tmp_path: Path
) -> None:
    code = """
import sys
from rag import Library
from rag.kept.conversations import StoredTurn
with Library.open(sys.argv[1]) as library:
    talks = library.conversations
    talks.put("", "c2", [StoredTurn("t2", "Asked now", "", "{}")])
    talks.put("", "c1", [StoredTurn("t3", "Asked on", "", "{}")])
    print(talks.lasting, [(one.title, one.turns) for one in talks.all("")])
"""
    (tmp_path / "tmp").mkdir()
    prefix = WITHOUT_ROOTS_POWER if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, sys.executable, "-c", code, str(locked)],
        capture_output=True, text=True, cwd=ROOT, check=False, env=os.environ | {"TMPDIR": str(tmp_path / "tmp")},
    )  # fmt: skip
    assert done.stdout.strip() == "False [('Asked before', 2), ('Asked now', 1)]", done.stderr
    assert [one.turns for one in Conversations(locked).all("")] == [1]

"""What a run of the tests says last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import NO_BROWSER, ROOT


def test_without_a_browser_the_last_line_says_that_the_page_was_not_tried_and_how_to_get_one(tmp_path: Path):
    asked = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "tests/page/test_latex.py",
        "tests/page/test_looks.py",
    ]
    run = subprocess.run(
        [*asked, "-k", "dollar or light", "--basetemp", str(tmp_path / "run")],
        cwd=ROOT, env=os.environ | {"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    last = run.stdout.splitlines()[-1]
    assert last.startswith("The page was not tried: ")
    assert last.endswith(f" tests were skipped, as there is {NO_BROWSER}.")

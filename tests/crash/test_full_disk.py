"""A disk that takes no more: one line that says so, nothing lost, and the same `add` completes it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.crash.kills import check, complete
from tests.crash.pages import write_pages

_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from rag.__main__ import main
sys.exit(main(sys.argv[2:]))
"""


def add_limited(limit: int, folder: Path, *pages: Path) -> subprocess.CompletedProcess[str]:
    """Add pages in a process in which no file may grow beyond `limit` bytes."""
    command = [sys.executable, "-c", _LIMITED, str(limit), "add", *map(str, pages), "--library", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.parametrize("limit", [20_000, 60_000, 150_000])
def test_files_that_may_not_grow_fail_in_one_line_and_the_same_add_completes(tmp_path: Path, limit: int) -> None:
    first, second = write_pages(tmp_path / "pages", papers=300, each=100)[:2]
    folder = tmp_path / "library"
    complete(folder, [first])
    done = add_limited(limit, folder, second)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Free some space" in done.stderr
    check(folder, {first})
    complete(folder, [first, second])


_GROWING = """
import resource, sys
from pathlib import Path
import numpy as np
from rag.index.vectors import Vectors

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
vectors = np.random.default_rng(0).standard_normal((4096, 384)).astype(np.float32)
vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
with Vectors(Path(sys.argv[2]) / "chroma", None, "", lambda: None, 5.0).writing() as draft:
    for start in range(0, 4096, 256):
        names = [f"p{n}" for n in range(start, start + 256)]
        draft.replace(names, [(name, 0) for name in names], vectors[start : start + 256])
    print("all taken", flush=True)
print(draft.name)
"""


def test_a_graph_that_the_disk_cut_short_without_a_word_is_noticed(tmp_path: Path) -> None:
    """Chroma puts 1,804 bytes a row into one file, and goes on when the disk takes no more of it."""
    command = [sys.executable, "-c", _GROWING, "4000000", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout == "all taken\n"
    assert "rag.base.errors.WorkFailed: The vectors could not be written" in done.stderr
    assert list((tmp_path / "chroma").iterdir()) == []


def test_a_full_disk_fails_in_one_line_and_space_mends_it(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True).returncode:
            pytest.skip("mounting is not allowed here; the limits on a file's size above stand for it")
        try:
            first, second, third = write_pages(tmp_path / "pages", papers=300, each=100)
            folder = Path(place) / "library"
            complete(folder, [first])
            filler = Path(place) / "filler"
            filler.write_bytes(b"x" * 900_000)
            done = add_limited(1 << 40, folder, second, third)
            assert done.returncode == 1
            assert len(done.stderr.strip().splitlines()) == 1
            check(folder, {first})
            filler.unlink()
            complete(folder, [first, second, third])
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)  # the word index may look for news of it once more

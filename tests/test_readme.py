"""What the README states is so."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from rag.commands.arguments import parse
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_python_block_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.S)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})
    assert "CVC" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:OPENAI|RAG)_[A-Z_]+)`", README))))
def test_each_variable_it_names_is_read(name: str) -> None:
    assert f'"{name}"' in (ROOT / "rag" / "base" / "settings.py").read_text()


def test_each_command_is_shown_and_each_shown_is_one() -> None:
    with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as out:
        parse(["--help"])
    commands = set(re.findall(r"^    (\w+) {2,}", out.getvalue(), re.M))
    assert "related" in commands
    assert commands == set(re.findall(r"abstract-qa (\w+)", README))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:rag|eval|prompts|tests)/[\w./-]*)`", README))))
def test_each_path_it_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_each_variable_that_is_read_is_named() -> None:
    read = set(re.findall(r'"((?:OPENAI|RAG)_[A-Z_]+)"', (ROOT / "rag" / "base" / "settings.py").read_text()))
    assert read == set(re.findall(r"`((?:OPENAI|RAG)_[A-Z_]+)`", README))

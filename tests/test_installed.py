"""The wheel, built and installed elsewhere: what a new user has after one line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from openai import OpenAI

from tests.conftest import ROOT
from tests.page.conftest import free_port
from tests.serve.test_mcp import using

SHIPPED = ("rag", "eval", "prompts", "pyproject.toml", "README.md", "LICENSE")


class Installed:
    """An environment with the wheel in it, and beside it the packages that these tests run with."""

    def __init__(self, place: Path) -> None:
        self.place, self.bin = place, place / "venv" / "bin"
        source = place / "source"
        source.mkdir()
        for name in SHIPPED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, source / name)
        python = [sys.executable, "-m"]
        stored = "-C--build-option=--compression=stored"  # weights do not shrink, and squeezing them takes seconds
        self._done([*python, "build", "--wheel", "--no-isolation", stored, "--outdir", str(place), str(source)])
        self._done([*python, "venv", "--without-pip", str(place / "venv")])
        (self.packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
        (wheel,) = place.glob("*.whl")
        plainly = ["install", "-q", "--no-deps", "--no-compile"]
        self._done([*python, "pip", "--python", str(self.bin / "python"), *plainly, str(wheel)])
        shutil.rmtree(source)

    @property
    def packages(self) -> Path:
        """Where the wheel lies."""
        return next((self.place / "venv" / "lib").glob("python*/site-packages"))

    def start(self, *argv: object) -> subprocess.Popen[str]:
        """Start a program of the environment, in a folder with nothing in it."""
        (self.place / "empty").mkdir(exist_ok=True)
        command = [str(self.bin / str(argv[0])), *map(str, argv[1:])]
        environment = {**os.environ, "RAG_LIBRARY": str(self.place / "library"), "HOME": str(self.place)}
        environment.pop("PYTHONPATH", None)
        pipe, place = subprocess.PIPE, self.place / "empty"
        return subprocess.Popen(command, cwd=place, env=environment, stdout=pipe, stderr=pipe, text=True)

    def run(self, *argv: object) -> str:
        """Return what a program prints; it must not fail."""
        process = self.start(*argv)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

    def _done(self, command: list[str]) -> None:
        done = subprocess.run(command, cwd=self.place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def served(installed: Installed) -> Iterator[str]:
    """The page of the installed program, over a library that it fills with the sample."""
    process = installed.start("abstract-qa", "serve", "--json", "--port", free_port())
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.stderr and process.stderr.read()
    yield json.loads(line)["address"]
    process.terminate()
    process.communicate(timeout=30)


def test_every_folder_of_modules_is_listed_for_packaging() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    rag = {path.parent.relative_to(ROOT) for path in (ROOT / "rag").rglob("*.py")}
    beside = {Path("rag") / path.parent.relative_to(ROOT) for path in (ROOT / "eval").rglob("*.py")}
    assert sorted(stated) == sorted(".".join(path.parts) for path in {*rag, *beside, Path("rag/prompts")})


def test_the_image_is_built_from_what_the_wheel_is_built_from() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    assert {"requirements.lock", *SHIPPED} == {name for line in copied for name in line.split()}


def test_one_package_is_installed(installed: Installed) -> None:
    assert {path.name for path in installed.packages.iterdir() if path.is_dir() and path.suffix != ".dist-info"} == {
        "rag"
    }


def test_the_command_line_answers_in_two_lines(installed: Installed) -> None:
    assert "127 papers" in installed.run("abstract-qa", "add", "sample:")
    assert "[1] NormAd" in installed.run("abstract-qa", "ask", "What is NormAd?")


def test_the_block_of_the_readme_runs_as_installed(installed: Installed) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert "CVC" in installed.run("python", "-c", block)


def test_the_prompts_and_the_evaluation_lie_within(installed: Installed) -> None:
    code = "from rag.read.prompts import messages; print(messages('closed_book', question='Why?')[-1].content)"
    assert "Why?" in installed.run("python", "-c", code)
    assert "gate" in installed.run("python", "-m", "rag.eval", "--help")


def test_an_agent_asks_it_over_mcp(installed: Installed) -> None:
    async def use(client: Client) -> Any:
        return (await client.call_tool("ask", {"question": "What is NormAd?"})).structured_content

    environment = {"RAG_LIBRARY": str(installed.place / "library"), "HOME": str(installed.place)}
    target = StdioServerParameters(command=str(installed.bin / "abstract-qa"), args=["mcp"], env=environment)
    assert using(target, use)["citations"][0]["title"].startswith("NormAd")


def test_a_client_of_openai_asks_it(served: str) -> None:
    messages: Any = [{"role": "user", "content": "What is NormAd?"}]
    reply = OpenAI(base_url=f"{served}/v1", api_key="none").chat.completions.create(
        model="abstract-qa", messages=messages
    )
    assert "[1] NormAd" in str(reply.choices[0].message.content)


def test_the_page_is_a_command(served: str) -> None:
    with urllib.request.urlopen(served, timeout=60) as reply:
        assert b"Abstract QA" in reply.read()

"""What the folder listing promises: imports point one way, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = (
    ("nouns",),
    ("base",),
    ("catalogue", "cite", "audit", "present"),
    ("models",),
    ("intake", "index"),
    ("intent",),
    ("retrieve", "overview"),
    ("read", "kept"),
    ("answering", "routing"),
    ("library",),
    ("page", "serve"),
    ("commands",),
    ("__main__", "__init__"),
)
"""The parts of `rag`, bottom first: each may import from its own layer and from those before it, late imports too."""
HEAVY = {
    "numpy",
    "chromadb",
    "llama_index",
    "gradio",
    "openai",
    "onnxruntime",
    "tantivy",
    "tokenizers",
    "tiktoken",
    "dateparser",
}


MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "rag").rglob("*.py"))
}


def level(module: str) -> int:
    name = module.split(".")[1] if "." in module else "__init__"
    return next(rank for rank, layer in enumerate(LAYERS) if name in layer)


def imported(module: str) -> set[str]:
    """Return what a module imports anywhere: at its top, within functions, and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports by a relative name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name if name in MODULES else name.rpartition(".")[0] for name in found if name.startswith(("rag.", "eval"))}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    for name in imported(module):
        assert not name.startswith("eval"), f"{module} imports {name}"
        assert level(name) <= level(module), f"{module} imports {name}, which is above it"


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {module: imported(module) & set(MODULES) for module in MODULES}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as exc:
        pytest.fail(" imports ".join(reversed(exc.args[1])))


def test_the_nouns_know_nothing_above_them() -> None:
    for module in MODULES:
        if module.startswith("rag.nouns"):
            assert all(name.startswith("rag.nouns") for name in imported(module)), module


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    assert not HEAVY & modules_after("from rag.commands.arguments import parse\nimport rag.__main__")


def test_an_extractive_answer_imports_neither_llama_index_nor_gradio() -> None:
    loaded = modules_after("import rag.library, rag.read.extractive, rag.index.sync, rag.present")
    assert not {"llama_index", "gradio", "openai"} & loaded


def test_serving_agents_and_refusing_wrong_use_load_no_page() -> None:
    assert not {"llama_index", "gradio", "chromadb"} & modules_after("import rag.commands.serving")


def test_each_dependency_is_used_and_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().split("\ntest = [")[0].splitlines()
    stated = [line for line in lines if line.startswith('    "') and ">=" in line]
    code = "\n".join(path.read_text() for path in (ROOT / "rag").rglob("*.py"))
    assert len(stated) > 10
    for line in stated:
        package, _, reason = line.partition("#")
        assert reason.strip(), line
        module = package.strip(' "').partition(">=")[0].replace("-", "_")
        module = (
            module.replace("llama_index_", "llama_index.")
            .replace(".llms_", ".llms.")
            .replace("pyspell", "spell")
            .removeprefix("python_")
        )
        assert f"from {module}" in code or f"import {module}" in code, module

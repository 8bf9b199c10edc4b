"""What the folder listing promises: imports point one way, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = [
    {"nouns", "errors", "settings"},
    {"text", "retries", "guards", "waiting", "streaming"},
    {"pages", "catalogue", "cite", "audit", "present", "export", "abstention"},
    {"embedder", "learned", "filters", "familiar"},
    {"indexes", "plan"},
    {"questions", "digest", "neighbours"},
    {
        *("retrieval", "readers", "intake", "read_only", "locking", "folder", "enrich", "fetch", "watch"),
        *("conversations", "synthesis"),
    },
    {"answering", "routing", "next_questions"},
    {"library", "llama"},
    {"environment", "doctor", "page", "serve", "commands", "__main__", "__init__"},
]
"""The modules of `rag`, bottom first: each may import from its own layer and from those before it."""
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


def level(module: str) -> int:
    name = module.split(".")[1] if "." in module else "__init__"
    return next(rank for rank, layer in enumerate(LAYERS) if name in layer)


def imported_at_the_top(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    found = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
    return found | {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("path", sorted((ROOT / "rag").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for name in imported_at_the_top(path):
        if name.startswith("rag."):
            assert level(name) <= level(module), f"{module} imports {name}, which is above it"
        assert not name.startswith("eval"), f"{module} imports {name}"


def modules_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    assert not HEAVY & modules_after("from rag.commands.arguments import parse\nimport rag.__main__")


def test_an_extractive_answer_imports_neither_llama_index_nor_gradio() -> None:
    loaded = modules_after("import rag.library, rag.readers.extractive, rag.indexes.sync, rag.present")
    assert not {"llama_index", "gradio", "openai"} & loaded


def test_each_dependency_is_used_and_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text().split("\ntest = [")[0].splitlines()
    stated = [line for line in lines if line.startswith('    "') and ">=" in line]
    code = "\n".join(path.read_text() for path in (ROOT / "rag").rglob("*.py"))
    assert len(stated) > 10
    for line in stated:
        package, _, reason = line.partition("#")
        assert reason.strip(), line
        module = package.strip(' "').partition(">=")[0].replace("-", "_")
        module = module.replace("llama_index_", "llama_index.").replace(".llms_", ".llms.")
        assert f"from {module}" in code or f"import {module}" in code, module

"""What a run was: everything that could change a figure, and no secret.

Not handled: the hardware, and what an endpoint does behind a model's name.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import rag.models.embedder
from rag.base.settings import Settings
from rag.read.prompts import FOLDER as PROMPTS

from .intervals import SEED
from .questions import QuestionSet
from .records import PaperText, Record, library_sha256

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "chromadb",
    "llama-index-core",
    "llama-index-llms-openai-like",
    "onnxruntime",
    "openai",
    "tantivy",
    "tiktoken",
)


def describe(
    reader: str, settings: Settings, questions: QuestionSet, papers: Sequence[PaperText], choices: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a run's manifest before the first question; `choices` are the command's own options."""
    return {
        "reader": reader,
        "git": git_state(ROOT),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
        "settings": public_settings(settings),
        "model": {"asked": settings.model, "returned": []},
        "sha256": {
            "prompts": sha256_of(sorted(PROMPTS.glob("*.md"))),
            "set": questions.sha256,
            "library": library_sha256(papers),
            "embedder": _embedder(settings),
        },
        "papers": len(papers),
        "set": Path(questions.path).name,
        "seed": SEED,
        "choices": dict(choices),
    }


def totals(records: Iterable[Record], seconds: float) -> dict[str, Any]:
    """Return what a run came to: tokens, times, and how many askings gave nothing to score."""
    records = list(records)
    usages = [r.answer.get("usage") or {} for r in records if r.answer]
    return {
        "records": len(records),
        "errors": sum(r.failed and not r.missing for r in records),
        "missing": sum(r.missing for r in records),
        "prompt_tokens": sum(int(u.get("prompt_tokens") or 0) for u in usages),
        "completion_tokens": sum(int(u.get("completion_tokens") or 0) for u in usages),
        "asking_s": round(sum(r.wall_s for r in records), 3),
        "wall_s": round(seconds, 3),
    }


def public_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings without the key, and with nothing but scheme, host and path of each address."""
    values = asdict(settings)
    values.pop("api_key")
    return {name: _bare_url(v) if name.endswith("_url") and v else v for name, v in values.items()}


def sha256_of(paths: Iterable[Path]) -> str:
    """Return one hash of the files' names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def git_state(folder: Path) -> dict[str, Any]:
    """Return the revision checked out in a folder and whether files differ from it; None where git cannot say."""
    revision = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain")
    return {"revision": revision, "dirty": None if changes is None else bool(changes)}


def _git(folder: Path, *args: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(folder), *args], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _bare_url(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    return urlunsplit((parts.scheme, f"{host}:{parts.port}" if parts.port else host, parts.path, "", ""))


def _embedder(settings: Settings) -> str:
    """Return the hash of the shipped embedder's files, or the name of the one set in its place."""
    if settings.embed_model:
        return settings.embed_model
    return sha256_of(sorted(Path(rag.models.embedder.__file__).parent.rglob("*.onnx")))

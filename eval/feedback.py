"""Thumbs of the chat page as questions of a set.

An answer that a person held to be good becomes its question's gold: its titles, and the sentences it quotes. One that
a person held to be wrong has no gold: its question waits for the titles that answer it, and `validate` says so.
Not handled: whether the person was right, and dates set beside the question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.page.feedback import FILE

from .questions import Nugget, Question, SetError, load

_LISTED = 3
"""Papers cited above which a question is taken to ask for a list."""


def read(folder: Path) -> list[dict[str, Any]]:
    """Return the thumbs that stand in a library's folder, the last one of each answer; SetError where there is none."""
    path = folder / FILE
    try:
        entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        last = {(e["answer"]["id"], e["answer"]["question"], *e["earlier_questions"]): e for e in entries}
        return [entry for entry in last.values() if entry["thumb"]]
    except FileNotFoundError:
        raise SetError(
            f"There are no thumbs in {folder}: give some on the page, or name the library's folder."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetError(f"Cannot read the thumbs in {path}: {error!r}.") from error


def questions(entries: Sequence[Mapping[str, Any]]) -> Iterator[Question]:
    """Yield the question of each thumb; those of a thumb down have no gold yet."""
    for entry in entries:
        yield (_good if entry["thumb"] == "up" else _bad)(entry)


def append(path: Path, found: Sequence[Question]) -> tuple[Question, ...]:
    """Write the questions that a set does not hold below those that it does; return them."""
    held = load(path).by_id if path.exists() else {}
    new = tuple(q for q in {q.id: q for q in found}.values() if q.id not in held)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(q.to_dict(), ensure_ascii=False) + "\n" for q in new)
    return new


def _good(entry: Mapping[str, Any]) -> Question:
    answer = entry["answer"]
    answerable = answer["status"] != "abstained"
    titles = tuple(dict.fromkeys(c["title"] for c in answer["citations"])) if answerable else ()
    return Question(
        id=_id(entry),
        type=_type(entry, titles) if answerable else _declined(answer),
        question=answer["question"],
        answerable=answerable,
        gold_titles=titles,
        nuggets=tuple(_nuggets(answer)) if answerable else (),
        history=tuple(entry["earlier_questions"]),
        split="dev",
        notes=_notes(entry, "A person held this answer to be good; check that no title is missing"),
    )


def _bad(entry: Mapping[str, Any]) -> Question:
    cited = ", ".join(c["title"] for c in entry["answer"]["citations"]) or "nothing"
    return Question(
        id=_id(entry),
        type=_type(entry, ()),
        question=entry["answer"]["question"],
        answerable=True,
        history=tuple(entry["earlier_questions"]),
        split="dev",
        notes=_notes(entry, f"A person held this answer to be wrong; it cited {cited}"),
    )


def _nuggets(answer: Mapping[str, Any]) -> Iterator[Nugget]:
    for citation in answer["citations"]:
        for sentence in citation["sentences"]:
            if sentence["index"]:
                yield Nugget(sentence["quote"], citation["title"], sentence["quote"])


def _type(entry: Mapping[str, Any], titles: Sequence[str]) -> str:
    if entry["earlier_questions"]:
        return "followup"
    return "list" if len(titles) > _LISTED else "fact"


def _declined(answer: Mapping[str, Any]) -> str:
    return "off_topic" if answer["reason"] in {"off_topic", "not_in_library"} else "unanswerable_near"


def _id(entry: Mapping[str, Any]) -> str:
    """Return an id that the same question in the same conversation has again."""
    asked = "\n".join([*entry["earlier_questions"], entry["answer"]["question"]])
    return f"thumb-{hashlib.sha256(asked.encode()).hexdigest()[:10]}"


def _notes(entry: Mapping[str, Any], what: str) -> str:
    answer = entry["answer"]
    filters = f"; filters: {json.dumps(answer['filters'], ensure_ascii=False)}" if answer["filters"] else ""
    return f"{what} (thumb {entry['thumb']}, {entry['at']}, reader {answer['reader']}{filters})."

"""What people think of answers, kept with the whole answer in the library's folder: a line of JSON each.

A later line about the same answer replaces an earlier one; a thumb taken back is a line with none.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rag.base.errors import WorkFailed
from rag.nouns import Answer
from rag.page.conversation import Thumb

FILE = "feedback.jsonl"
_guard = threading.Lock()


def store(folder: Path, thumb: Thumb | None, answer: Answer, earlier: Sequence[str]) -> None:
    """Append a thumb with its answer and the questions before it; WorkFailed when the folder cannot be written."""
    line = json.dumps(
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "thumb": thumb.value if thumb else None,
            "earlier_questions": list(earlier),
            "answer": answer.to_dict(),
        },
        ensure_ascii=False,
    )
    try:
        with _guard, (folder / FILE).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as exc:
        raise WorkFailed(f"The thumb was not stored: {folder} cannot be written ({exc.strerror}).") from exc

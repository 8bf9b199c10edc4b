"""The judge: a model's opinion of the answers, beside the scorers and never mixed with them.

Each answer is judged k times. A verdict that cannot be read is unscored and counted; of the readable ones the majority
holds, and how often they agree is reported. Verdicts are kept one a line and never asked for twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.base.errors import ModelFailed
from rag.base.settings import Settings
from rag.models.chat.endpoint import Endpoint
from rag.models.chat.replies import ReplyLimits, read_object
from rag.read.prompts import messages

from .answers import Answer
from .intervals import Part
from .questions import Question
from .records import Record

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

TOKENS = 4_000
"""Tokens that a reply has room for."""
Chat = Callable[[Sequence["ChatMessage"]], str]
"""From the messages of a prompt to the reply's text; raises ModelFailed."""
SUPPORT_WORDS = ("yes", "partly", "no", "uncited")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One reading of one answer: facts told, and each sentence's support; None where the reply could not be read."""

    question_id: str
    turn: int
    facts: tuple[bool, ...] | None = None
    sentences: tuple[str, ...] | None = None
    repeat: int = 0

    @property
    def readable(self) -> bool:
        """Whether the reply was the JSON object that was asked for, whole."""
        return self.facts is not None and self.sentences is not None


def open_chat(settings: Settings) -> Chat:
    """Return a way to ask the model that is set; UsageError where none is."""
    endpoint = Endpoint.from_settings(settings)
    return lambda messages: endpoint.complete(messages, ReplyLimits(TOKENS)).text


def judge_run(
    records: Iterable[Record], questions: Mapping[str, Question], chat: Chat, path: Path, turns: int = 3
) -> list[Verdict]:
    """Judge what is answered and not judged yet, append each verdict to `path`, and return all of them."""
    verdicts = load(path)
    done = {(v.question_id, v.repeat, v.turn) for v in verdicts}
    for record in records:
        if record.failed or record.answer is None or record.answer.get("status") not in ("answered", "partial"):
            continue
        for turn in range(turns):
            if (record.question_id, record.repeat, turn) not in done:
                verdict = judge_one(record, questions[record.question_id], chat, turn)
                _append(path, verdict)
                verdicts.append(verdict)
    return verdicts


def judge_one(record: Record, question: Question, chat: Chat, turn: int) -> Verdict:
    """Ask for one verdict; a failing or unreadable reply gives one that is not readable."""
    answer = record.answer or {}
    try:
        reply = read_object(chat(request(question, answer)))
    except ModelFailed:
        reply = None
    facts = _facts((reply or {}).get("facts"), len(question.nuggets))
    sentences = _sentences((reply or {}).get("sentences"), len(answer.get("claims") or ()))
    return Verdict(record.question_id, turn, facts, sentences, record.repeat)


def request(question: Question, answer: Answer) -> list[ChatMessage]:
    """Return the messages that ask for a verdict."""
    sources = [
        f"[{c['number']}] {c['title']}: " + " ".join(s["quote"] for s in c.get("sentences") or ())
        for c in answer.get("citations") or ()
    ]
    return messages(
        "judge",
        question=asked(question),
        facts=_numbered(n.text for n in question.nuggets),
        sentences=_numbered(c["text"] for c in answer.get("claims") or ()),
        sources="\n".join(sources) or "(none)",
    )


def asked(question: Question) -> str:
    """Return the question after those that came before it, without which a follow-up cannot be judged."""
    return "\n".join([*(f"(asked before: {earlier})" for earlier in question.history), question.question])


def opinion(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Return the judge's parts per question, how many verdicts could not be read, and how often readings agreed."""
    verdicts = list(verdicts)
    by_answer: dict[tuple[str, int], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.readable:
            by_answer.setdefault((verdict.question_id, verdict.repeat), []).append(verdict)
    facts: dict[str, Part] = {}
    supported: dict[str, Part] = {}
    agreed: list[bool] = []
    for (question, _), found in by_answer.items():
        on_facts = list(zip(*(v.facts or () for v in found), strict=True))
        on_sentences = list(zip(*(v.sentences or () for v in found), strict=True))
        told, borne = [_majority(votes) for votes in on_facts], [_majority(votes) == "yes" for votes in on_sentences]
        agreed += [len(set(votes)) == 1 for votes in (*on_facts, *on_sentences) if len(found) > 1]
        facts |= {question: (sum(told) / len(told), 1.0)} if told else {}
        supported |= {question: (sum(borne) / len(borne), 1.0)} if borne else {}
    return {
        "facts_told": facts,
        "sentences_supported": supported,
        "unreadable": sum(not v.readable for v in verdicts),
        "verdicts": len(verdicts),
        "agreement": sum(agreed) / len(agreed) if agreed else None,
    }


def load(path: Path) -> list[Verdict]:
    """Return the verdicts kept so far."""
    if not path.exists():
        return []
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Verdict(**{**i, **{k: tuple(i[k]) for k in ("facts", "sentences") if i[k] is not None}}) for i in items]


def _append(path: Path, verdict: Verdict) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1)) or "(none)"


def _facts(value: Any, n: int) -> tuple[bool, ...] | None:
    if not isinstance(value, dict):
        return None
    told = tuple(v for i in range(1, n + 1) if isinstance(v := value.get(str(i)), bool))
    return told if len(told) == n else None


def _sentences(value: Any, n: int) -> tuple[str, ...] | None:
    if not isinstance(value, dict):
        return None
    said = tuple(v for i in range(1, n + 1) if (v := str(value.get(str(i)))) in SUPPORT_WORDS)
    return said if len(said) == n else None


def _majority(votes: Iterable[Any]) -> Any:
    """Return the commonest vote; of a tie, the one less in the answer's favour."""
    counts = Counter(votes)
    return max(counts, key=lambda vote: (counts[vote], vote in (False, "no", "uncited", "partly")))

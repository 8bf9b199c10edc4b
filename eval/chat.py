"""One request to a chat endpoint and its reply's text: for judging and for asking without a library.

Not handled: streaming, and conversations of more than one turn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from string import Template
from typing import Any

from eval.manifest import ROOT
from rag.errors import ModelFailed

Chat = Callable[[str], str]
"""From a prompt to the reply; raises ModelFailed."""


def prompt(name: str, **values: str) -> str:
    """Return the prompt of that file with its `$names` filled in; KeyError where one is not given."""
    return Template((ROOT / "prompts" / f"{name}.md").read_text(encoding="utf-8")).substitute(values)


def endpoint(base_url: str, api_key: str | None, model: str, timeout: float) -> Chat:
    """Return a function that asks a model of an OpenAI-compatible endpoint."""
    from openai import OpenAI, OpenAIError

    client = OpenAI(base_url=base_url, api_key=api_key or "none", timeout=timeout, max_retries=1)

    def chat(text: str) -> str:
        try:
            reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])
        except OpenAIError as error:
            raise ModelFailed(f"{model} did not reply: {error}") from error
        return reply.choices[0].message.content or "" if reply.choices else ""

    return chat


def json_object(reply: str) -> dict[str, Any] | None:
    """Return the last JSON object of a reply, whatever stands around it; None when there is none."""
    text = re.sub(r"<think>.*?</think>", "", reply, flags=re.DOTALL)
    decoder, found, at = json.JSONDecoder(), None, text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            at = text.find("{", at + 1)
            continue
        found = value if isinstance(value, dict) else found
        at = text.find("{", end)
    return found

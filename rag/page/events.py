"""What the parts of the page share: plain HTML, how events are wired, who asks, and what is said of failures.

The page's script hears when an event has come back, so that what was clicked meanwhile takes its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.events import Dependency

from rag.base.errors import AbstractQAError

Updates = dict[Any, Any]
"""What an event changes: components with their new values."""
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How an event is wired that shows no progress of Gradio's own and is no part of the page's API."""
AT_ONCE: dict[str, Any] = {**QUIET, "concurrency_limit": None}
"""The same for an event of which many may run at once."""


def html_part(value: str = "", **options: Any) -> gr.HTML:
    """Return a component that shows HTML of ours, without Gradio's style and script."""
    return gr.HTML(value, apply_default_css=False, js_on_load=None, **options)


def tell(event: Dependency, name: str) -> None:
    """Tell the script when `event` has come back, well or not; it knows it by `name`."""
    js = f"() => {{ document.dispatchEvent(new CustomEvent('aq-back', {{ detail: '{name}' }})); return []; }}"
    for after in (event.then, event.failure):
        after(None, js=js, **QUIET)


def tell_of_all(page: gr.Blocks, bridge: gr.HTML) -> None:
    """Tell the script of every event of the bridge, each by its own name."""
    for number, event in list(page.fns.items()):
        for name in [name for target, name in event.targets if target == bridge._id]:
            tell(Dependency(None, {}, number, None), name)


def told(event: gr.EventData, name: str) -> str:
    """Return what the page's script says under a name with an event; empty where it says nothing."""
    return str(event._data.get(name, "")) if isinstance(event._data, dict) else ""


def turn_number(event: gr.EventData) -> int:
    """Return the number of the turn that an event is about; 0, which no turn has, when it names none."""
    value = told(event, "turn")
    return int(value) if value.isdigit() else 0


def owner_of(request: gr.Request | None) -> str:
    """Return the name by which the person of a request signed in; empty where nobody has to."""
    return str(getattr(request, "username", None) or "")


@contextmanager
def warned() -> Iterator[None]:
    """Say on the page what kept the block from being done to its end."""
    try:
        yield
    except AbstractQAError as exc:
        gr.Warning(str(exc))

"""How the page's script hears that an event has come back, so that what was clicked meanwhile takes its turn."""

from __future__ import annotations

import gradio as gr
from gradio.events import Dependency


def tell(event: Dependency, name: str) -> None:
    """Tell the script when `event` has come back, well or not; it knows it by `name`."""
    js = f"() => {{ document.dispatchEvent(new CustomEvent('aq-back', {{ detail: '{name}' }})); return []; }}"
    for after in (event.then, event.failure):
        after(None, js=js, show_progress="hidden", api_visibility="private")


def tell_of_all(page: gr.Blocks, bridge: gr.HTML) -> None:
    """Tell the script of every event of the bridge, each by its own name."""
    for number, event in list(page.fns.items()):
        for name in [name for target, name in event.targets if target == bridge._id]:
            tell(Dependency(None, {}, number, None), name)

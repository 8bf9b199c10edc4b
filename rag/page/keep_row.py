"""The small row under the box: begin anew, download the conversation, load one."""

from __future__ import annotations

import gradio as gr

from rag.page.icons import icon


def keep_row() -> gr.UploadButton:
    """Lay out the row; return the button through which a saved conversation comes back."""
    with gr.Row(elem_id="keep"):
        gr.HTML(
            _button("new", "New", "Begin a new conversation") + _button("save", "Save", "Download this conversation"),
            elem_id="keep-buttons",
            apply_default_css=False,
            js_on_load=None,
        )
        return gr.UploadButton(
            "Load", file_types=[".json"], file_count="single", elem_id="load", size="sm", scale=0, min_width=0
        )


def _button(name: str, label: str, words: str) -> str:
    return (
        f'<button type="button" class="quiet" data-do="{name}" title="{words}" aria-label="{words}">'
        f"{icon(name)}<span>{label}</span></button>"
    )

"""The look of Gradio's own controls, in the colours of `style.css`. Nothing is fetched from elsewhere."""

from __future__ import annotations

import gradio as gr

_SANS = ("Inter", "-apple-system", "BlinkMacSystemFont", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")
_ONE_FOR_BOTH = frozenset({"color_accent"})
"""Variables that Gradio keeps once for light and dark."""


def theme() -> gr.themes.Base:
    """Return the theme; the colours are the variables of `style.css`."""
    look = gr.themes.Base(font=[*_SANS, "sans-serif"], font_mono=list(_MONO), radius_size="md", text_size="md")
    colours = {
        "body_background_fill": "var(--aq-paper)",
        "body_text_color": "var(--aq-ink)",
        "body_text_color_subdued": "var(--aq-soft)",
        "background_fill_primary": "var(--aq-card)",
        "background_fill_secondary": "var(--aq-paper)",
        "block_background_fill": "var(--aq-card)",
        "block_border_color": "var(--aq-line)",
        "block_label_text_color": "var(--aq-soft)",
        "block_title_text_color": "var(--aq-soft)",
        "border_color_primary": "var(--aq-line)",
        "border_color_accent": "var(--aq-accent)",
        "input_background_fill": "var(--aq-card)",
        "input_border_color": "var(--aq-line)",
        "input_border_color_focus": "var(--aq-accent)",
        "input_placeholder_color": "var(--aq-soft)",
        "button_primary_background_fill": "var(--aq-accent)",
        "button_primary_background_fill_hover": "var(--aq-accent-strong)",
        "button_primary_text_color": "var(--aq-on-accent)",
        "button_secondary_background_fill": "var(--aq-card)",
        "button_secondary_background_fill_hover": "var(--aq-tint)",
        "button_secondary_border_color": "var(--aq-line)",
        "button_secondary_text_color": "var(--aq-ink)",
        "link_text_color": "var(--aq-accent)",
        "color_accent": "var(--aq-accent)",
        "slider_color": "var(--aq-accent)",
    }
    both = {name: value for name, value in colours.items() if name not in _ONE_FOR_BOTH}
    return look.set(**colours, **{f"{name}_dark": value for name, value in both.items()})

"""The top of a page as a block of it: `navigation` writes what is in it."""

from __future__ import annotations

import gradio as gr


def masthead_block() -> gr.HTML:
    """An empty top, which also names the tab after its page once it is filled."""
    return gr.HTML(
        "",
        elem_id="cm-masthead",
        js_on_load="window.clearmix.top(element, watch)",
        apply_default_css=False,
    )

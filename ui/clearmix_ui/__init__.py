"""The listener's pages, in Gradio; `gradio` is imported when the pages are mounted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clearmix import hookimpl

if TYPE_CHECKING:
    from clearmix import Settings, WebApp


@hookimpl
def provide_web_app(settings: Settings) -> Iterable[WebApp]:
    """The pages, which mount themselves on the service."""
    from clearmix_ui.app import GradioApp

    return (GradioApp(),)

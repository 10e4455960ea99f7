"""How the pages mount themselves on the service."""

from __future__ import annotations

import os
import warnings
from importlib.resources import files
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from fastapi import FastAPI

    from clearmix import Kernel

PATH = "/app"
"""Where the pages are; the service sends the start page here."""

STREAM_SCRIPT = "/assets/stream.js"
"""The service's own script that plays its streams."""

SHEETS = ("listen.css", "pages.css", "rules.css", "verify.css", "house.css")
SCRIPTS = ("listen.js", "line.js", "player.js", "pages.js", "rules.js", "verify.js")
"""The assets of every page, in their order."""

COVER_SECONDS = 86_400
"""How long a browser may keep a cover: it is a function of its path."""


class GradioApp:
    """The pages as one Gradio application."""

    id = "gradio"
    version = "1"
    path = PATH

    def mount(self, app: object, kernel: object) -> None:
        """Adds the pages and the covers to the service."""
        # Before gradio is imported: it would report its use and look for updates elsewhere.
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        import gradio

        from clearmix_ui.desk import add_desk, add_statements
        from clearmix_ui.feed import add_feed, add_share_links
        from clearmix_ui.guarding import Guarded
        from clearmix_ui.house import add_house_page
        from clearmix_ui.listen import listen_page
        from clearmix_ui.playground.page import add_rules_page
        from clearmix_ui.presence import add_presence
        from clearmix_ui.verifying.address import add_verify_address
        from clearmix_ui.verifying.page import add_verify_page

        service, rooms = cast("FastAPI", app), cast("Kernel", kernel)
        _add_covers(service)
        add_verify_address(service, PATH)
        add_presence(service, PATH, rooms, service.state.sessions.user)
        service.add_middleware(Guarded, path=PATH, user=service.state.sessions.user)
        page = listen_page(rooms)
        add_rules_page(page, rooms)
        add_verify_page(page, rooms)
        add_feed(page, rooms)
        add_desk(page, rooms)
        add_house_page(page, rooms)
        add_share_links(service)
        add_statements(service, rooms)
        page.queue(max_size=200)
        # It says of every application with several pages that it does not what it was not asked to.
        warnings.filterwarnings("ignore", message="SSR mode is not supported", module="gradio")
        gradio.mount_gradio_app(
            service,
            page,
            PATH,
            auth_dependency=service.state.sessions.user,
            run_history=False,
            mcp_server=False,  # whatever the environment says: it would know no scopes
            footer_links=[],
            show_error=False,
            ssr_mode=False,
            theme=gradio.themes.Base(font=["system-ui"], font_mono=["ui-monospace"]),
            # In the head as they are: Gradio rewrites the selectors of what it gets as `css`.
            head="".join(f"<style>{_asset(name)}</style>" for name in SHEETS)
            + f"<script src='{STREAM_SCRIPT}'></script>"
            + "".join(f"<script>{_asset(name)}</script>" for name in SCRIPTS),
        )


def _add_covers(app: FastAPI) -> None:
    from fastapi import Response

    from clearmix_ui.covers import cover

    @app.get("/covers/{name}.svg", include_in_schema=False)
    def picture(name: str, remixed: bool = False) -> Response:
        return Response(
            cover(name, remixed=remixed),
            media_type="image/svg+xml",
            headers={"Cache-Control": f"public, max-age={COVER_SECONDS}"},
        )


def _asset(name: str) -> str:
    return files("clearmix_ui").joinpath("assets", name).read_text(encoding="utf-8")

"""Streams in a real browser: by its own HLS and by hls.js, and what stops them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from clearmix.kernel import Kernel
from clearmix.spec import RemixSpec

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SONG = "amazing-grace"

PLAY = """
async ([path, native]) => {
  if (window.audio) clearmixStream.detach(window.audio);
  const audio = document.body.appendChild(document.createElement("audio"));
  Object.assign(window, { audio, reason: null });
  window.info = await (await fetch(path, { method: "POST" })).json();
  await clearmixStream.attach(audio, info, { native, stopped: (why) => (window.reason = why) });
  await audio.play();
}
"""

STATUS = "async (path) => (await fetch(path, { method: 'POST' })).status"

NEXT = """
async () => {
  const beside = info.url.slice(0, info.url.lastIndexOf("/"));
  return (await fetch(`${beside}/aac-4.m4s`)).status;
}
"""


@pytest.fixture
def page(chromium: Any, service: Any) -> Iterator[Any]:
    """A page of the signed-in listener `mia` that holds nothing but the script that plays."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{service.url}/sign-in")
    page.get_by_label("Name").fill("mia")
    page.get_by_label("Password").fill("mia")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(".cm-song").first.wait_for()
    page.goto(f"{service.url}/healthz")
    page.add_script_tag(url="/assets/stream.js")
    yield page
    context.close()


@pytest.fixture
def kernel(service: Any) -> Iterator[Kernel]:
    kernel = Kernel(service.settings)
    yield kernel
    kernel.database.close()


@pytest.mark.parametrize("native", [True, False])
def test_a_browser_plays_an_original_by_its_own_hls_and_by_ours(page: Any, native: bool) -> None:
    page.evaluate(PLAY, [f"/api/streams/{SONG}", native])

    page.wait_for_function("audio.currentTime > 2")
    page.evaluate("audio.currentTime = 15")
    page.wait_for_function("audio.currentTime > 16 && !audio.paused")
    assert page.evaluate("Boolean(audio.clearmixHls)") is not native
    assert 23 < page.evaluate("audio.duration") < 25


def test_a_preview_plays_while_its_render_is_made_and_a_withdrawal_stops_the_render(
    page: Any, kernel: Kernel
) -> None:
    spec = RemixSpec(sources=(SONG,), styles=("house",))
    submission = kernel.rendering.submit(spec, "mia")
    assert submission.job is not None, submission.cleared.decision
    preview = f"/api/previews/{submission.job.id}"
    while page.evaluate(STATUS, preview) == 202:
        page.wait_for_timeout(200)
    page.evaluate(PLAY, [preview, True])
    page.wait_for_function("audio.currentTime > 2")
    assert page.evaluate("info.play_token") == ""

    render = kernel.rendering.wait(submission.job.id).render_id
    page.evaluate(PLAY, [f"/api/streams/{render}", True])
    page.wait_for_function("audio.currentTime > 2")
    kernel.consent.set(
        kernel.catalogue.recording(SONG).artists[0], "refuse", "any", existing="remove"
    )
    withdrawn = time.monotonic()

    assert page.evaluate(NEXT) == 451
    page.wait_for_function("window.reason !== null")
    assert time.monotonic() - withdrawn < 10
    assert page.evaluate("audio.paused && !audio.getAttribute('src')")

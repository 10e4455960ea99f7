"""For producers over HTTP: plans, edited plans, jobs, and renders in parts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from clearmix.rendering.models import Job
from clearmix.service import create_app, producing
from clearmix.service.sessions import COOKIE
from clearmix.storage.tables.catalogue import LoginRow
from clearmix_rules import PolicySource

from ..rendering.conftest import House, house, plugin_path  # noqa: F401

STAYS = """policy "Ada Wren, what leaves" version 1
by artist ada-wren

rule stays: forbid remix of tracks by ada-wren
  when use is export
  reason "Ada Wren's songs stay inside the service."
"""


@pytest.fixture(scope="module")
def enter(house: House) -> Callable[[str], TestClient]:  # noqa: F811
    """Signs somebody in."""
    vars(house.kernel)["web_apps"] = {}  # the pages have tests of their own
    with house.kernel.database.session(write=True) as session:
        for user in ("local", "somebody-else"):
            session.add(LoginRow(user=user, password="$", role="listener"))
    app = create_app(house.kernel)

    def enter(user: str) -> TestClient:
        return TestClient(
            app, follow_redirects=False, cookies={COOKIE: app.state.sessions.cookie(user)}
        )

    return enter


@pytest.fixture(scope="module")
def maker(enter: Callable[[str], TestClient]) -> TestClient:
    return enter("local")


@pytest.fixture(scope="module")
def amendable(house: House) -> str:  # noqa: F811
    return str(house.render("amends", seed=6).render_id)


@pytest.fixture(scope="module")
def parted(house: House) -> str:  # noqa: F811
    return str(house.render("parts", seed=6).render_id)


@pytest.fixture
def stays_inside(house: House) -> Iterator[None]:  # noqa: F811
    house.kernel.policies.add(PolicySource("stays.rights", STAYS))
    yield
    (house.settings.policies / "stays.rights").unlink()


def test_a_plan_is_read_edited_and_rendered_as_a_render_of_its_own(
    house: House,  # noqa: F811
    maker: TestClient,
    amendable: str,
) -> None:
    plan = maker.get(f"/api/renders/{amendable}/plan").json()
    answer = maker.post(f"/api/renders/{amendable}/amendments", json={**plan, "bars": 3})
    assert answer.status_code == 202
    assert answer.json()["outcome"] == "permitted"
    job = answer.json()["job"]["id"]
    house.kernel.rendering.wait(job)
    ended = maker.get(f"/api/jobs/{job}").json()
    assert (ended["state"], ended["fraction"]) == ("published", 1.0)
    assert maker.get(f"/api/renders/{ended['render_id']}").json()["amends"] == amendable


def test_a_plan_beyond_its_spec_is_answered_with_the_reason(
    maker: TestClient, amendable: str
) -> None:
    answer = maker.post(f"/api/renders/{amendable}/amendments", json={"bars": 99})
    assert answer.status_code == 422
    assert answer.json()["title"] == "Not a plan of this remix"
    assert "6 are the most" in answer.json()["detail"]
    assert "in words" in answer.json()["help"]


def test_a_render_leaves_in_parts_as_one_archive_and_nothing_stays_behind(
    house: House,  # noqa: F811
    maker: TestClient,
    parted: str,
) -> None:
    answer = maker.post(f"/api/renders/{parted}/session")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert f'filename="{parted}.zip"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
        about = json.loads(archive.read(f"{parted}/session.json"))
    assert names == {f"{parted}/{name}" for name in ("song.wav", "plan.json", "session.json")}
    assert about["render"]["render_id"] == parted
    assert list((house.settings.home / "sessions").iterdir()) == []


def test_what_may_not_be_exported_is_refused_with_the_reasons(
    house: House,  # noqa: F811
    maker: TestClient,
    parted: str,
    stays_inside: None,
) -> None:
    answer = maker.post(f"/api/renders/{parted}/session")
    assert answer.status_code == 403
    assert answer.json()["title"] == "Forbidden"
    assert answer.json()["detail"] == "Ada Wren's songs stay inside the service."
    assert list((house.settings.home / "sessions").iterdir()) == []


def test_one_session_is_made_at_a_time(maker: TestClient, parted: str) -> None:
    with producing._one_at_a_time:
        answer = maker.post(f"/api/renders/{parted}/session")
    assert answer.status_code == 503
    assert "in a minute" in answer.json()["help"]


def test_another_listeners_render_and_job_are_as_good_as_absent(
    house: House,  # noqa: F811
    enter: Callable[[str], TestClient],
    parted: str,
    amendable: str,
    queue: Callable[..., Job],
) -> None:
    other = enter("somebody-else")
    job = queue(house.kernel, house.spec(), "local", "parts", 1).id
    house.kernel.rendering.cancel(job)
    for method, path in (
        ("get", f"/api/renders/{amendable}/plan"),
        ("post", f"/api/renders/{amendable}/amendments"),
        ("post", f"/api/renders/{parted}/session"),
        ("get", f"/api/jobs/{job}"),
        ("get", "/api/jobs/none"),
    ):
        answer = other.request(method, path, json={"bars": 2} if method == "post" else None)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_render_without_a_plan_or_parts_is_answered_with_the_remedy(
    house: House,  # noqa: F811
    maker: TestClient,
) -> None:
    id = str(house.render("tiny", seed=6).render_id)
    plan, session = maker.get(f"/api/renders/{id}/plan"), maker.post(f"/api/renders/{id}/session")
    assert plan.status_code == session.status_code == 404
    assert "makes none" in plan.json()["help"]
    assert "`studio`" in session.json()["help"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/renders/0123456789abcdef/plan"),
        ("post", "/api/renders/0123456789abcdef/amendments"),
        ("post", "/api/renders/0123456789abcdef/session"),
        ("get", "/api/jobs/0123456789abcdef"),
    ],
)
def test_nothing_is_told_to_who_is_not_signed_in(
    enter: Callable[[str], TestClient], method: str, path: str
) -> None:
    client = enter("local")
    client.cookies.clear()
    answer = client.request(method, path, json={} if method == "post" else None)
    assert answer.status_code == 401

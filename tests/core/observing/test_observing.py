"""What the service says of itself is true, can be read by machines, and names nobody."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clearmix.errors import GeneratorError, PluginError
from clearmix.kernel import Kernel
from clearmix.observing import bound, span, tracing
from clearmix.observing.logs import AsJson, AsText
from clearmix.rendering.steps import Steps
from clearmix.service import create_app
from clearmix.spec import RemixSpec
from clearmix.storage.tallies import STEPS, counted

SPEC = RemixSpec(sources=("open-road",))

SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+')
"""A line of Prometheus' text format, as far as we write it."""


@pytest.fixture
def client(market: Kernel) -> Iterator[TestClient]:
    vars(market)["web_apps"] = {}
    with TestClient(create_app(market), client=("127.0.0.1", 50_000)) as client:
        yield client


def enter(client: TestClient, user: str = "mia") -> None:
    client.post("/sign-in", data={"user": user, "password": user}, follow_redirects=False)


# --- metrics -------------------------------------------------------------------------------------


def test_metrics_say_what_happened(
    market: Kernel, client: TestClient, publish: Callable[..., str]
) -> None:
    publish("mia")
    job = market.rendering.submit(SPEC, "mia").job
    assert job is not None
    failing = market.rendering.submit(SPEC, "ben").job
    assert failing is not None
    market.rendering.jobs.fail(failing.id, GeneratorError("no", help="no"))
    market.rendering.jobs.fail(failing.id, GeneratorError("no", help="it had failed before"))
    market.rendering.jobs.count_step("master", 1.5)
    market.rendering.jobs.count_step("master", 0.5)
    client.get("/healthz")

    said = client.get("/metrics").text.splitlines()

    assert {
        'clearmix_renders{state="failed"} 1',
        'clearmix_renders{state="published"} 1',
        'clearmix_renders{state="queued"} 1',
        'clearmix_queue_length{generator="idle"} 1',
        'clearmix_decisions_total{outcome="permitted"} 3',
        'clearmix_failures_total{kind="GeneratorError"} 1',
        'clearmix_step_seconds_sum{step="master"} 2',
        'clearmix_step_seconds_count{step="master"} 2',
        "clearmix_plays_total 0",
        'clearmix_charges{state="quoted"} 2',
        "clearmix_worker_up 0",
        'clearmix_http_requests_total{method="GET",route="/healthz",status="200"} 1',
    } <= set(said)
    wrong = [line for line in said if line[0] != "#" and not SAMPLE.fullmatch(line)]
    assert wrong == []
    described = [line.split()[2] for line in said if line.startswith("# TYPE")]
    assert len(described) == len(set(described))


def test_metrics_are_for_this_machine_or_whoever_has_the_token(market: Kernel) -> None:
    vars(market)["web_apps"] = {}
    far = TestClient(create_app(market), client=("192.0.2.1", 50_000))
    assert far.get("/metrics").status_code == 403
    market.settings = replace(market.settings, metrics_token="let me")
    here = TestClient(create_app(market), client=("127.0.0.1", 50_000))
    assert here.get("/metrics").status_code == 403
    assert far.get("/metrics", headers={"Authorization": "Bearer let you"}).status_code == 403
    assert far.get("/metrics", headers={"Authorization": "Bearer let me"}).status_code == 200


# --- readiness -----------------------------------------------------------------------------------


def test_a_service_is_ready_only_while_what_it_needs_answers(
    market: Kernel, client: TestClient
) -> None:
    assert client.get("/readyz").json() == {
        "ready": True,
        "checks": {"database": "ok", "store": "ok", "generator": "ok"},
    }
    market.settings = replace(market.settings, generator="nobody")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "nobody" in answer.json()["checks"]["generator"]


# --- logs ----------------------------------------------------------------------------------------


def test_a_request_is_logged_with_its_id_and_route_but_no_link_and_nobody(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    enter(client)
    opened = client.post("/api/streams/open-road")
    url = opened.json()["url"]
    with caplog.at_level(logging.INFO):
        client.get(url, headers={"X-Request-Id": "given-by-proxy"})
        client.get("/no-such-page", headers={"X-Request-Id": 'bad"id\\'})

    ours = [record for record in caplog.records if record.name.startswith("clearmix")]
    lines = [json.loads(AsJson().format(record)) for record in ours]
    text = json.dumps(lines) + "".join(AsText().format(record) for record in ours)
    routes = [line["route"] for line in lines if line["message"] == "answered"]
    assert "/stream/{expires}/{signed}/{listening}/{file}" in routes
    assert opened.headers["X-Request-Id"]
    for secret in (url, url.split("/")[3], opened.json()["play_token"], "mia", 'bad"id'):
        assert secret not in text


def test_lines_name_the_job_that_they_are_of_and_keep_what_was_raised() -> None:
    record = logging.LogRecord("clearmix", logging.ERROR, "", 0, "job %s", ("7",), None)
    with bound(job="7"), bound(step="mark"):
        assert json.loads(AsJson().format(record))["step"] == "mark"
        assert AsText().format(record).endswith("clearmix: job 7 [job=7 step=mark]")
    assert "step" not in json.loads(AsJson().format(record))
    try:
        raise ZeroDivisionError("no beat")
    except ZeroDivisionError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    assert "ZeroDivisionError: no beat" in json.loads(AsJson().format(record))["error"]


# --- traces --------------------------------------------------------------------------------------


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


def test_the_steps_of_a_job_are_spans_of_one_trace_and_are_counted(
    market: Kernel, spans: InMemorySpanExporter
) -> None:
    steps: Steps = market.rendering.steps

    def master(job_id: str, value: int) -> int:
        return value + 1

    def fails(job_id: str) -> None:
        raise GeneratorError("said by mia", help="no")

    assert steps.run(master, "job-1", 1) == 2
    with pytest.raises(GeneratorError):
        steps.run(fails, "job-1")
    with span("other", "job-2"):
        pass

    first, second, third = spans.get_finished_spans()
    assert [one.name for one in (first, second, third)] == ["master", "fails", "other"]
    assert first.context.trace_id == second.context.trace_id != third.context.trace_id
    assert first.attributes == {"clearmix.job": "job-1"}
    assert second.status.description == "GeneratorError"
    assert "mia" not in second.to_json()
    with market.database.session() as session:
        assert list(counted(session, STEPS)) == ["master"]


def test_a_collector_without_what_sends_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    tracing.start({})
    monkeypatch.setitem(
        __import__("sys").modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None
    )
    with pytest.raises(PluginError) as caught:
        tracing.start({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"})
    assert "clearmix[tracing]" in caught.value.help

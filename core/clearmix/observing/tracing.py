"""Traces: the steps of a render as spans of one trace, whichever workers ran them.

The trace's id follows from the job's, so nothing has to be handed from one process to the next,
and a worker that takes a job over goes on with its trace. Without an exporter spans cost nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from clearmix.errors import ClearmixError, PluginError

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""OpenTelemetry's own variables: spans are sent where they say."""


def start(environ: Mapping[str, str] = os.environ) -> None:
    """Sends spans to the collector that the environment names; without one it does nothing.

    Raises:
        PluginError: one is named, and what sends to it is not installed.
    """
    if not any(environ.get(name) for name in ENDPOINTS):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise PluginError(
            "traces are asked for, and nothing is installed that sends them",
            help='pip install "clearmix[tracing]", or unset OTEL_EXPORTER_OTLP_ENDPOINT',
            place="OTEL_EXPORTER_OTLP_ENDPOINT",
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "clearmix"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@contextmanager
def span(name: str, job_id: str) -> Iterator[None]:
    """A span of a job's trace; what is raised within marks it as failed, by kind and not words."""
    tracer = trace.get_tracer("clearmix")
    with tracer.start_as_current_span(
        name,
        context=trace_of(job_id),
        attributes={"clearmix.job": job_id},
        record_exception=False,
        set_status_on_exception=False,
    ) as opened:
        try:
            yield
        except ClearmixError as error:
            opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def trace_of(job_id: str) -> Context:
    """The trace of a job, for a span to be its child."""
    digest = hashlib.sha256(job_id.encode()).digest()
    parent = SpanContext(
        trace_id=int.from_bytes(digest[:16]),
        span_id=int.from_bytes(digest[16:24]),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(parent))

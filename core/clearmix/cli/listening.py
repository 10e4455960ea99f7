"""`clearmix interpret`, `decide`, `remix`, `spec`: what a listener does, in a shell."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clearmix.cli.output import Json, progress_bar, show
from clearmix.errors import RenderError, SpecError

if TYPE_CHECKING:
    from clearmix.clearance import Cleared
    from clearmix.contracts import Interpretation
    from clearmix.kernel import Kernel
    from clearmix.rendering.models import Job, Render
    from clearmix.spec import RemixSpec

Words = Annotated[str, typer.Argument(help="What the listener says.")]
Source = Annotated[
    str | None, typer.Option(help="Id, ISRC or title of the song (or id of a render).")
]
ListenerId = Annotated[str, typer.Option("--listener", help="Who asks.")]
GeneratorId = Annotated[str | None, typer.Option("--generator", help="Id of a generator.")]

_spec = typer.Typer(help="The remix spec.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(interpret)
    app.command()(decide)
    app.command()(remix)
    app.add_typer(_spec, name="spec")


def interpret(
    words: Words,
    context: Annotated[
        Path | None, typer.Option(help="JSON of the conversation: `versions`, `turns`, `source`.")
    ] = None,
    source: Source = None,
    interpreter: Annotated[
        str | None, typer.Option(help="Id of an interpreter; the configured one by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Turn words into a remix spec and say what was not understood."""
    from clearmix.conversation.understanding import conversation_of
    from clearmix.kernel import Kernel

    kernel = Kernel()
    fields = read_json(context) if context else {}
    conversation = conversation_of(kernel, fields, source, place=str(context or ""))
    said = kernel.interpret(words, conversation, interpreter=interpreter)
    show(said.as_json(), _in_words(said), as_json=as_json)


def decide(
    spec: Annotated[
        Path | None, typer.Option("--spec", help="JSON file of a remix spec, or - for stdin.")
    ] = None,
    prompt: Annotated[str | None, typer.Option(help="Words instead of a spec.")] = None,
    source: Source = None,
    listener: ListenerId = "local",
    generator: GeneratorId = None,
    at: Annotated[
        str | None, typer.Option(help="Decide as of this time (ISO 8601; UTC without a zone).")
    ] = None,
    known_at: Annotated[str | None, typer.Option(help="With what was known at this time.")] = None,
    explain: Annotated[bool, typer.Option(help="Say why, party by party.")] = False,
    as_json: Json = False,
) -> None:
    """Say whether a remix may be made, on what duties, and why."""
    from clearmix.conversation.understanding import understood
    from clearmix.kernel import Kernel

    if (spec is None) == (prompt is None):
        raise typer.BadParameter("give either `--spec FILE` or `--prompt WORDS`")
    kernel = Kernel()
    wanted = (
        understood(kernel, prompt, source)
        if prompt is not None
        else read_spec(kernel, spec, source)
    )
    cleared = kernel.decide(
        wanted, listener, generator=generator, at=_time(at), known_at=_time(known_at)
    )
    value = cleared.as_json()
    if explain:
        value["explanation"] = cleared.decision.explain()
    text = cleared.decision.explain() if explain else decision_text(cleared)
    show(value, text, as_json=as_json)


def remix(
    words: Annotated[str | None, typer.Argument(help="What the listener says.")] = None,
    spec_file: Annotated[
        Path | None, typer.Option("--spec", help="JSON file of a remix spec instead of words.")
    ] = None,
    source: Source = None,
    listener: ListenerId = "local",
    generator: GeneratorId = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same audio.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for a copy of the result.")] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Print the arrangement plan and render nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a remix from words: decide, render, master, mark, and say what was made."""
    from clearmix.contracts import Interpretation
    from clearmix.conversation.understanding import conversation_of, require_spec
    from clearmix.kernel import Kernel

    if (words is None) == (spec_file is None):
        raise typer.BadParameter("give either words or `--spec FILE`")
    kernel = Kernel()
    if words is not None:
        said = kernel.interpret(words, conversation_of(kernel, {}, source))
        spec = require_spec(said, words)
    else:
        spec = read_spec(kernel, spec_file, source)
        said = Interpretation(spec, "transform")
    if seed is not None:
        spec = spec.merged({"seed": seed})
    if plan:
        _show_plan(kernel, spec, listener, generator, as_json=as_json)
        return
    submission = kernel.rendering.submit(spec, listener, generator=generator)
    value: dict[str, Any] = {
        **submission.cleared.as_json(),
        "assumed": list(said.assumed),
        "not_understood": list(said.not_understood),
        "notes": list(submission.notes),
        "render": None,
    }
    if submission.job is None:
        show(value, decision_text(submission.cleared), as_json=as_json)
        return
    made = published(kernel, submission.job, out, quiet=as_json, told=submission.notes)
    value["spec"] = made.render.spec.as_json()
    value["render"] = made.json
    show(value, made.text, as_json=as_json)


@dataclass(frozen=True)
class Made:
    """A published render, and where its file is."""

    render: Render
    path: Path
    told: tuple[str, ...] = ()
    """What was said before it was made."""

    @property
    def json(self) -> dict[str, Any]:
        """What `remix` prints of it."""
        return render_json(self.render, self.path)

    @property
    def text(self) -> str:
        """The same for people."""
        return _render_text(self.render, self.path, self.told)


def published(
    kernel: Kernel,
    job: Job,
    out: Path | None,
    *,
    quiet: bool,
    told: tuple[str, ...] = (),
) -> Made:
    """The render of a job when it is done, with a copy in `out`; RenderError when it failed."""
    with progress_bar(quiet=quiet) as progress:
        ended = kernel.rendering.wait(job.id, lambda job: progress(job.fraction, job.message))
    if ended.render_id is None or ended.state != "published":
        raise RenderError(
            ended.error or "the render was cancelled",
            help=ended.help or "ask again; nothing was published and nothing is charged",
        )
    render = kernel.rendering.render(ended.render_id)
    path = kernel.store.local_path(render.audio_key)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        path = Path(shutil.copyfile(path, out / f"{render.id}.m4a"))
    return Made(render, path, told)


def _show_plan(
    kernel: Kernel, spec: RemixSpec, listener: str, generator: str | None, *, as_json: bool
) -> None:
    cleared, plan = kernel.rendering.planned(spec, listener, generator=generator)
    text = json.dumps(plan, indent=2, ensure_ascii=False) if plan else decision_text(cleared)
    show({**cleared.as_json(), "plan": plan}, text, as_json=as_json)


@_spec.command()
def schema(as_json: Json = False) -> None:
    """Print the JSON Schema of a remix spec."""
    from clearmix.spec import schema as describe

    described = describe()
    show(described, json.dumps(described, indent=2, ensure_ascii=False), as_json=as_json)


def decision_text(cleared: Cleared) -> str:
    """A decision for people."""
    lines = [cleared.decision.outcome.value.replace("-", " ")]
    lines += [f"  {reason.text}" for reason in cleared.decision.reasons]
    if cleared.nearest_words:
        lines.append(f"  {cleared.nearest_words}")
    if cleared.nearest is not None:
        lines.append(f"  would be allowed: {json.dumps(cleared.nearest.as_json())}")
    return "\n".join(lines)


def render_json(render: Render, path: Path) -> dict[str, Any]:
    """What `remix` prints of a render."""
    return {
        "id": render.id,
        "path": str(path),
        "title": render.title,
        "label": render.label,
        "seconds": round(render.seconds, 3),
        "lufs": round(render.lufs, 2),
        "true_peak_dbtp": round(render.true_peak_dbtp, 2),
        "measured": dict(render.measured),
        "notes": list(render.notes),
        "generator": render.generator,
        "marks": [vars(mark) for mark in render.marks],
    }


def _render_text(render: Render, path: Path, told: Sequence[str]) -> str:
    notes = dict.fromkeys((*told, *render.notes))
    return "\n".join(
        [
            f"{render.title}: {path}",
            f"  {render.seconds:.1f} s, {render.lufs:.1f} LUFS, {render.true_peak_dbtp:.1f} dBTP",
            f"  {render.label}",
            *(f"  {said}" for said in notes),
            f"  marks read back: {', '.join(mark.labeler for mark in render.marks)}",
        ]
    )


def _in_words(said: Interpretation) -> str:
    lines = [f"{said.intent}{f' ({said.control})' if said.control else ''}"]
    if said.spec:
        lines.append(json.dumps(said.spec.as_json(), indent=2, ensure_ascii=False))
    if said.assumed:
        lines.append(f"assumed: {', '.join(said.assumed)}")
    if said.not_understood:
        lines.append(f"not understood: {', '.join(said.not_understood)}")
    if said.question:
        lines.append(said.question)
    lines += [f"did you mean: {words}" for words in said.suggestions]
    lines += [f"note: {note}" for note in said.notes]
    return "\n".join(lines)


def read_spec(kernel: Kernel, path: Path | None, source: str | None) -> RemixSpec:
    """The spec in a JSON file, or on stdin; raises SpecError when it is none."""
    from clearmix.conversation.understanding import source_id
    from clearmix.spec import RemixSpec

    spec = RemixSpec.from_json(read_json(path), place=str(path))
    return spec.merged({"sources": [source_id(kernel, source)]}) if source else spec


def read_json(path: Path | None) -> dict[str, Any]:
    """The JSON object in a file, or on stdin; raises SpecError when there is none."""
    try:
        text = (
            typer.get_text_stream("stdin").read()
            if path is None or str(path) == "-"
            else path.read_text(encoding="utf-8")
        )
        value = json.loads(text)
    except FileNotFoundError:
        raise SpecError(f"no file at `{path}`", help="check the path") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SpecError(f"not JSON: {error}", help="give a JSON object", place=str(path)) from None
    if not isinstance(value, dict):
        raise SpecError("not a JSON object", help="give an object in braces", place=str(path))
    return value


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"`{text}` is not a time; write it as 2026-11-23 or 2026-11-23T12:00:00Z"
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)

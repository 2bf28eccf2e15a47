"""The command that counts the reps of trace files."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import orjson
import typer

from exercise_buddy.counting.count_documents import build_count
from exercise_buddy.counting.drawing import draw_count
from exercise_buddy.counting.engine.profiles import Profile
from exercise_buddy.counting.formatting import format_count
from exercise_buddy.counting.profiles import load_profiles
from exercise_buddy.counting.trace_files import FileTrace, TraceFileError, read_traces
from exercise_buddy.exercises import public as exercises

if TYPE_CHECKING:
    from exercise_buddy.counting.engine.counter import Analysis

_OPEN_MODE = "whatever repeats"


def count_file(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="JSON lines of traces, or a pose track. May be gzip."
        ),
    ],
    exercise: Annotated[
        str | None, typer.Option(help="Slug or name of the exercise. Default: what the file says, else open mode.")
    ] = None,
    trace: Annotated[str | None, typer.Option(help="Count only the trace with this name.")] = None,
    svg: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Draw the signal and its reps here. Several traces: OUT-1.svg, OUT-2.svg…"),
    ] = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print for each trace a JSON object as POST /counting/counts does.")
    ] = False,
) -> None:
    """Count the reps of a file of traces, and explain each."""
    try:
        for number, found in enumerate(traces := _read(file, exercise, trace), 1):
            analysis = _analyze(found)
            _print(found, analysis, as_json=as_json)
            if svg is not None:
                out = svg if len(traces) == 1 else svg.with_stem(f"{svg.stem}-{number}")
                _draw(out, found, analysis)
    except TraceFileError as error:
        _fail(f"{file}: {error}")
    except OSError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(1) from None


@dataclass(frozen=True, slots=True)
class _Task:
    """A trace, and the exercise as which it is counted; without a slug in open mode."""

    trace: FileTrace
    slug: str | None
    exercise_name: str

    @property
    def profile(self) -> Profile | None:
        return load_profiles()[self.slug] if self.slug else None

    @property
    def title(self) -> str:
        return f"{self.trace.name}, {self.exercise_name}"


def _read(file: Path, exercise: str | None, name: str | None) -> list[_Task]:
    traces = [found for found in read_traces(file) if name in {None, found.name}]
    if not traces:
        raise TraceFileError(f"The file has no trace with the name {name!r}.")
    return [_Task(found, *_find_exercise(exercise or found.exercise)) for found in traces]


def _find_exercise(given: str | None) -> tuple[str | None, str]:
    """Return the slug and the name of an exercise with a profile, or no slug for open mode."""
    if given is None:
        return None, _OPEN_MODE
    entry = exercises.find_entry(given)
    if entry is None:
        raise TraceFileError(f"There is no exercise {given!r} in the catalogue.")
    slug, name = entry
    if slug not in load_profiles():
        typer.secho(f"{name} has no counting profile: counting {_OPEN_MODE}.", fg="yellow", err=True)
        return None, name
    return slug, name


def _analyze(task: _Task) -> "Analysis":
    from exercise_buddy.counting.engine.counter import analyze  # noqa: PLC0415  (it loads NumPy)

    return analyze(task.trace.trace, task.profile)


def _print(task: _Task, analysis: "Analysis", *, as_json: bool) -> None:
    if as_json:
        exercise = {"slug": task.slug, "name": task.exercise_name} if task.slug else None
        document = build_count(analysis.count, exercise, task.profile)
        typer.echo(orjson.dumps({"name": task.trace.name, **document}).decode())
        return
    typer.echo("\n".join(format_count(task.title, analysis.count)) + "\n")


def _draw(out: Path, task: _Task, analysis: "Analysis") -> None:
    signal = (analysis.times_ms.tolist(), analysis.values.tolist())
    out.write_bytes(draw_count(task.title, analysis.count, *signal))

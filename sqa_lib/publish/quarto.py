"""The other publisher: `quarto render`, where Quarto is installed."""

from collections.abc import Collection
from pathlib import Path

from sqa_lib.publish.book import PublishError
from sqa_lib.publish.programs import run_program
from sqa_lib.publish.project import read_project

_LAST_WORDS = 5  # lines
_TARGETS = {"html": "html", "pdf": "typst"}


def render(folder: Path, formats: Collection[str]) -> list[Path]:
    """Render with Quarto. Both formats in one run, because `--to` one of them removes the other from `_book`."""
    project = read_project(folder)
    target = [] if set(formats) == set(_TARGETS) else ["--to", _TARGETS[next(iter(formats))]]
    run = run_program(["quarto", "render", str(folder), *target])
    paths = [
        folder / "_book" / ("index.html" if name == "html" else f"{project.slug}.pdf")
        for name in ("html", "pdf")
        if name in formats
    ]
    absent = [path.name for path in paths if not path.is_file()]
    if run.returncode or absent:
        reason = f"exit code {run.returncode}" if run.returncode else f"no {', '.join(absent)}"
        raise PublishError(f"{folder.name}: quarto render failed ({reason}): {_said((run.stderr or run.stdout).splitlines())}")
    return paths


def _said(lines: list[str]) -> str:
    """What it says of the error, after all that it tells of its progress; its last words where it calls nothing an error."""
    first = next((number for number, line in enumerate(lines) if "ERROR" in line), max(0, len(lines) - _LAST_WORDS))
    return "\n".join(lines[first:])

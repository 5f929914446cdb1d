"""The other publisher: `quarto render`, where Quarto is installed."""

import subprocess
from collections.abc import Collection
from pathlib import Path

from sqa_lib.publish.book import PublishError
from sqa_lib.publish.project import read_project

_TARGETS = {"html": "html", "pdf": "typst"}


def render(folder: Path, formats: Collection[str]) -> list[Path]:
    """Render with Quarto. Both formats in one run, because `--to` one of them removes the other from `_book`."""
    project = read_project(folder)
    target = [] if set(formats) == set(_TARGETS) else ["--to", _TARGETS[next(iter(formats))]]
    run = subprocess.run(
        ["quarto", "render", str(folder), *target], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    paths = [
        folder / "_book" / ("index.html" if name == "html" else f"{project.slug}.pdf")
        for name in ("html", "pdf")
        if name in formats
    ]
    absent = [path.name for path in paths if not path.is_file()]
    if run.returncode or absent:
        reason = f"exit code {run.returncode}" if run.returncode else f"no {', '.join(absent)}"
        raise PublishError(f"{folder.name}: quarto render failed ({reason}):\n{(run.stderr or run.stdout).strip()[-2000:]}")
    return paths

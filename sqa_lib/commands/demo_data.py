"""`sqa demo-data`."""

from pathlib import Path

from sqa_lib.commands.choices import one_of
from sqa_lib.commands.terminal import console
from sqa_lib.demo.reports import DEMOS, FIRST
from sqa_lib.report import project_root


def run_demo_data(folder: Path | None, report: str, seed: int | None) -> None:
    """Write the synthetic data of a demo report."""
    generate = DEMOS[one_of("report", report or FIRST, tuple(DEMOS))]
    own = {} if seed is None else {"seed": seed}
    for path in generate(folder or project_root() / "data" / (report or FIRST), **own):
        console.print(str(path), highlight=False, soft_wrap=True)

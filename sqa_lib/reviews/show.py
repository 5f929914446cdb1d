"""What `sqa check` prints about the reviews: a line per reviewer, and how many plans are reviewed."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from sqa_lib.reviews.progress import Progress
from sqa_lib.sources.datasets import HEALTH_PLANS

_MOST_NAMED = 5


def show_progress(progress: Progress, console: Console) -> None:
    table = Table(title=f"Reviews of health plans {progress.school_year}")
    for name in ("Reviewer", "Plans reviewed", "of these lacking a rating", "Rejected", "Not reviewed yet"):
        table.add_column(name, justify="left" if name == "Reviewer" else "right")
    for row in progress.reviewers.itertuples(index=False):
        table.add_row(*map(str, row))
    console.print(table)
    for line in lines_of(progress):
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def lines_of(progress: Progress) -> Iterator[str]:
    """What there is to say of the plans, a sentence each."""
    of_all = f" of {len(progress.plans)}" if progress.plans else ""
    yield f"{progress.reviewed}{of_all} health plans reviewed{_by(progress)}"
    if progress.plans and progress.without_plan:
        named = ", ".join(progress.without_plan[:_MOST_NAMED])
        more = " …" if len(progress.without_plan) > _MOST_NAMED else ""
        yield f"{len(progress.without_plan)} reviewed without a submitted plan in `{HEALTH_PLANS.path}`: {named}{more}"
    if progress.other_years:
        counted = ", ".join(f"{count} of {year}" for year, count in progress.other_years.items())
        yield f"reviews of other school years: {counted}"


def _by(progress: Progress) -> str:
    counted = [f"{plans} by {'one reviewer' if n == 1 else _COUNTS.get(n, str(n))}" for n, plans in progress.by_reviewers.items()]
    return f": {', '.join(counted)}" if counted else ""


_COUNTS = {2: "two", 3: "three"}

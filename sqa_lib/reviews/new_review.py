"""`sqa new review`: a reviewer's form in the report's data, where it is read when it is filled in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sqa_lib.report import Report, ReportError
from sqa_lib.reviews.blank import blank_form, reviewer_of
from sqa_lib.reviews.excel_form import write_excel_form
from sqa_lib.reviews.text_form import write_text_form
from sqa_lib.sources.datasets import PLAN_REVIEWS
from sqa_lib.units import slug

WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {"xlsx": write_excel_form, "yml": write_text_form}
"""Kind of file → what writes it."""


@dataclass(frozen=True)
class NewReview:
    """The form that was made, and how many plans it has."""

    path: Path
    plans: int


def new_review(
    report: Report, tables: Mapping[str, pd.DataFrame], root: Path, reviewer: str, units: Sequence[str], kind: str
) -> NewReview:
    """Write the form of one reviewer; refuses to write over one. kind: a key of `WRITERS`."""
    reviewer = reviewer_of(reviewer)
    form = blank_form(report, tables, reviewer, units)
    name = f"{slug(reviewer)}-{report.school_year.replace('/', '-')}.{kind}"
    path = root / report.data / PLAN_REVIEWS.form.folder / name
    if path.exists():
        raise ReportError(f"{path.relative_to(root)}: is there already; take it away first, or go on filling it in")
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[kind](form, path)
    return NewReview(path, len(form))

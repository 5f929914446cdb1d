"""A reviewer's form as a YAML file, for those who prefer text: the same rows, the explanations in comments."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import yaml

from sqa_lib.reviews.blank import AREA, RATED, REVIEWER, SCHOOL_YEAR, UNIT, UNIT_NAME
from sqa_lib.reviews.guide import EMPTY, FAIR, NO_NAMES, addressed, heading
from sqa_lib.rubric import RUBRIC
from sqa_lib.sources.datasets import PLAN_REVIEWS

_SHARED = (SCHOOL_YEAR, REVIEWER)
_OWN = (UNIT, UNIT_NAME, AREA)


def write_text_form(form: pd.DataFrame, path: Path) -> None:
    """form: as `blank_form` gives it."""
    path.write_text("\n".join([*_comments(form), "", *_content(form)]) + "\n", encoding="utf-8", newline="\n")


def _comments(form: pd.DataFrame) -> Iterator[str]:
    yield f"# {heading(form[SCHOOL_YEAR].iloc[0])}"
    yield f"# {addressed(form[REVIEWER].iloc[0], len(form))}"
    yield "#"
    yield f"# Skriv ett ord efter varje kriterium: {', '.join(RUBRIC.words)}."
    yield from (f"# {line}" for line in (EMPTY, FAIR, NO_NAMES, "Ändra inget annat i filen."))
    yield "#"
    yield from (f"# {rating.name}: {rating.meaning}" for rating in RUBRIC.ratings)
    for criterion in RUBRIC.criteria:
        yield "#"
        yield f"# {criterion.name}: {criterion.question}"
        yield from (f"#   {word}: {meaning}" for word, meaning in zip(RUBRIC.words, criterion.levels.values(), strict=True))


def _content(form: pd.DataFrame) -> Iterator[str]:
    for header in _SHARED:
        yield f"{header}: {_scalar(form[header].iloc[0])}"
    yield f"{PLAN_REVIEWS.form.rows}:"
    for row in form.to_dict("records"):
        first, *others = (f"{header}: {_scalar(row[header])}" for header in _OWN)
        yield ""
        yield f"  - {first}"
        yield from (f"    {line}" for line in (*others, *(f"{_scalar(header)}:" for header in RATED)))


def _scalar(text: str) -> str:
    """A text as YAML has it on one line, in quotation marks where it needs them."""
    return yaml.safe_dump(text, allow_unicode=True, width=float("inf")).splitlines()[0]

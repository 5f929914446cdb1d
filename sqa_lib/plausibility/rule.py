"""The rules as data (`rules.yml`): what is looked at, how far it may differ, why, and how serious that is."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sqa_lib.plausibility.oddity import Severity
from sqa_lib.yaml_loader import read_yaml


class _Rule(BaseModel):
    """What every rule says. dataset: what is looked at; of: the numeric column whose sum is looked at, "" for the number of rows;
    by: the dimensions that it is looked at for, beside unit and school year; where: only rows of these codes.
    reason: why this can't, or hardly can, be true. severity: see `Severity`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    dataset: str
    of: str = ""
    by: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    severity: Severity = "warning"
    reason: str


class Change(_Rule):
    """More or less than in the years beside it. limit: in robust standard deviations of all such changes, of roots, since counts
    vary as their roots; ratio: how many times more or less; at_least: by how much."""

    kind: Literal["change"]
    limit: float = 4.5
    ratio: float = 1.5
    at_least: float = 8


class Gap(_Rule):
    """No row in a year, though the years beside it have one with at least so much (`at_least`)."""

    kind: Literal["gap"]
    at_least: float = 3


class Uneven(_Rule):
    """A group many times (`ratio`) as large as the largest other of the same unit and year. at_least: its size."""

    kind: Literal["uneven"]
    ratio: float = 4
    at_least: float = 40


class Absent(_Rule):
    """Nothing of a unit in a year, though there are so many rows (`at_least`) of it in the years beside it, or in the two years
    before the last."""

    kind: Literal["absent"]
    at_least: float = 1


class Unasked(_Rule):
    """A column without anything in a school year, though other years have something."""

    kind: Literal["unasked"]


class Blank(_Rule):
    """Rows of units of a school form without what they should say: the column (`column`) may be empty for other school forms."""

    kind: Literal["blank"]
    column: str
    school_form: str


class Rows(_Rule):
    """Another number of rows of a unit than in all its other years, which all have the same; there are three years at least."""

    kind: Literal["rows"]


class Rate(_Rule):
    """So much of one number for another (`per`) as no other unit has, or as the unit itself has in no other year.

    per_dataset: where `per` is, if elsewhere. limit, ratio: as in `Change`, of logarithms; at_least: only where so much could be
    expected; zero_from: the expected number from which a zero is odd.
    """

    kind: Literal["rate"]
    per: str
    per_dataset: str = ""
    limit: float = 5
    ratio: float = 2
    at_least: float = 8
    zero_from: float = 10


class Total(_Rule):
    """More than (`at_most`), or another number than (`equal`), what another dataset says of the same. slack: the share, and
    slack_rows the number, that it may differ by, since datasets are of different days."""

    kind: Literal["total"]
    relation: Literal["at_most", "equal"]
    whole: str
    whole_of: str = ""
    slack: float = 0
    slack_rows: float = 0


class Repeat(_Rule):
    """The numbers (`columns`) of a unit and year are those of another year or unit. at_least: how many rows are alike; share:
    of all that could be."""

    kind: Literal["repeat"]
    columns: tuple[str, ...]
    at_least: int = 6
    share: float = 0.8


class Twice(_Rule):
    """Rows of a unit and year that are alike in all but their number. at_least: how many more than there should be; share: of
    the unit's rows."""

    kind: Literal["twice"]
    at_least: int = 3
    share: float = 0.2


class Spread(_Rule):
    """The answers to a question (`columns`) spread as in no other unit or year: swapped columns, one answer for all.

    at_least: rows; distance: the share of answers that would have to be others (total variation distance).
    """

    kind: Literal["spread"]
    columns: tuple[str, ...]
    at_least: int = 8
    distance: float = 0.6


Rule = Change | Uneven | Gap | Absent | Blank | Rows | Rate | Total | Repeat | Twice | Spread
_RULES = TypeAdapter(list[Annotated[Rule, Field(discriminator="kind")]])


@cache
def read_rules() -> tuple[Rule, ...]:
    return tuple(_RULES.validate_python(read_yaml(Path(__file__).with_name("rules.yml").read_bytes())))

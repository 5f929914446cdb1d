"""The small vocabulary of sentences, in notebooks and in units' own texts: one unit's figures, a few names and filters."""

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics.change import Change
from sqa_lib.published import Cell, Published, UnknownStatistic
from sqa_lib.units import Unit
from sqa_lib.words import (
    definite,
    genitive,
    is_period,
    listed,
    lower_first,
    plural,
    previous_year,
    school_years,
    sentence,
    spelled,
)

_SCHOOL_YEAR = re.compile(r"\d{4}/\d\d(–\d{4}/\d\d)?")


class Figures:
    """Published statistics bound to a unit and a school year."""

    def __init__(self, published: Published, unit: Unit, school_year: str) -> None:
        self.published = published
        self.unit = unit
        self.year = school_year
        self.previous = previous_year(school_year)

    def v(self, statistic: str, *, at: str = "", school_year: str = "", **codes: str) -> Cell:
        """One figure of this unit (or of the unit `at`) this school year (or another)."""
        return self.published.cell(statistic, at or self.unit.code, school_year or self.year, **codes)

    def change(self, statistic: str, *, at: str = "", school_year: str = "", **codes: str) -> Change:
        """The change since last school year (or from the one before another to that), with its certainty."""
        year = school_year or self.year
        if is_period(year):
            raise UnknownStatistic(f"a change is to one school year, such as `{self.year}`, not to `{year}`")
        return self.published.change(statistic, at or self.unit.code, previous_year(year), year, **codes)

    @property
    def vocabulary(self) -> Mapping[str, Any]:
        """What a template may name, by name."""
        tree = self.published.tree
        return {
            "v": self.v, "change": self.change, "unit": self.unit.name, "units": genitive(self.unit.name),
            "above": tree[self.unit.parent].name if self.unit.parent else "",
            "year": self.year, "last_year": self.previous, "years": school_years(self.year),
        }  # fmt: skip

    @property
    def for_texts(self) -> Mapping[str, Any]:
        """The same for a unit's own text: what can't be right is an error there, since nobody sees it run."""
        return {**self.vocabulary, "v": self._checked(self.v), "change": self._checked(self.change)}

    def _checked(self, look_up):
        def checked(statistic: str, *, at: str = "", school_year: str = "", **codes: str) -> Cell | Change:
            self.published.check(statistic, at or self.unit.code, codes)
            if school_year and not _SCHOOL_YEAR.fullmatch(school_year):
                raise UnknownStatistic(f"no school year `{school_year}`; write it as `{self.year}`")
            return look_up(statistic, at=at, **({"school_year": school_year} if school_year else {}), **codes)

        return checked


def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox that templates run in; an unknown name is an error, never an empty string."""
    env = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, lstrip_blocks=True)
    env.filters.update(
        cap=lambda said: sentence(str(said)), lower_first=lambda said: lower_first(str(said)), listed=listed,
        number=lambda cell: cell.alone, spelled=_spelled, spelled_number=spelled,
        form=lambda code: definite(_form(code)), forms=lambda code: plural(_form(code)),
        the_forms=lambda code: plural(_form(code)) + "na", a_form=_form, attending=_attending,
    )  # fmt: skip
    return env


def _form(code: str) -> str:
    """A school form's name, `skola` for all of them."""
    return DIMENSIONS["school_form"].label_of(code) if code else "skola"


def _attending(code: str) -> str:
    """Those who go to a school form: `barn` to preschool, else `elever`."""
    return "barn" if code == "preschool" else "elever"


def _spelled(cell: Cell) -> str:
    """A count at the start of a sentence or a small one in it: `tre projektskolor`; withheld words itself."""
    said = str(cell)
    singular, several = cell.statistic.noun
    if not cell.is_known or not cell.value or cell.value != int(cell.value):
        return said
    if cell.value == 1:
        return f"{'ett' if singular in _NEUTER else 'en'} {singular}"
    return f"{spelled(int(cell.value))}\u00a0{several}"


_NEUTER = frozenset({"ärende", "barn", "möte", "tillfälle"})

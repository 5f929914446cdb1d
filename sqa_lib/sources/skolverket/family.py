"""The families of tables that Skolverket's database exports per municipality: what each is called and how it is laid out.

A family is data, one file of `families/`: its title, its head lines, which columns are keys, which measures the others hold.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.sources.cells import folded
from sqa_lib.sources.skolverket.measures import ALL_MEASURES
from sqa_lib.words import nearest
from sqa_lib.yaml_loader import read_yaml

KEYS = {
    "municipality": ("Kommun",),
    "municipality_code": ("Kommun-kod", "Kommunkod"),
    "county": ("Län",),
    "county_code": ("Läns-kod", "Länskod"),
    "authority_type": ("Typ av huvudman",),
}
"""What says whom a row is about: our name → the heads that it has in the files."""
SCHOOL_YEAR, MEASURE = "school_year", "measure"
_BY_NAME = {measure.name: measure for measure in ALL_MEASURES}


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FamilyDimension(_Checked):
    """A dimension that the table is broken down by. head: of the column that holds it, "" where a head line does. words: in the
    file → code, "" for all together (default: the codebook's words). is_optional: some exports leave it out."""

    head: str = ""
    words: dict[str, str] = {}
    is_optional: bool = False


class FamilyColumn(_Checked):
    """A column, or several under one head, that holds a measure. codes: dimension → code, of what the head itself says."""

    head: str
    measure: str
    codes: dict[str, str] = {}


class Family(_Checked):
    """A table of the database. title: how the table's own title begins. about: in an error or a list, in Swedish.

    head_lines: what each line of the head says, from the top: a `measure`, a dimension or a `school_year`; a measure's name may
    stand on two lines. measure: of all columns, where they are school years.
    """

    name: str
    title: str
    about: str
    head_lines: tuple[str, ...] = (MEASURE,)
    measure: str = ""
    dimensions: dict[str, FamilyDimension] = {}
    columns: tuple[FamilyColumn, ...] = Field(())

    @model_validator(mode="after")
    def _known_names(self) -> "Family":
        measures = [*(column.measure for column in self.columns), *([self.measure] if self.measure else [])]
        codes = {name for column in self.columns for name in column.codes}
        _check("measure", measures, _BY_NAME)
        _check("dimension", [*self.dimensions, *codes], DIMENSIONS)
        _check("line of a head", self.head_lines, {MEASURE, SCHOOL_YEAR, *self.dimensions})
        return self

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Our name of a key column → its heads in the file."""
        return KEYS | {name: (dimension.head,) for name, dimension in self.dimensions.items() if dimension.head}

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([self.measure] if self.measure else [column.measure for column in self.columns]))

    def codes_of(self, dimension: str) -> dict[str, str]:
        """Word in the file, as `plain` has it → code, "" for all together."""
        own = {plain(text): code for text, code in self.dimensions[dimension].words.items()}
        return {plain(code.source): code.code for code in DIMENSIONS[dimension].codes if code.source} | own

    def is_titled(self, title: str) -> bool:
        return plain(title).startswith(plain(self.title))


def _check(what: str, names: Any, known: Any) -> None:
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no {what} `{unknown[0]}`{nearest(unknown[0], list(known))}")


def plain(text: str) -> str:
    """Heads and titles as they are compared: without regard to case, spaces, hyphens and stops, which vary between exports."""
    return re.sub(r"[\s\-.:*]+", "", folded(text))


@cache
def families() -> tuple[Family, ...]:
    """All known families, by name."""
    here = files(__package__) / "families"
    paths = sorted((path for path in here.iterdir() if path.name.endswith(".yml")), key=lambda path: path.name)
    return tuple(
        Family.model_validate({"name": path.name.removesuffix(".yml"), **read_yaml(path.read_bytes())}) for path in paths
    )


def family_of(title: str) -> Family | None:
    """The family whose title it is: the longest one that it begins with."""
    found = [family for family in families() if family.is_titled(title)]
    return max(found, key=lambda family: len(family.title), default=None)


def nearest_family(title: str) -> Family:
    """The family with the title most like this one."""
    return max(families(), key=lambda family: SequenceMatcher(None, plain(family.title), plain(title)).ratio())


@dataclass(frozen=True)
class Place:
    """What a column of a table holds: a measure of the codes, of a school year ("" for the table's own)."""

    measure: str
    codes: tuple[tuple[str, str], ...] = ()
    school_year: str = ""

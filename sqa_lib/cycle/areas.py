"""Prioritised development areas: `development_areas.yml` in the report's data folder, unit → areas, every key checked."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.report import ReportError
from sqa_lib.school_years import SchoolYear, school_year
from sqa_lib.texts.markup import PICTURE
from sqa_lib.words import nearest
from sqa_lib.yaml_loader import read_yaml

FILE = "development_areas.yml"

SENTENCES = (
    "why", "governing_documents", "expected_effects", "conditions", "measures", "follow_up", "evaluation", "research",
    "conclusions",
)  # fmt: skip
"""The keys of an area that hold sentences, in which figures may be referred to; of a measure that is what will be done."""

_PERSON = re.compile(r"\b[A-ZÅÄÖÉ][a-zåäöé]+(?:-[A-ZÅÄÖÉ][a-zåäöé]+)? [A-ZÅÄÖÉ][a-zåäöé]+")


def _sentences(value: object) -> object:
    if not isinstance(value, list):
        raise ValueError("must be a list of sentences, each on a line that begins with a dash")
    if any(not isinstance(item, str) for item in value):
        raise ValueError("holds something else than sentences; put quotation marks around a sentence that holds a colon")
    return tuple(_without_picture(item) for item in value)


def _without_picture(sentence: str) -> str:
    if PICTURE.search(sentence):
        raise ValueError("holds a picture, which belongs in a text (`texts/<unit>/<section>.md`)")
    return sentence


def _role(value: object) -> object:
    if isinstance(value, str) and _PERSON.search(value):
        raise ValueError("looks like a person's name; write the role, such as rektor")
    return value


def _known_form(value: str) -> str:
    known = DIMENSIONS["school_form"].names
    if value not in known:
        raise ValueError(f"is no school form{nearest(value, known)}")
    return value


Sentences = Annotated[tuple[str, ...], BeforeValidator(_sentences)]
Role = Annotated[str, BeforeValidator(_role), Field(min_length=1)]
Term = Literal["short", "long"]
Progress = Literal["planned", "ongoing", "done", "not_done"]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Effects(_Checked):
    """What the work is expected to lead to: soon (`short_term`) and later (`long_term`)."""

    short_term: Sentences = ()
    long_term: Sentences = ()


class Measure(_Checked):
    """Something that will be done (insats). responsible: a role, never a person. status: how it went."""

    what: Annotated[str, AfterValidator(_without_picture), Field(min_length=1)]
    responsible: Role
    begins: datetime.date = Field(alias="from")
    ends: datetime.date = Field(alias="until")
    term: Term
    status: Progress = "planned"

    @property
    def has_outcome(self) -> bool:
        return self.status in ("done", "not_done")

    def is_overdue(self, day: datetime.date) -> bool:
        """Whether it should have been done by a day, and nobody has said how it went."""
        return self.ends < day and not self.has_outcome

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Measure":
        if self.ends < self.begins:
            raise ValueError(f"ends ({self.ends}) before it begins ({self.begins}); mend `from` or `until`")
        return self


class Target(_Checked):
    """What an indicator shall reach: a value (`at_least`, `at_most`) or a change since the baseline (`up_by`, `down_by`).

    In the statistic's own unit: percent and percentage points for shares. Exactly one of the four.
    """

    at_least: float | None = None
    at_most: float | None = None
    up_by: float | None = Field(None, gt=0)
    down_by: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _is_one(self) -> "Target":
        if len(self.model_fields_set) != 1 or None in self.given.values():
            raise ValueError(f"needs exactly one of {', '.join(type(self).model_fields)}, with a number")
        return self

    @property
    def given(self) -> dict[str, float | None]:
        return {name: getattr(self, name) for name in self.model_fields_set}

    @property
    def is_upwards(self) -> bool:
        return self.at_least is not None or self.up_by is not None

    @property
    def is_change(self) -> bool:
        return self.up_by is not None or self.down_by is not None

    def value(self, baseline: float) -> float:
        """The value to reach. baseline: the published value that a change starts from."""
        if self.at_least is not None or self.at_most is not None:
            return self.at_least if self.at_least is not None else self.at_most  # type: ignore[return-value]
        return baseline + (self.up_by or 0) - (self.down_by or 0)


class Indicator(_Checked):
    """A published statistic that tells whether the work has effect.

    name: what readers see. statistic, codes: which figure. baseline: the school year whose published value it starts from.
    date: when the target shall be reached.
    """

    name: str = Field(min_length=1)
    statistic: str
    codes: Mapping[str, str] = {}
    baseline: SchoolYear
    target: Target
    date: datetime.date

    @model_validator(mode="after")
    def _is_a_figure(self) -> "Indicator":
        if self.statistic not in DEFINITIONS:
            raise ValueError(f"has no statistic `{self.statistic}`{nearest(self.statistic, sorted(DEFINITIONS))}")
        for dimension, code in self.codes.items():
            if dimension not in DIMENSIONS:
                raise ValueError(f"has no dimension `{dimension}`{nearest(dimension, DIMENSIONS)}")
            if code not in DIMENSIONS[dimension].names:
                raise ValueError(f"has no code `{code}` of `{dimension}`; it has: {', '.join(DIMENSIONS[dimension].names)}")
        if self.due <= self.baseline:
            raise ValueError(f"has its date ({self.date}) within or before the baseline's school year; mend `date` or `baseline`")
        return self

    @property
    def due(self) -> str:
        """The school year (1 August to 31 July) that the target's date lies in."""
        first = self.date.year if self.date.month >= 8 else self.date.year - 1
        return f"{first}/{(first + 1) % 100:02d}"


class Area(_Checked):
    """A prioritised development area of one unit (utvecklingsområde).

    school_year: that of the report in which it was decided; the work is done in the year that follows. school_form: which it
    concerns, "" for all. carried_from: the school year of the area that it goes on from. conclusions: what was concluded when it
    was evaluated.
    """

    name: str = Field(min_length=1)
    school_year: SchoolYear
    school_form: Annotated[str, AfterValidator(_known_form)] = ""
    carried_from: Annotated[str, AfterValidator(lambda year: year and school_year(year))] = ""
    why: Sentences = ()
    governing_documents: Sentences = ()
    expected_effects: Effects = Effects()
    conditions: Sentences = ()
    measures: tuple[Measure, ...] = ()
    follow_up: Sentences = ()
    evaluation: Sentences = ()
    research: Sentences = ()
    indicators: tuple[Indicator, ...] = ()
    conclusions: Sentences = ()

    def with_sentences(self, change: Callable[[str, str], str]) -> "Area":
        """The same area with other sentences. change: key and sentence → sentence."""
        return self.model_copy(update={key: _changed(getattr(self, key), partial(change, key)) for key in SENTENCES})

    @model_validator(mode="after")
    def _is_of_its_time(self) -> "Area":
        for indicator in self.indicators:
            if indicator.baseline > self.school_year:
                raise ValueError(
                    f"the baseline of `{indicator.name}` ({indicator.baseline}) comes after the area's `school_year` "
                    f"({self.school_year}); mend one of them"
                )
        return self


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    """The sentences of an area's part, each changed."""
    match part:
        case str():
            return change(part)
        case Effects():
            return part.model_copy(update={term: _changed(getattr(part, term), change) for term in Effects.model_fields})
        case Measure():
            return part.model_copy(update={"what": change(part.what)})
    return tuple(_changed(item, change) for item in part)


def read_areas(path: Path, unit: str) -> list[Area]:
    """All areas of a unit, of every school year; [] without file or unit. A mistake names file, unit, area and key."""
    return areas_in(path.name, unit, written_areas(path).get(unit))


def areas_in(file: str, unit: str, content: object) -> list[Area]:
    """The areas that a unit's part of the file holds."""
    return [_area(file, unit, area) for area in _listed(file, unit, content)]


def read_all(path: Path) -> dict[str, list[Area]]:
    """Unit → areas; raises the first mistake."""
    return {unit: areas_in(path.name, unit, areas) for unit, areas in written_areas(path).items()}


def mistakes(path: Path, units: Iterable[str]) -> list[str]:
    """Every mistake in the file, in its order, a line each. units: the codes there are."""
    try:
        content = written_areas(path)
    except ReportError as error:
        return [str(error)]
    known = list(units)
    unknown = [f"{path.name}: unit {unit} is not in the report{nearest(unit, known)}" for unit in content if unit not in known]
    return unknown + [line for unit, areas in content.items() for line in _mistakes_of(path.name, unit, areas)]


def _mistakes_of(file: str, unit: str, areas: object) -> list[str]:
    try:
        listed = _listed(file, unit, areas)
    except ReportError as error:
        return [str(error)]
    found = []
    for area in listed:
        try:
            _area(file, unit, area)
        except ReportError as error:
            found += str(error).splitlines()
    return found


def written_areas(path: Path) -> dict[str, Any]:
    """Unit → its part of the file as it is written; {} without file."""
    if not path.is_file():
        return {}
    try:
        content = _parsed(path.read_bytes()) or {}
    except yaml.YAMLError as error:
        raise ReportError(f"{path.name}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ReportError(f"{path.name}: expected units' codes, each with a list of areas under it")
    return {str(unit): areas for unit, areas in content.items()}


@lru_cache(maxsize=1)
def _parsed(content: bytes) -> Any:
    """A section asks for the areas of several units and years, all of one long file."""
    return read_yaml(content)


def _listed(file: str, unit: str, areas: object) -> list[dict]:
    if areas is None:
        return []
    if not isinstance(areas, list) or any(not isinstance(area, dict) for area in areas):
        raise ReportError(f"{file}: unit {unit}: expected a list of areas, each beginning with `- name:`")
    return areas


def _area(file: str, unit: str, content: dict) -> Area:
    try:
        return Area.model_validate(content)
    except ValidationError as error:
        place = f"{file}: unit {unit}: area {content.get('name', 'without name')}"
        raise ReportError("\n".join(f"{place}: {_explain(problem)}" for problem in error.errors())) from error


def _explain(problem: Mapping[str, Any]) -> str:
    place, kind = problem["loc"], problem["type"]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    if kind == "extra_forbidden":
        return f"unknown key `{key}`; the keys are: {', '.join(_keys(place[:-1]))}"
    if kind == "missing":
        return f"no key `{key}`"
    said = _MENDS.get(kind) or re.sub(r"^Value error, ", "", problem["msg"])
    return f"`{key}` {said}" if key else said


_MENDS = {
    "date_from_datetime_parsing": "is not a date; write it as 2021-08-16",
    "date_parsing": "is not a date; write it as 2021-08-16",
    "date_type": "is not a date; write it as 2021-08-16",
    "float_parsing": "is not a number; write it with a decimal point and without a percent sign",
    "float_type": "is not a number; write it with a decimal point and without a percent sign",
    "school_year": "is not a school year; write it as 2020/21",
    "string_too_short": "is empty; write it out",
    "string_type": "is not a text; put quotation marks around it",
    "tuple_type": "must be a list, each item beginning with a dash",
    "model_type": "must be keys with values, one a line",
    "model_attributes_type": "must be keys with values, one a line",
    "dict_type": "must be keys with values, one a line",
    "mapping_type": "must be keys with values, one a line",
}
_PARTS: dict[str, type[BaseModel]] = {
    "expected_effects": Effects, "measures": Measure, "indicators": Indicator, "target": Target,
}  # fmt: skip


def _keys(place: tuple) -> list[str]:
    """The keys of the part of an area that a mistake is in, as they are written in the file."""
    inner = [part for part in place if part in _PARTS]
    return [field.alias or name for name, field in (_PARTS[inner[-1]] if inner else Area).model_fields.items()]

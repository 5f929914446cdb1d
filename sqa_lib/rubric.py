"""The rubric that health plans are reviewed with: criteria, ratings and what each rating means for each criterion.

It is data, not code: `rubric.yml` beside this module. The codebook's dimensions `rubric_item` and `rating`, the columns of the
dataset `plan_reviews`, the reviewer's form and the check of what it holds are all made from it: another rubric is another file.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sqa_lib.yaml_loader import read_yaml

LONGEST_NAME, LONGEST_QUESTION = 32, 255
"""What Excel shows of the title and of the text beside a cell with a list."""

_CODE = r"^[a-z][a-z0-9_]*$"
_NAME = r"^[A-ZÅÄÖ][\wåäöÅÄÖéÉ ,()/-]*$"


class RubricError(ValueError):
    """The rubric can't be used; the message names the file, the key and what is wrong."""


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rating(_Checked):
    """A step of the scale. code: in statistics; name: the word in forms; label: in reports; meaning: whatever is rated;
    is_met: the plan is as it should be there."""

    code: str = Field(pattern=_CODE)
    name: str = Field(pattern=_NAME, max_length=LONGEST_NAME)
    label: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    is_met: bool = False


class Criterion(_Checked):
    """What is rated. code: the column of the dataset; name: its header; label: in a report's tables; question: what the reviewer
    asks of the plan; levels: code of a rating → what it means here."""

    code: str = Field(pattern=_CODE)
    name: str = Field(pattern=_NAME, max_length=LONGEST_NAME)
    label: str = Field(min_length=1)
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    levels: dict[str, str]


class Rubric(_Checked):
    """title: of the form; roles: who may review; ratings: from the lowest to the highest; criteria: in the form's order."""

    title: str
    roles: tuple[str, ...] = Field(min_length=1)
    ratings: tuple[Rating, ...] = Field(min_length=2)
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @field_validator("roles")
    @classmethod
    def _small_letters(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [role for role in roles if not re.fullmatch(r"[a-zåäö]+([ -][a-zåäö]+)*", role)]:
            raise ValueError(f"`{wrong[0]}` must be a role in small letters, such as granskare")
        return roles

    @field_validator("ratings", "criteria")
    @classmethod
    def _once_each(cls, items: tuple[Rating | Criterion, ...]) -> tuple[Rating | Criterion, ...]:
        for key in ("code", "name"):
            _refuse_twice(key, [getattr(item, key) for item in items])
        return items

    @field_validator("ratings")
    @classmethod
    def _upwards(cls, ratings: tuple[Rating, ...]) -> tuple[Rating, ...]:
        """From one step on the plan is as it should be."""
        met = [rating.is_met for rating in ratings]
        if met != sorted(met) or len(set(met)) != 2:
            raise ValueError("the highest steps, but not all, must have `is_met: true`")
        return ratings

    @model_validator(mode="after")
    def _every_level_is_explained(self) -> "Rubric":
        codes = [rating.code for rating in self.ratings]
        for criterion in self.criteria:
            if list(criterion.levels) != codes:
                raise ValueError(f"criterion `{criterion.code}`: levels must explain, in this order: {', '.join(codes)}")
        return self

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the scale, from the lowest to the highest."""
        return tuple(rating.name for rating in self.ratings)

    @property
    def reviewer_pattern(self) -> str:
        """What a reviewer may be called: a role and a number. Anything else may be somebody's name."""
        return rf"^({'|'.join(map(re.escape, self.roles))}) [1-9][0-9]{{0,2}}$"

    @property
    def reviewers(self) -> str:
        """How reviewers may be called, for the reader of a problem."""
        return f"a role and a number, never a name: {', '.join(f'{role} 1' for role in self.roles)}"


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    folded = [name.casefold() for name in names]
    if twice := sorted({name for name in folded if folded.count(name) > 1}):
        raise ValueError(f"{what} `{twice[0]}` is there twice")


def read_rubric(path: Path) -> Rubric:
    """`RubricError` names the file, the key and what is wrong."""
    try:
        return Rubric.model_validate(read_yaml(path.read_bytes()) or {})  # UTF-8, with or without BOM
    except yaml.YAMLError as error:
        raise RubricError(f"{path.name}: not readable as YAML: {error}") from error
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(map(str, problem["loc"]))
        what = problem["msg"].removeprefix("Value error, ")
        raise RubricError(f"{path.name}: key `{key}`: {what}" if key else f"{path.name}: {what}") from error


RUBRIC = read_rubric(Path(__file__).with_suffix(".yml"))

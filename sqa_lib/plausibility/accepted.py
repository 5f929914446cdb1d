"""The analyst's answers: `data/<report>/accepted.yml`, what was found odd and is true all the same, who says so, when and why."""

import datetime
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import pandas as pd
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from sqa_lib.report import ReportError
from sqa_lib.yaml_loader import read_yaml

FILE = "accepted.yml"
_HEAD = """# What `sqa check` found odd in the data and is true all the same. An answer is of what was found: when the number
# changes, it is asked again. `sqa accept` writes here; what stands here may be mended and taken away by hand.
"""


def _text(value: object) -> object:
    """YAML reads a key of digits alone, such as 12345678 or 1e234567, as a number: it has to stand in quotation marks."""
    if not isinstance(value, str):
        raise ValueError("must be text: put quotation marks around it")
    return value


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class Acceptance(BaseModel):
    """One answer. key: of the oddity; by: who answers for it; date: when; reason: why it is true; the others say what it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Text
    rule: str = ""
    school_year: str = ""
    unit: str = ""
    group: str = ""
    told: str = ""
    by: Text
    date: datetime.date
    reason: Text


_FILE = TypeAdapter(list[Acceptance])


def read_accepted(folder: Path) -> list[Acceptance]:
    """The answers in a report's data, none where there is no file. Raises ReportError with the file, the answer and the mend."""
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        return _FILE.validate_python(read_yaml(path.read_bytes()) or [])
    except yaml.YAMLError as error:
        raise ReportError(f"{FILE}: not readable as YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = " ".join(f"answer {part + 1}" if isinstance(part, int) else f"`{part}`" for part in first["loc"])
        raise ReportError(f"{FILE}: {place or 'the file'}: {first['msg'].removeprefix('Value error, ')}") from error


def unanswered(oddities: pd.DataFrame, accepted: Collection[Acceptance]) -> pd.DataFrame:
    """The oddities that nobody has answered."""
    return oddities[~oddities["key"].isin([each.key for each in accepted])].reset_index(drop=True)


def accept(
    keys: Sequence[str], oddities: pd.DataFrame, folder: Path, by: str, reason: str, date: datetime.date
) -> list[Acceptance]:
    """Write answers to those of the oddities; returns them. Raises ReportError for a key that nothing has."""
    known = {row.key: row for row in oddities.itertuples(index=False)}
    answered = {each.key for each in read_accepted(folder)}
    if unknown := [key for key in keys if key not in known]:
        raise ReportError(f"{', '.join(unknown)}: nothing odd has that key; `sqa check` lists the keys")
    if not by.strip() or not reason.strip():
        raise ReportError("an answer says who gives it (`--by`) and why it is true (`--reason`)")
    new = [
        Acceptance(
            key=key, rule=known[key].rule, school_year=known[key].school_year, unit=known[key].unit, group=known[key].group,
            told=known[key].told, by=by, date=date, reason=reason,
        )
        for key in dict.fromkeys(keys) if key not in answered
    ]  # fmt: skip
    if new:
        _append(folder / FILE, [each.model_dump(exclude_defaults=True) for each in new])
    return new


def _append(path: Path, answers: list[dict]) -> None:
    """What stands there already is left as it is, remarks too."""
    before = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
    text = yaml.safe_dump(answers, allow_unicode=True, sort_keys=False, width=120)
    part = path.with_name(f".{path.name}.part")
    part.write_text(f"{before.rstrip()}\n\n{text}", encoding="utf-8")
    part.replace(path)

"""What the words of a claims file mean: `wording.yml` beside it, every key checked.

`figures` tells for each population and measure what is counted, out of what, and which statistic it is; `parts` which codes
make a whole. `{breakdown}` stands for the breakdown of the claim's own line.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sqa_lib.claims.quantity import Quantity, parse_quantity
from sqa_lib.report import ReportError
from sqa_lib.yaml_loader import read_yaml

BREAKDOWN = "{breakdown}"


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parts(_Checked):
    """Codes of one dimension that exclude each other. is_whole: each one counted has one of them."""

    codes: tuple[str, ...]
    is_whole: bool = True


class Figure(_Checked):
    """What a population and a measure mean. count, out_of: quantities; statistic: one of the report's, with its codes;
    school_year: the year that the words speak of where it isn't the report's ("last school year")."""

    population: str
    measure: str
    count: str = ""
    out_of: str = ""
    statistic: str = ""
    school_year: str = ""
    reason: str = ""


class Wording(_Checked):
    """units: the names that breakdowns give units (`area=HÖB`) → their codes. elsewhere: documents that are other reports
    → why their figures aren't this report's."""

    parts: dict[str, Parts] = {}
    units: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    figures: tuple[Figure, ...] = ()

    def figure(self, population: str, measure: str) -> Figure | None:
        """What these words mean; None where the wording doesn't have them."""
        return next((f for f in self.figures if (f.population, f.measure) == (population, measure)), None)


NO_WORDING = Wording()


@dataclass(frozen=True)
class Meaning:
    """What one claim counts, out of what, and which statistic it is, in which school year; None and "" for what is not told."""

    count: Quantity | None = None
    out_of: Quantity | None = None
    statistic: Quantity | None = None
    school_year: str = ""


def read_wording(path: Path) -> Wording:
    """`ReportError` names the file, the key and the mend."""
    try:
        wording = Wording.model_validate(read_yaml(path.read_bytes()) or {})
        for figure in wording.figures:
            meaning(figure, "")
    except yaml.YAMLError as error:
        raise ReportError(f"{path.name}: not readable as YAML: {error}") from error
    except ValidationError as error:
        problem = error.errors()[0]
        raise ReportError(f"{path.name}: key `{'.'.join(str(key) for key in problem['loc'])}`: {problem['msg']}") from error
    except ValueError as error:
        raise ReportError(f"{path.name}: {error}") from error
    return wording


def meaning(figure: Figure, breakdown: str) -> Meaning:
    """The figure's quantities with the claim's own breakdown (`area=HÖB`; `all` or nothing for none) in its place."""
    own = "" if breakdown in ("", "all") else breakdown.replace(";", ",")
    return Meaning(*(_filled(text, own) for text in (figure.count, figure.out_of, figure.statistic)), figure.school_year)


def _filled(text: str, breakdown: str) -> Quantity | None:
    return parse_quantity(text.replace(BREAKDOWN, breakdown)) if text else None

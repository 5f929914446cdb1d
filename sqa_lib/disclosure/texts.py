"""Numbers that a unit has written itself and that give away a hidden figure, for the analyst to see before publication.

A number in a text is told of when, in one sentence,

* it is the true value of a figure that is withheld, as digits or as a word from *noll* to *tolv* (*en* and *ett*, which are
  articles too, only right before what is counted): the count, the count behind a share, or a percentage or mean as printed;
* a word of what is counted stands in it: of the statistic's noun or of its label;
* and a word of each code of the figure's breakdown does (*flickor*, *arabiska*, *årskurs 4*).

The figure is one of the text's own unit; of a unit above or below it where the sentence names that unit. It is of the last
school year, of another where the sentence names one. School years, dates, laws and grades (*årskurs 4*) are no numbers here.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.numbers import numbers_in
from sqa_lib.texts.subjects import codes_of, is_about, units_of
from sqa_lib.units import UnitTree
from sqa_lib.words import round_half_up

FOUND = ["file", "line", "number", "statistic", "breakdown", "unit"]
_KEY = ["statistic", "school_year", "unit", "breakdown"]
_YEAR = re.compile(r"\b20\d\d/\d\d\b")


def revealing_numbers(
    texts: Sequence[WrittenText],
    statistics: pd.DataFrame,
    published: pd.DataFrame,
    definitions: Mapping[str, Statistic],
    tree: UnitTree,
) -> pd.DataFrame:
    """The numbers in the texts that may give away a hidden figure: columns `FOUND`, in the texts' order.

    statistics: the true ones, columns `sqa_lib.metrics.STATISTICS`; published: columns `sqa_lib.disclosure.PUBLISHED`.
    Of one statistic's figures that a number fits, only those with most codes in the sentence are told.
    """
    hidden = _hidden(statistics, published, definitions)
    last = statistics.groupby("statistic")["school_year"].max().to_dict()
    rows = []
    for text in texts:
        for said in numbers_in(text.content):
            years = frozenset(_YEAR.findall(said.sentence))
            found = [
                cell
                for unit in units_of(said.sentence, tree, text.unit)
                for cell in hidden.get((unit, said.is_percentage, said.value), [])
                if cell.school_year in (years or {last[cell.definition.id]}) and is_about(said, cell.definition, cell.codes)
            ]
            rows += [
                (text.file, said.line, said.typed, cell.definition.id, cell.breakdown, cell.unit) for cell in _narrowest(found)
            ]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=FOUND)


def warnings_of(found: pd.DataFrame, definitions: Mapping[str, Statistic], tree: UnitTree) -> Iterator[str]:
    """One sentence for each number found (columns `FOUND`): where it stands, what it may give away, what to do about it."""
    for row in found.itertuples():
        labels = [DIMENSIONS[name].label_of(code) for name, code in codes_of(row.breakdown)]
        figure = ", ".join([definitions[row.statistic].label, *labels, tree[row.unit].name])
        yield (
            f"{row.file}, line {row.line}: `{row.number}` may give away a figure that the books withhold ({figure}); "
            "write it without a number, and not `färre än fem` either: that tells that the figure is small"
        )


# ---- the hidden figures ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    definition: Statistic
    school_year: str
    unit: str
    breakdown: str

    @property
    def codes(self) -> list[tuple[str, str]]:
        return codes_of(self.breakdown)


def _hidden(
    statistics: pd.DataFrame, published: pd.DataFrame, definitions: Mapping[str, Statistic]
) -> dict[tuple[str, bool, float], list[_Cell]]:
    """(unit, whether in percent, true value as a text may print it) → the withheld figures that have it."""
    withheld = published.loc[published["mark"].isin([Mark.WITHHELD.value, Mark.ALL_BUT_FEW.value]), _KEY]
    found: dict[tuple[str, bool, float], list[_Cell]] = {}
    for row in statistics.merge(withheld, on=_KEY).itertuples():
        definition = definitions[row.statistic]
        for is_percentage, value in _as_printed(definition, row):
            if not math.isnan(value):
                cell = _Cell(definition, row.school_year, row.unit, row.breakdown)
                found.setdefault((row.unit, is_percentage, value), []).append(cell)
    return found


def _as_printed(definition: Statistic, row) -> Iterator[tuple[bool, float]]:
    if definition.kind in ("count", "share"):
        yield False, float(row.numerator)
    if definition.kind == "share":
        yield from (
            (True, round_half_up(row.value, decimals)) for decimals in {0, 1, definition.decimals} if row.value == row.value
        )
    if definition.kind == "ratio" and row.value == row.value:
        yield definition.unit_of_measure == "procent", round_half_up(row.value, definition.decimals)


def _narrowest(cells: Sequence[_Cell]) -> list[_Cell]:
    most = {cell.definition.id: max(len(c.codes) for c in cells if c.definition.id == cell.definition.id) for cell in cells}
    return [cell for cell in cells if len(cell.codes) == most[cell.definition.id]]

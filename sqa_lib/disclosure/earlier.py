"""What earlier releases tell beyond the figures that are the same still, as further cells and equations.

An area that other schools belonged to then is another number than today's: the sum of its schools then. So is an area of
another report over the same schools. Several school years together that are not given today are the sum of those years. And
`~100` told that a few people, but some, were outside a share. What the data say otherwise now tells nothing of them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from sqa_lib.disclosure.ledger import Release, is_same, members
from sqa_lib.disclosure.relations import Relation
from sqa_lib.disclosure.series import Series
from sqa_lib.disclosure.then import Equation
from sqa_lib.marks import Mark
from sqa_lib.units import UnitTree
from sqa_lib.words import is_period, years_of

_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Fact:
    """Readers know from a release that a number lies between `least` and `most`.

    part: as in `sqa_lib.disclosure.series`; units: the unit itself where it is the same still, else the schools that it was the
    sum of; gone: unit → its number where that was shown then, for schools that have none today; asked: the minimum count of the
    older policy that it is judged by, infinite for none.
    """

    release: str
    statistic: str
    school_year: str
    unit: str
    breakdown: str
    level: str
    part: str
    least: float
    most: float
    units: tuple[str, ...]
    gone: Mapping[str, float]
    asked: float

    @property
    def is_exact(self) -> bool:
        return self.least == self.most


def facts_of(
    release: Release, tree: UnitTree, thresholds: pd.DataFrame, late: Collection[tuple[str, str, str]] = ()
) -> Iterator[Fact]:
    """What a release tells, but for shown figures of the same units in a single school year (`released_figures`).

    thresholds: as they were then, index statistic, columns minimum_count, minimum_denominator: of those statistics only; late:
    units that are missing today (`ledger.missing_now`), which are others than then.
    """
    rows = release.table[release.table["statistic"].isin(thresholds.index)]
    shown, counted = _shown_numbers(rows), _counted(rows)
    units = _made_of(rows, tree, release.tree)
    known = set(release.table["unit"])
    pairs = zip(rows["school_year"], rows["unit"], strict=True)
    missing: dict[tuple[str, str], dict[str, str]] = {}
    for statistic, year, unit in late:
        missing.setdefault((statistic, year), {})[unit] = f"{unit}@"
    is_changed = pd.Series([units[pair] != (pair[1],) or pair[1] not in tree for pair in pairs], rows.index, dtype=bool)
    below = release.tree.single_below
    tables = zip(rows["statistic"], rows["school_year"], rows["unit"], strict=True)
    is_changed |= np.array(
        [bool(missing.get(key[:2], {}).keys() & (below.get(key[2]) or {key[2]})) for key in tables], dtype=bool
    )
    is_other = is_changed | rows["school_year"].map(is_period).astype(bool)
    is_telling = (rows["mark"] == Mark.ALL_BUT_FEW.value) | ((rows["mark"] == Mark.NONE.value) & is_other)
    for row in rows[is_telling].itertuples():
        figure = row.statistic, row.school_year, row.unit, row.breakdown
        nothing = known - counted[figure[:2]]
        # where no unit below has such figures they were not given, and may be anything
        whole, of_then = units[row.school_year, row.unit], missing.get(figure[:2], {})
        if of_then and whole == (row.unit,):
            whole = tuple(sorted(members(row.unit, release.tree, tree, row.school_year)))
        whole = tuple(of_then.get(unit, unit) for unit in whole)
        made_of = tuple(unit for unit in whole if unit not in nothing) or whole
        for part, least, most in _told(row, thresholds.loc[row.statistic]):
            numbers = shown.get((part, row.statistic, row.school_year, row.breakdown), {})
            gone = {of_then.get(unit, unit): number for unit, number in numbers.items()}
            asked = np.inf if release.judged_by is None else float(thresholds.loc[row.statistic, "minimum_count"])
            yield Fact(release.name, *figure, release.tree[row.unit].level, part, least, most, made_of, gone, asked)


def _made_of(rows: pd.DataFrame, now: UnitTree, then: UnitTree) -> dict[tuple[str, str], tuple[str, ...]]:
    """Each school year and unit of then → itself where it is the same still, else its schools and preschools."""
    pairs = rows[["school_year", "unit"]].drop_duplicates().itertuples(index=False, name=None)
    return {
        (year, unit): (unit,) if is_same(unit, now, then, year) else tuple(sorted(members(unit, then, now, year)))
        for year, unit in pairs
    }


def _counted(rows: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """(statistic, school year) → the units that had figures then, for several years also in one of them. Of a unit that only has
    other figures there was nothing: an area's preschools are no part of its number of pupils."""
    of_statistic = {str(name): set(some["unit"]) for name, some in rows.groupby("statistic")}
    given = rows[rows["mark"] != Mark.MISSING.value]
    of_year = {key: set(some["unit"]) for key, some in given.groupby(["statistic", "school_year"])}
    return {key: of_statistic[key[0]] if is_period(key[1]) else units for key, units in of_year.items()}


def _shown_numbers(rows: pd.DataFrame) -> dict[tuple[str, str, str, str], dict[str, float]]:
    """(part, statistic, school year, breakdown) → unit → number."""
    found: dict[tuple[str, str, str, str], dict[str, float]] = {}
    for part in ("numerator", "denominator"):
        for row in rows[(rows["mark"] == Mark.NONE.value) & rows[part].notna()].itertuples():
            key = part, row.statistic, row.school_year, row.breakdown
            found.setdefault(key, {})[row.unit] = getattr(row, part)
    return found


def _told(row, thresholds: pd.Series) -> Iterator[tuple[str, float, float]]:
    """(part, least, most) of a figure that was shown, or shown as `~100`."""
    if row.mark == Mark.ALL_BUT_FEW.value:
        yield "rest", 1.0, float(thresholds["minimum_count"] - 1)
        yield "denominator", float(thresholds["minimum_denominator"]), np.inf
        return
    for part in ("numerator", "denominator"):
        if not pd.isna(number := getattr(row, part)):
            yield part, number, number


class Former:
    """What facts add to the cells and equations of a `System`: bounds on its cells, and cells of former units.

    cells: with columns least and most, what readers know of each; number: series x places → cell, −1 for none;
    adds_up: True for the series whose units add up; minimum: series → its threshold, NaN for none.
    """

    def __init__(self, cells: pd.DataFrame, number: np.ndarray, series: Series, adds_up: np.ndarray, minimum: pd.Series) -> None:
        self._number, self._adds_up, self._minimum = number, adds_up, minimum
        self._value = cells["value"].to_numpy()
        self._line = series.names.set_index(["statistic", "part", "breakdown"])["series"].to_dict()
        self._place = series.place
        self._least, self._most = cells["least"].to_numpy().copy(), cells["most"].to_numpy().copy()
        self._cells: list[dict[str, object]] = []
        self._equations: list[tuple[list[int], list[float]]] = []
        self._alone: dict[tuple[int, str], dict[str, Fact]] = {}
        self._rest: dict[tuple[str, str, frozenset[str]], dict[int, int]] = {}

    def add(self, fact: Fact) -> None:
        """Nothing, for a number that today's figures have no part of, or that they say otherwise."""
        line = self._line.get((fact.statistic, fact.part, fact.breakdown))
        found = {} if line is None else {place: self._cell(line, *place) for place in self._made_of(fact)}
        own = {place: cell for place, cell in found.items() if cell >= 0}
        if own and len(found) == 1:
            self._bound(*own.values(), fact)
        elif own and (len(fact.units) == 1 or self._adds_up[line]):
            self._add_sum(line, fact, own, found.keys() - own.keys())
        elif found and fact.level == "area" and fact.is_exact and self._adds_up[line]:
            self._alone.setdefault((line, fact.school_year), {})[fact.unit] = fact

    def add_areas(self, release: Release, tree: UnitTree) -> None:
        """Areas of then whose schools have no such figures: with those that are the same still they are the authority."""
        areas = [unit.code for unit in release.tree.at("area")]
        for (line, school_year), facts in self._alone.items():
            same = [area for area in areas if is_same(area, tree, release.tree, school_year)]
            whole = self._cell(line, school_year, tree.authority.code)
            if whole >= 0:
                own = [cell for area in same if (cell := self._cell(line, school_year, area)) >= 0]
                self._add_whole(line, whole, own, facts, [area for area in areas if area not in same and area not in facts])
        self._alone.clear()

    def _add_whole(self, line: int, whole: int, own: Sequence[int], facts: Mapping[str, Fact], others: Sequence[str]) -> None:
        """others: areas that were not shown then."""
        rest = float(self._value[whole] - self._value[list(own)].sum()) - sum(fact.least for fact in facts.values())
        if rest < -_TOLERANCE or (rest > _TOLERANCE and not others):  # one of the numbers was corrected since then
            return
        of_then = [self._new_cell(line, fact, fact.least, fact.least, fact.most) for fact in facts.values()]
        first = next(iter(facts.values()))
        for area in others:
            of_then.append(self._new_cell(line, replace(first, unit=area), rest, 0.0, np.inf))
            rest = 0.0
        self._equate(whole, [*own, *of_then])

    def _made_of(self, fact: Fact) -> list[tuple[str, str]]:
        """(school year, unit): the units of the fact, in each year of several together that are not given today."""
        is_given = any(fact.school_year == year for year, _ in self._place)
        times = [fact.school_year] if is_given else years_of(fact.school_year)
        return [(time, unit) for time in times for unit in fact.units]

    def _cell(self, line: int, school_year: str, unit: str) -> int:
        place = self._place.get((school_year, unit))
        return -1 if place is None else int(self._number[line, place])

    def _bound(self, cell: int, fact: Fact) -> None:
        if limits := _limits(fact, self._value[cell]):
            self._least[cell], self._most[cell] = max(self._least[cell], limits[0]), min(self._most[cell], limits[1])

    def _add_sum(self, line: int, fact: Fact, own: Mapping[tuple[str, str], int], gone: Collection[tuple[str, str]]) -> None:
        """The former number is a cell, the sum of its own and of those gone, which are one more where they were not shown."""
        known = [fact.gone[unit] for time, unit in sorted(gone) if time == fact.school_year and unit in fact.gone]
        present = float(self._value[list(own.values())].sum()) + sum(known)
        if len(known) == len(gone):
            self._add_equation(line, fact, present, known, [*own.values()])
        elif fact.is_exact and fact.least - present > -_TOLERANCE:
            unknown = frozenset(unit for _, unit in gone if unit not in fact.gone)
            others = self._of_rest(line, fact, unknown, fact.least - present)
            self._add_equation(line, fact, fact.least, known, [*own.values(), others])

    def _of_rest(self, line: int, fact: Fact, units: frozenset[str], value: float) -> int:
        """The cell of what these units, which have none today, were together: one for all sums that lack them."""
        cells = self._rest.setdefault((fact.release, fact.school_year, units), {})
        if line not in cells or abs(self._value_of(cells[line]) - value) > _TOLERANCE:
            cells[line] = self._new_cell(line, fact, value, 0.0, np.inf)
        return cells[line]

    def _value_of(self, cell: int) -> float:
        return float(self._cells[cell - len(self._value)]["value"])

    def relate(self, relations: Sequence[Relation]) -> None:
        """What hangs together of units today did so of those that have no cells today."""
        for cells in self._rest.values():
            for relation in (each for each in relations if not each.weights):
                own = [cells.get(series, -1) for series, _ in relation.terms]
                signs = [float(sign) for _, sign in relation.terms]
                if min(own) >= 0 and abs(np.dot(signs, [self._value_of(cell) for cell in own])) <= _TOLERANCE:
                    self._equations.append((own, signs))

    def _add_equation(self, line: int, fact: Fact, value: float, known: Sequence[float], parts: Sequence[int]) -> None:
        if limits := _limits(fact, value):
            least, most = (limit - sum(known) for limit in limits)
            self._equate(self._new_cell(line, fact, value - sum(known), least, most), parts)

    def _equate(self, whole: int, parts: Sequence[int]) -> None:
        self._equations.append(([whole, *parts], [1.0, *[-1.0] * len(parts)]))

    def add_equation(self, release: str, equation: Equation) -> None:
        """What a release says of numbers that nobody corrected, beside those that were."""
        constant = self._constant(f"({release})", equation.value)
        self._equations.append(([constant, *equation.cells], [1.0, *-equation.signs]))

    def _constant(self, name: str, value: float) -> int:
        self._cells.append(
            {
                "series": -1,
                "place": -1,
                "school_year": "",
                "unit": name,
                "level": "",
                "value": value,
                "least": value,
                "most": value,
            }
            | {"low": np.nan, "high": np.nan, "loss": 0.0, "is_public": False, "is_known": True, "was_withheld": False}
        )
        return len(self._value) + len(self._cells) - 1

    def _new_cell(self, line: int, fact: Fact, value: float, least: float, most: float) -> int:
        minimum = min(self._minimum.get(line, np.nan), fact.asked)
        is_small = 1 <= value < minimum
        self._cells.append(
            {"series": line, "place": -1, "school_year": fact.school_year, "unit": f"{fact.unit} ({fact.release})"}
            | {"level": fact.level, "value": value, "least": least, "most": most}
            | {"low": 1.0 if is_small else np.nan, "high": minimum if is_small else np.nan}
            | {"loss": 0.0, "is_public": False, "is_known": False, "was_withheld": False}
        )
        return len(self._value) + len(self._cells) - 1

    def extended(self, cells: pd.DataFrame, equations: sparse.csr_matrix) -> tuple[pd.DataFrame, sparse.csr_matrix]:
        """The cells and equations with what was added."""
        cells = cells.assign(least=self._least, most=self._most)
        if self._cells:
            cells = pd.concat([cells, pd.DataFrame(self._cells)], ignore_index=True)
        cells["low"], cells["high"] = cells["low"].clip(lower=cells["least"]), cells["high"].clip(upper=cells["most"])
        cells["is_known"] |= cells["least"] == cells["most"]
        return cells, self._joined(equations, len(cells))

    def _joined(self, equations: sparse.csr_matrix, n: int) -> sparse.csr_matrix:
        added = sparse.lil_matrix((len(self._equations), n))
        for row, (cells, signs) in enumerate(self._equations):
            added[row, cells] = signs
        equations.resize(equations.shape[0], n)
        return sparse.vstack([equations, added], format="csr")


def _limits(fact: Fact, value: float) -> tuple[float, float] | None:
    """What a fact says of a number, None where that is not true. Where the thresholds were others then, `~100` said less."""
    if fact.is_exact:
        return (fact.least, fact.most) if abs(value - fact.least) < _TOLERANCE else None
    return (min(fact.least, value), max(fact.most, value)) if value >= 1 else None

"""Skolverket's national indicators as a section sees them: the unit beside its authority and the country, and the spread."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqa_lib.metrics.national import COUNTRY, statistic_name
from sqa_lib.published import Cell
from sqa_lib.section.blocks import Block
from sqa_lib.section.tables import pipe_table
from sqa_lib.section.view import View
from sqa_lib.sources.measures import GROUPS, MEASURES
from sqa_lib.units import Unit
from sqa_lib.words import lower_first, number

_COUNTRY_NAME = "Riket"
_CHARTED = {"procent": "procent", "index 0–10": "index 0–10"}
_TARGETS = {
    "target_1": "elevernas kunskaper",
    "target_2": "trygghet och studiero",
    "target_3": "stimulans",
    "target_4": "stöd",
    "target_5": "läsa och skriva",
    "target_6": "matematik",
}
_KEY = {
    "pupils": "pupils", "pupils_per_teacher": "staff", "qualified_teachers_share": "staff", "cost_per_pupil": "costs",
    "target1_eligible_upper_secondary": "national-indicators", "target1_all_subjects_year9": "national-indicators",
    "target1_all_subjects_year6": "national-indicators",
}  # fmt: skip


def _with_unit(row: str, unit: str) -> str:
    """The measure and what it is counted in, unless its name says so."""
    return row if unit in row.lower() else f"{row}, {unit}"


@dataclass(frozen=True)
class Found:
    """A national figure beside the country's, worded."""

    own: Cell
    country: Cell
    unit: str

    @property
    def sentence(self) -> str:
        """A sentence that compares without ranking."""
        beside = f" I hela landet är värdet {self.country}." if self.country.is_known else ""
        return f"För {self.unit} är värdet {self.own} för måttet *{lower_first(self.own.statistic.label)}*.{beside}"


class NationalView(View):
    """What a section asks of the national indicators."""

    NO_SPREAD = "Den mittersta hälften visas inte där många enheters värden är skyddade, eftersom den då skulle bli missvisande."

    def measures(self, group: str) -> list[str]:
        """The names of a group's measures, in the file's order."""
        return [measure.name for measure in MEASURES if measure.group == group]

    def group_label(self, group: str) -> str:
        return GROUPS[group]

    def targets(self) -> dict[str, str]:
        """Group → what the target is about."""
        return _TARGETS

    def has_national(self, group: str, unit: Unit) -> bool:
        """Whether a unit has a figure for any of the group's measures."""
        return any(self.shows(statistic_name(measure), at=unit.code) for measure in self.measures(group))

    def first_known(self, *measures: str) -> Found | None:
        """The first of the measures that the unit has a figure for."""
        for measure in measures:
            name = statistic_name(measure)
            if self.has(name) and (own := self.v(name)).is_known:
                return Found(own, self.v(name, at=COUNTRY), self.unit.name)
        return None

    def key_measures(self, at_most: int = 6) -> list[tuple[Cell, Cell, str]]:
        """The unit's figure, the country's and the section to read more in."""
        names = [(statistic_name(measure), section) for measure, section in _KEY.items()]
        found = [
            (self.v(name), self.v(name, at=COUNTRY), section)
            for name, section in names
            if self.shows(name) and section in self.section_names
        ]
        return found[:at_most]

    def national_block(self, measures: Sequence[str], unit: str) -> Block:
        """Measures in rows; the unit, its authority and the country in series; quantiles of the country as `spread`."""
        tree = self.published.tree
        places = {tree[code].name: code for code in tree.ancestors(unit) if tree[code].level != "area"} | {_COUNTRY_NAME: COUNTRY}
        names = [statistic_name(measure) for measure in measures if self.has(statistic_name(measure))]
        cells = {(self.label(name), place): self.v(name, at=code) for name in names for place, code in places.items()}
        among = "school" if tree[unit].level == "school" else "authority"
        spread = {self.label(name): self._quantiles(name, among) for name in names}
        rows = tuple(self.label(name) for name in names)
        return Block(rows, tuple(places), cells, "Mått", frozenset({tree[unit].name}), spread)

    def _quantiles(self, name: str, among: str) -> tuple[float, float] | None:
        """The 25th and 75th percentile, or None when the spread can't be told."""
        low, high = (self.v(name, at=COUNTRY, quantile=q, spread_over=among) for q in ("p25", "p75"))
        return (low.value, high.value) if low.is_known and high.is_known else None

    def charted(self, block: Block) -> Iterator[tuple[str, Block]]:
        """The rows that share a scale, as blocks of their own: shares and indices, where the unit has at least two figures."""
        own = block.series[0]
        for unit_of_measure, kind in _CHARTED.items():
            rows = [row for row in block.rows if block[row, own].statistic.unit_of_measure == unit_of_measure]
            part = block.with_rows([row for row in rows if any(block[row, series].is_known for series in block.series)])
            if part.size >= 3 and any(part[row, own].is_known for row in part.rows):
                yield kind, part

    def national_table(self, block: Block, caption: str, label: str) -> str:
        """All measures with their unit of measurement, the series and the middle half of the country."""
        among = (
            "skolenheter"
            if self.published.tree[self.unit.code].level == "school" and block.series[0] == self.unit.name
            else "huvudmän"
        )
        heads = ["Mått", *block.series, f"Mittersta hälften av landets {among}"]
        rows = [
            [
                _with_unit(row, block[row, block.series[0]].statistic.unit_of_measure),
                *(block[row, s].figure for s in block.series),
                self._middle(block, row),
            ]
            for row in block.rows
        ]
        return pipe_table(heads, rows, caption, label)

    def _middle(self, block: Block, row: str) -> str:
        spread = block.spread.get(row)
        decimals = block[row, block.series[0]].statistic.decimals
        return f"{number(spread[0], decimals)}–{number(spread[1], decimals)}" if spread else "visas inte"

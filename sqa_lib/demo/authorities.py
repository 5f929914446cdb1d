"""The invented authorities of the national file, and the demo municipality among them."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sqa_lib.demo.chance import Rng
from sqa_lib.demo.school_year import SchoolYear

YEARS = tuple("123456789")
MUNICIPAL, DEMO_NUMBER = "21200099", "2120009999"
"""Organisation numbers as municipalities have them, of a range that none has."""


@dataclass(frozen=True)
class Unit:
    """A school unit with its pupils in years 1–9. No pupils: the unit is listed, and every value is missing."""

    code: str
    name: str
    girls: dict[str, int]
    boys: dict[str, int]

    def pupils_in(self, year: str) -> int:
        return self.girls.get(year, 0) + self.boys.get(year, 0)


@dataclass(frozen=True)
class Authority:
    """A responsible authority and its units. is_public: a municipality; the costs of others are withheld."""

    organisation_number: str
    name: str
    units: tuple[Unit, ...]
    is_public: bool = True


# fmt: off
MUNICIPALITIES = (
    "Ripvattnets kommun", "Lavhedens kommun", "Tranmyrens kommun", "Isälvens kommun", "Granliens kommun",
    "Videängens kommun", "Kråkbärets kommun", "Snöfallets kommun", "Laxforsens kommun", "Björkmons kommun",
    "Tallvretens kommun", "Havsvikens kommun", "Storlommens kommun", "Rågåkerns kommun", "Stenbackens kommun",
    "Linåkerns kommun", "Svalgårdens kommun", "Vassruggens kommun", "Källmossens kommun", "Åsryggens kommun",
    "Kornvallens kommun", "Sjöstrandens kommun",
)

OTHERS = (
    "Nattskenets friskola AB", "Tallkottens utbildning AB", "Stiftelsen Snöbollens skola",
    "Vattenlinjens skola ekonomisk förening", "Rimfrostens skolor AB", "Föreningen Sländans skola",
    "Glimmerstenens lärande AB", "Stiftelsen Kottens montessoriskola",
)

SCHOOLS = (
    "Sländskolan", "Bäverskolan", "Utterskolan", "Iglooskolan", "Ljungskolan", "Mårdskolan", "Starrskolan",
    "Timjanskolan", "Vadarskolan", "Ginstskolan", "Siklöjeskolan", "Harrskolan", "Kvarnhjulsskolan", "Solgladeskolan",
    "Fjällripsskolan", "Tuvullsskolan",
)
# fmt: on

STAGES = {"F–3": ("123", 26), "F–6": ("123456", 27), "4–6": ("456", 38), "7–9": ("789", 92), "F–9": (YEARS, 44)}
"""Years and a typical number of pupils in each."""


def invented(year: SchoolYear, rng: Rng) -> list[Authority]:
    """The demo authority, with the pupils of its enrolment in years 1–9, and thirty invented ones.

    As in the national file, names of units come twice, within an authority too, and one unit's code stands under
    two authorities: the one that has it now, and the one that had it.
    """
    codes = map(str, itertools.count(99110001))
    public = [
        Authority(f"{MUNICIPAL}{n:02}", name, _units(int(rng.integers(4, 15)), codes, rng))
        for n, name in enumerate(MUNICIPALITIES)
    ]
    first, second, *others = [
        Authority(f"99000002{n:02}", name, _units(int(rng.integers(1, 4)), codes, rng), is_public=False)
        for n, name in enumerate(OTHERS)
    ]
    moved = Unit(first.units[0].code, first.units[0].name, {}, {})
    return [demo_authority(year), *public, first, replace(second, units=(*second.units, moved)), *others]


def demo_authority(year: SchoolYear) -> Authority:
    """The municipality of the demo report."""
    enrolled = year.enrolment.set_index(["unit", "gender", "year"]).pupils

    def pupils(row: tuple, gender: str) -> dict[str, int]:
        return {y: int(enrolled[row.unit, gender, y]) for y in row.years if y in YEARS}

    rows = year.compulsory.itertuples()
    units = tuple(Unit(row.unit, row.unit_name, pupils(row, "girl"), pupils(row, "boy")) for row in rows)
    return Authority(DEMO_NUMBER, "Luleå kommun", units)


def _units(count: int, codes: Iterator[str], rng: Rng) -> tuple[Unit, ...]:
    return tuple(_unit(next(codes), rng) for _ in range(count))


def _unit(code: str, rng: Rng) -> Unit:
    stage = rng.choice(list(STAGES), p=[0.15, 0.45, 0.1, 0.2, 0.1])
    years, size = STAGES[stage]
    per_year = rng.poisson(size * rng.gamma(4, 1 / 4) + 1, len(years))
    girls = rng.binomial(per_year, 0.487)
    return Unit(code, f"{rng.choice(SCHOOLS)} {stage}", _by_year(years, girls), _by_year(years, per_year - girls))


def _by_year(years: Sequence[str], pupils: np.ndarray) -> dict[str, int]:
    return dict(zip(years, pupils.tolist(), strict=True))

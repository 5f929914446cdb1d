"""The units of a report and how they nest: school or preschool ⊂ area ⊂ municipality."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sqa_lib.report import Authority


@dataclass(frozen=True)
class Unit:
    """One unit that statistics speak of. level: municipality, area, school or preschool; parent: a unit's code or ""."""

    code: str
    name: str
    level: str
    parent: str = ""


@dataclass(frozen=True)
class UnitTree:
    """All units of a report, the municipality first, then areas, schools and preschools by name."""

    units: tuple[Unit, ...]

    def __getitem__(self, code: str) -> Unit:
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    @cached_property
    def _by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @property
    def authority(self) -> Unit:
        return self.units[0]

    def at(self, *levels: str) -> tuple[Unit, ...]:
        """The units of these levels, in order."""
        return tuple(unit for unit in self.units if unit.level in levels)

    def children(self, code: str, level: str) -> tuple[Unit, ...]:
        """The units of `level` at or below `code`."""
        return tuple(unit for unit in self.at(level) if code in self.ancestors(unit.code))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The unit itself and everything above it."""
        found = [code]
        while parent := self[found[-1]].parent:
            found.append(parent)
        return tuple(found)

    def area_of(self, code: str) -> str:
        """The unit right below the authority that the unit is or belongs to; "" for the authority itself."""
        return self.ancestors(code)[-2] if self[code].parent else ""

    @cached_property
    def hierarchy(self) -> pd.DataFrame:
        """One row per (unit, ancestor), a unit being its own ancestor: what a roll-up merges with."""
        pairs = [(unit.code, ancestor) for unit in self.units for ancestor in self.ancestors(unit.code)]
        return pd.DataFrame(pairs, columns=["unit", "ancestor"])


def slug(text: str) -> str:
    """A folder name: `slug("HÖB") == "hob"`."""
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())


def tree_of_datasets(authority: Authority, school_units: pd.DataFrame) -> UnitTree:
    """The tree of a report built from datasets. school_units: columns unit, unit_name, school_form, area, area_name."""
    top = Unit(authority.code, authority.name, "municipality")
    areas = school_units[["area", "area_name"]].drop_duplicates("area").sort_values("area")
    area_units = [Unit(slug(area), f"Skolområde {area}", "area", top.code) for area in areas["area"]]
    levels = {"compulsory": "school", "preschool": "preschool"}
    ordered = school_units.sort_values(["school_form", "unit_name"])
    schools = [Unit(row.unit, row.unit_name, levels[row.school_form], slug(row.area)) for row in ordered.itertuples(index=False)]
    return UnitTree((top, *area_units, *schools))

"""The units of a report and how they nest: school or preschool ⊂ area ⊂ municipality."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from sqa_lib.report import NO_FOLDERS, ReportError
from sqa_lib.words import years_of

LEVEL_OF = {"preschool": "preschool", "compulsory": "school", "upper_secondary": "school"}
"""School form → level of its units. What a statistic counts goes by the school form, what has a book of its own by the level."""
SINGLE = tuple(dict.fromkeys(LEVEL_OF.values()))
"""The levels of single units, below which there are none."""


MOVED = ("new", "closed")
"""The levels of units beside the tree that came or went between the years of official files; the new ones are in it, too."""


@dataclass(frozen=True)
class Span:
    """What a single unit was called and where it lay in other school years. first_year, last_year: "" where there is no end;
    area: its code, of one that may be no more."""

    first_year: str
    last_year: str
    name: str
    area: str
    area_name: str

    def takes_in(self, years: Sequence[str]) -> bool:
        return _overlaps(self.first_year, self.last_year, years)


@dataclass(frozen=True)
class Unit:
    """One unit that statistics speak of. level: municipality, area, school or preschool; parent: a unit's code or "".

    since: of a unit beside the tree that came or went, its first or last school year.
    school_forms: a school's or preschool's own; an area's and the authority's those of all units below, in the codebook's order.
    first_year, last_year: the school years that a single unit is open from and to as it is, "" where there is no end; former:
    the spans in which it was otherwise, the first first. former_codes: that its rows had before. replaces: (school year, unit):
    whose place it took, and since when.
    """

    code: str
    name: str
    level: str
    parent: str = ""
    school_forms: tuple[str, ...] = ()
    since: str = ""
    first_year: str = ""
    last_year: str = ""
    former: tuple[Span, ...] = ()
    former_codes: tuple[str, ...] = ()
    replaces: tuple[tuple[str, str], ...] = ()

    def is_open(self, school_year: str) -> bool:
        """Whether the unit is there in a school year, or in one of several together."""
        years = years_of(school_year)
        return _overlaps(self.first_year, self.last_year, years) or any(span.takes_in(years) for span in self.former)

    def era(self, school_year: str) -> int:
        """How many times the unit has taken another's place, up to a school year: its figures of one era are comparable."""
        return len({first for first, _ in self.replaces if first <= school_year})


def _overlaps(first_year: str, last_year: str, years: Sequence[str]) -> bool:
    return (not first_year or years[-1] >= first_year) and (not last_year or years[0] <= last_year)


@dataclass(frozen=True)
class UnitTree:
    """All units of a report, the municipality first, then areas, schools and preschools by name.

    beside: those that they are compared with and that have no books: the country, similar authorities.
    """

    units: tuple[Unit, ...]
    beside: tuple[Unit, ...] = ()

    def __post_init__(self) -> None:
        """Raises ReportError where a code is not one unit's, or a unit lies in itself: nothing could be counted, or for ever."""
        codes = Counter(unit.code for unit in (*self.units, *(other for other in self.beside if other.level not in MOVED)))
        for unit in self.units:
            if codes[unit.code] > 1:
                raise ReportError(f"two units have the code {unit.code}, one of them {unit.name}; give one another code")
            self._check_above(unit)

    def _check_above(self, unit: Unit) -> None:
        above, seen = unit.parent, {unit.code}
        while above:
            if above in seen or above not in self:
                what = "lies in itself" if above in seen else f"lies in {above}, which is no unit"
                raise ReportError(f"unit {unit.code} ({unit.name}) {what}; mend the units above it")
            seen.add(above)
            above = self[above].parent

    def __getitem__(self, code: str) -> Unit:
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    @cached_property
    def _by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    def name_of(self, code: str) -> str:
        """The name of a unit, also of one that stands beside."""
        return self._names[code]

    @cached_property
    def _names(self) -> dict[str, str]:
        return {unit.code: unit.name for unit in (*self.units, *self.beside)}

    @property
    def authority(self) -> Unit:
        return self.units[0]

    def with_codes(self, code_of: Mapping[str, str]) -> "UnitTree":
        """The same where units have other codes; the last of several that get the same one. code_of: code → another."""
        given = {
            code: replace(unit, code=code, parent=code_of.get(unit.parent, unit.parent))
            for unit in self.units
            for code in [code_of.get(unit.code, unit.code)]
        }
        return replace(self, units=tuple(given.values()))

    def at(self, *levels: str) -> tuple[Unit, ...]:
        """The units of these levels, in order."""
        return tuple(unit for unit in self.units if unit.level in levels)

    def of_form(self, school_form: str) -> tuple[Unit, ...]:
        """The schools or preschools of a school form, in order."""
        return tuple(unit for unit in self.at(LEVEL_OF[school_form]) if school_form in unit.school_forms)

    def left(self, area: str) -> tuple[Unit, ...]:
        """The single units that lay in an area before and lie in another now."""
        others = (unit for unit in self.at(*SINGLE) if unit.parent != area)
        return tuple(unit for unit in others if any(span.area == area for span in unit.former))

    def children(self, code: str, level: str) -> tuple[Unit, ...]:
        """The units of `level` at or below `code`."""
        return tuple(unit for unit in self.at(level) if code in self.ancestors(unit.code))

    @cached_property
    def single_below(self) -> dict[str, frozenset[str]]:
        """Each unit → the codes of the single units at or below it."""
        found: dict[str, set[str]] = {unit.code: set() for unit in self.units}
        for unit in self.at(*SINGLE):
            for code in self.ancestors(unit.code):
                found[code].add(unit.code)
        return {code: frozenset(own) for code, own in found.items()}

    def is_open(self, unit: Unit, school_year: str) -> bool:
        """Whether a unit, or one of the single units below it, is there in a school year."""
        below = [unit] if unit.level in SINGLE else [each for level in SINGLE for each in self.children(unit.code, level)]
        return not below or any(each.is_open(school_year) for each in below)

    def gone(self, code: str, school_year: str) -> str:
        """What became of a unit that is not there in a school year, for who speaks of it; "" for one that is, or never was."""
        if code in self:
            unit = self[code]
            return "" if self.is_open(unit, school_year) else f"{code} ({unit.name}) is not open in {school_year}"
        now = next((unit for unit in self.units if code in unit.former_codes), None)
        return f"{code} is {now.code} ({now.name}) now" if now else ""

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The unit itself and everything above it."""
        found = [code]
        while parent := self[found[-1]].parent:
            found.append(parent)
        return tuple(found)

    def area_of(self, code: str) -> str:
        """The unit right below the authority that the unit is or belongs to; "" for the authority itself."""
        return self.ancestors(code)[-2] if self[code].parent else ""

    def area_name_of(self, code: str) -> str:
        """The name of the area that a unit lies in; "" for the authority, for an area and where there are none."""
        parent = self[code].parent
        return self[parent].name if parent and self[parent].level == "area" else ""

    @cached_property
    def hierarchy(self) -> pd.DataFrame:
        """One row per (unit, ancestor), a unit being its own ancestor: what a roll-up merges with."""
        pairs = [(unit.code, ancestor) for unit in self.units for ancestor in self.ancestors(unit.code)]
        return pd.DataFrame(pairs, columns=["unit", "ancestor"])


def slug(text: str) -> str:
    """A folder name: `slug("HÖB") == "hob"`; "" for a text without letters and digits."""
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())


def folder_code(text: str, taken: Collection[str]) -> str:
    """A code for something that has none of its own: a folder's name on every system, and none of those that are taken."""
    code = slug(text)
    while not code or code in taken or code in NO_FOLDERS:
        code = f"omrade-{code}"
    return code


def told_apart(units: Sequence[Unit], others: Iterable[str] = ()) -> tuple[Unit, ...]:
    """The units, each under a name that no other has: one that shares its name bears its code behind it, except for the first.

    others: names that are taken. A table, a chart or a sentence that names a unit would otherwise show another's figures. Names
    that differ in case or spaces alone are the same to a reader; nor is any called what another would be told apart by.
    """
    taken = [*others, *(unit.name for unit in units), *(_with_code(unit) for unit in units)]
    shared = Counter(map(_as_read, taken))
    return tuple(
        replace(unit, name=_with_code(unit)) if place and shared[_as_read(unit.name)] > 1 else unit
        for place, unit in enumerate(units)
    )


def _with_code(unit: Unit) -> str:
    return f"{unit.name} ({unit.code})"


def _as_read(name: str) -> str:
    return " ".join(name.split()).casefold()


def form_of(level: str) -> str:
    """The school form that all single units of a level have: `preschool`; "" for schools, which may have any of several."""
    forms = [form for form, of_units in LEVEL_OF.items() if of_units == level]
    return forms[0] if len(forms) == 1 else ""


def text_of_tree(tree: UnitTree) -> str:
    """A tree as it is kept beside published statistics (`units.json`)."""
    content = {"units": [asdict(unit) for unit in tree.units], "beside": [asdict(unit) for unit in tree.beside]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def tree_of_text(text: str) -> UnitTree:
    """A tree as it was kept; an older one is a list of units, and those kept before units had school forms have none."""
    content = json.loads(text)
    content = {"units": content, "beside": []} if isinstance(content, list) else content
    units, beside = (tuple(map(_unit, content[part])) for part in ("units", "beside"))
    return UnitTree(units, beside)


def _unit(kept: Mapping[str, Any]) -> Unit:
    lists = {name: tuple(kept.get(name, ())) for name in ("school_forms", "former_codes")}
    former = tuple(Span(**span) for span in kept.get("former", ()))
    return Unit(**kept | lists | {"former": former, "replaces": tuple(map(tuple, kept.get("replaces", ())))})

"""A synthetic file of the shape of Skolverket's "Underlag för analys": one column per country, authority and unit.

The words of the measures are the file's own; every number is drawn. Units hold counts, and authorities and the country
are their sums, so that the columns agree with each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqa_lib.demo.authorities import Authority, Unit
from sqa_lib.demo.chance import stream
from sqa_lib.demo.national import Pairs, drawn
from sqa_lib.marks import Mark
from sqa_lib.sources.skolverket.measures import MEASURES, Measure
from sqa_lib.workbook import workbook

TITLE = "Underlag för analys för grundskola efter mått, huvudman och läsår"

FOOTNOTES = (
    "ALLA VÄRDEN ÄR SYNTETISKA. Filen är gjord för att prova programmet; huvudmän, skolor och tal är påhittade.",
    "Tecken i tabellen: (.) uppgift saknas, (..) för få elever, (...) nästan alla elever, (-) för få svar i enkäten.",
    "Mått med stjärna (*) är enkätsvar på skalan 0 till 10. Ungefär hälften av enheterna deltar ett visst år.",
    "Kostnader finns för kommuner, inte för enskilda skolenheter.",
)

_SUMS = ("pupils", "staff_posts", "principal_posts", "teacher_posts", "guidance_counsellor_posts", "cost_total", "cost_teaching")
"""Measures that are their numerator; all others are divided by the denominator."""

Cell = float | str
Drawn = dict[tuple[str, str], Pairs]
"""(organisation number, unit code) to the unit's pairs."""


def write(path: Path, authorities: Sequence[Authority], school_year: str = "2020/21", seed: int = 2021) -> Path:
    """Write the file: title in row 1, headers in row 3, the school year in row 4, one measure a row, footnotes."""
    with workbook(path) as book:
        sheet = book.add_worksheet("Underlag för analys")
        formats = {0: book.add_format({"num_format": "0"}), 1: book.add_format({"num_format": "0.0"})}
        sheet.write_string(0, 0, TITLE)
        sheet.write_column(4, 0, [measure.heading for measure in MEASURES])
        sheet.write_column(len(MEASURES) + 5, 0, FOOTNOTES)
        for place, (header, cells) in enumerate(_columns(authorities, _draw(authorities, seed)), start=1):
            sheet.write_column(2, place, [header, school_year])
            for row, (measure, cell) in enumerate(zip(MEASURES, cells, strict=True), start=4):
                sheet.write(row, place, cell, None if isinstance(cell, str) else formats[measure.decimals])
    return path


def published(measure: Measure, numerator: float, denominator: float) -> Cell:
    """A rounded value or the mark that stands for it, after the rules that the national file's notes describe."""
    if measure.name in _SUMS:
        return round(float(numerator), measure.decimals)
    if denominator == 0:
        return str(Mark.MISSING)
    if measure.is_from_survey and denominator < 5:
        return str(Mark.RULES_NOT_MET)
    if measure.unit == "procent" and (mark := _withheld(measure, numerator, denominator)):
        return str(mark)
    return round(float(numerator / denominator) * (100 if measure.unit == "procent" else 1), measure.decimals)


def _withheld(measure: Measure, numerator: float, denominator: float) -> Mark:
    """Few in all or few in the share: withheld; few outside it: nearly all. Staff: fewer than three posts."""
    if measure.group == "staff":
        return Mark.WITHHELD if denominator < 3 else Mark.NONE
    if denominator < 10 or 0 < numerator < 5:
        return Mark.WITHHELD
    return Mark.NEARLY_ALL if 0 < denominator - numerator < 5 else Mark.NONE


def _draw(authorities: Sequence[Authority], seed: int) -> Drawn:
    """Draw every unit; units of an authority are a little alike."""
    units: Drawn = {}
    for authority in authorities:
        rng = stream(seed, "underlag", authority.organisation_number)
        spirit = rng.normal(0, 0.3)
        for unit in authority.units:
            units[authority.organisation_number, unit.code] = drawn(unit, spirit + rng.normal(0, 0.45), rng)
    return units


def _columns(authorities: Sequence[Authority], units: Drawn) -> Iterator[tuple[str, list[Cell]]]:
    """Header and cells: the country, the authorities, then the units of each authority; both by name."""
    by_name = sorted(authorities, key=lambda authority: authority.name)
    yield "RIKET: TOTALT", _cells(units.values())
    for authority in by_name:
        costs = None if authority.is_public else Mark.WITHHELD
        yield f"{_name(authority)}: HUVUDMAN", _cells((units[key] for key in _keys(authority)), costs)
    for authority in by_name:
        for unit in sorted(authority.units, key=lambda unit: (unit.name, unit.code)):
            header = f"{_name(authority)}: {_capitals(unit.name)} ({unit.code})"
            yield header, _cells([units[authority.organisation_number, unit.code]], Mark.MISSING)


def _cells(units: Iterable[Pairs], costs: Mark | None = None) -> list[Cell]:
    """The cells of these units together, in the order of `MEASURES`; costs: a mark that stands for every cost."""
    pairs = list(units)
    sums = {
        measure.name: [sum(part) for part in zip(*(unit[measure.name] for unit in pairs), strict=True)] for measure in MEASURES
    }
    if not sums["pupils"][0]:
        return [str(Mark.MISSING)] * len(MEASURES)
    return [str(costs) if costs and measure.group == "costs" else published(measure, *sums[measure.name]) for measure in MEASURES]


def _keys(authority: Authority) -> list[tuple[str, str]]:
    return [(authority.organisation_number, unit.code) for unit in authority.units]


def _name(authority: Authority) -> str:
    return f"{_capitals(authority.name)} ({authority.organisation_number})"


def _capitals(name: str) -> str:
    return name.upper().replace("–", "-")


__all__ = ["Authority", "Unit", "published", "write"]

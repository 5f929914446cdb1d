"""The plan of a run: which sections for which units, of which notebooks with which parameters; all checked before it starts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqa_lib.batch.parameters import check_parameters, declared_parameters, typed_parameters
from sqa_lib.boundary import check_notebooks
from sqa_lib.published import Published
from sqa_lib.report import Report, ReportError, SectionChoice
from sqa_lib.school_years import WRITTEN, is_school_year
from sqa_lib.units import Unit, UnitTree
from sqa_lib.words import nearest

SECTION = "section"
"""The parameter of a notebook that several sections may be of: the section's name."""
_NUMBERED = re.compile(r"^\d+-(?P<name>[a-z0-9-]+)$")


@dataclass(frozen=True)
class Job:
    """One section of one unit's book. part: the part of the book that it stands in."""

    section: str
    part: str
    unit: Unit
    notebook: Path
    output: Path
    parameters: Mapping[str, str]


def notebooks_of(root: Path) -> dict[str, Path]:
    """Name → notebook: `notebooks/06-health-cases.ipynb` is `health-cases`, of the section of that name or of others."""
    found: dict[str, Path] = {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        if match := _NUMBERED.match(path.stem):
            if match["name"] in found:
                raise ReportError(f"{path.name} and {found[match['name']].name} are both `{match['name']}`; rename one of them")
            found[match["name"]] = path
    return found


def output_folder(report: Report, root: Path, school_year: str) -> Path:
    """`output/<report>/`, and a folder of its own in it for another school year than the report's."""
    folder = root / "output" / report.name
    return folder if school_year == report.school_year else folder / school_year.replace("/", "-")


def plan(
    report: Report, root: Path, units: Iterable[Unit], school_year: str, parameters: Mapping[str, str] | None = None
) -> list[Job]:
    """All jobs in the order of units and sections. parameters: given to all besides report, unit and school year, instead of what
    a section gives."""
    notebooks = checked_notebooks(report, root)
    given = {"report": report.name, "school_year": school_year}
    folder = output_folder(report, root, school_year) / "notebooks"
    jobs = [
        Job(
            section.name,
            part,
            unit,
            notebooks[section.name],
            folder / unit.code / f"{section.name}.ipynb",
            {
                **typed_parameters(notebooks[section.name], {**section.parameters, **(parameters or {})}),
                **given,
                "unit": unit.code,
                **_named(section, notebooks[section.name]),
            },
        )
        for unit in units
        for section, part in _with_parts(report, unit)
    ]
    for job in jobs:
        check_parameters(job.notebook, job.parameters)
    return jobs


def _named(section: SectionChoice, notebook: Path) -> dict[str, str]:
    """The section's name, for a notebook that asks for it."""
    return {SECTION: section.name} if SECTION in declared_parameters(notebook) else {}


def _with_parts(report: Report, unit: Unit) -> list[tuple[SectionChoice, str]]:
    """Each section of the unit's book with the part it stands in; a part lasts until the next one begins."""
    part, found = "", []
    for section in report.sections:
        part = section.part or part
        if section.is_in_book_of(unit):
            found.append((section, part))
    return found


def checked_notebooks(report: Report, root: Path) -> dict[str, Path]:
    """Section → notebook, of all sections of the report; each is there and can be used so, and none of the folder reads data.
    Raises ReportError."""
    notebooks = notebooks_of(root)
    for section in report.sections:
        if section.notebook not in notebooks:
            raise ReportError(f"{report.name}.yml: no notebook {_said(section)}{nearest(section.notebook, notebooks)}")
        _check_section(report, section, notebooks[section.notebook])
    if "themes" in report.model_fields_set:
        known = dict.fromkeys([*(section.name for section in report.sections), *notebooks])
        for name in (name for theme in report.themes for name in theme.sections):
            if name not in known:
                raise ReportError(f"{report.name}.yml: key `themes`: no section `{name}`{nearest(name, known)}")
    check_notebooks(sorted((root / "notebooks").glob("*.ipynb")))
    return {section.name: notebooks[section.notebook] for section in report.sections}


def _said(section: SectionChoice) -> str:
    own = f"for section `{section.name}`"
    return own if section.notebook == section.name else f"`{section.notebook}` {own}"


def _check_section(report: Report, section: SectionChoice, notebook: Path) -> None:
    """A notebook under another name asks for the section's, and has the parameters that the section gives."""
    if section.notebook != section.name and SECTION not in declared_parameters(notebook):
        raise ReportError(
            f"{report.name}.yml: section `{section.name}`: {notebook.name} has no parameter `{SECTION}`, so that it would show "
            f'itself as `{section.notebook}`; write `{SECTION} = "{section.notebook}"` among its parameters, '
            f"and `s = Section({SECTION}, report, unit, school_year)`"
        )
    try:
        check_parameters(notebook, typed_parameters(notebook, section.parameters))
    except ReportError as error:
        raise ReportError(f"{report.name}.yml: section `{section.name}`: {error}") from error


def units_with_books(report: Report, published: Published, school_year: str) -> list[Unit]:
    """All units that have a book of a school year: those that a section is for and that are open in it; of a report from official
    statistics, those with a figure of their own."""
    tree = published.tree
    units = [unit for unit in tree.units if report.has_book(unit) and tree.is_open(unit, school_year)]
    if report.source == "datasets":
        return units
    return [unit for unit in units if unit == tree.authority or published.has_figures(unit.code)]


def chosen_units(
    report: Report, published: Published, units: Sequence[str], levels: Sequence[str], school_years: Sequence[str] = ()
) -> list[Unit]:
    """The units to build: those named, those of the levels named, or all that have a book in one of the school years (default:
    the report's own)."""
    years = school_years or (report.school_year,)
    for year in years:
        _check_year(year, report, published)
    of_years = [units_with_books(report, published, year) for year in years]
    all_units = [unit for unit in published.tree.units if any(unit in some for some in of_years)]
    for code in units:
        _check_unit(code, [unit.code for unit in all_units], report, published.tree, years)
    wrong = [level for level in levels if level not in report.levels]
    if wrong:
        raise ReportError(f"unknown level {', '.join(wrong)}; there are: {', '.join(report.levels)}")
    if not units and not levels:
        return all_units
    return [unit for unit in all_units if unit.code in units or unit.level in levels]


def checked_year(school_year: str) -> str:
    """A school year as it is typed on a command line; raises ReportError for anything else."""
    if not is_school_year(school_year):
        raise ReportError(f"`{school_year}` is no school year; {WRITTEN}")
    return school_year


def _check_year(school_year: str, report: Report, published: Published) -> None:
    """The report's own year may have no rows yet, which the build tells; any other is asked for because it has some."""
    known = published.school_years
    if school_year != report.school_year and school_year not in known:
        raise ReportError(f"{report.name} has no rows of {school_year} in any dataset; there are: {', '.join(known) or 'none'}")


def _check_unit(code: str, known: Sequence[str], report: Report, tree: UnitTree, school_years: Sequence[str]) -> None:
    if code in known:
        return
    gone = [tree.gone(code, school_year) for school_year in school_years]
    if all(gone):
        raise ReportError(f"there is no book of {code}: {gone[-1]}")
    if code in tree and report.has_book(tree[code]):
        why = "there is no figure of its own; the authority's book lists it and says why"
        raise ReportError(f"unit {code} ({tree[code].name}) has no book: {why}")
    raise ReportError(f"unknown unit {code}{nearest(code, known)}")

"""The plan of a run: which notebooks for which units with which parameters, all checked before anything starts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from papermill import inspect_notebook

from sqa_lib.boundary import check_notebooks
from sqa_lib.report import Report, ReportError
from sqa_lib.units import Unit, UnitTree

BOOK_LEVELS = ("municipality", "area", "school")
_NUMBERED = re.compile(r"^\d+-(?P<name>[a-z0-9-]+)$")


@dataclass(frozen=True)
class Job:
    """One notebook for one unit. part: the part of the book that the section stands in."""

    section: str
    part: str
    unit: Unit
    notebook: Path
    output: Path
    parameters: Mapping[str, str]


def notebooks_of(root: Path) -> dict[str, Path]:
    """Section name → notebook: `notebooks/06-health-cases.ipynb` is the section `health-cases`."""
    paths = sorted((root / "notebooks").glob("*.ipynb"))
    return {match["name"]: path for path in paths if (match := _NUMBERED.match(path.stem))}


def output_folder(report: Report, root: Path, school_year: str) -> Path:
    """`output/<report>/`, and a folder of its own in it for another school year than the report's."""
    folder = root / "output" / report.name
    return folder if school_year == report.school_year else folder / school_year.replace("/", "-")


def plan(
    report: Report, root: Path, units: Iterable[Unit], school_year: str, parameters: Mapping[str, str] | None = None
) -> list[Job]:
    """All jobs in the order of units and sections. parameters: given besides report, unit and school year, to all."""
    notebooks = notebooks_of(root)
    _check_sections(report, notebooks)
    check_notebooks(sorted((root / "notebooks").glob("*.ipynb")))
    given = {"report": report.name, "school_year": school_year, **(parameters or {})}
    folder = output_folder(report, root, school_year) / "notebooks"
    jobs = [
        Job(
            section.name,
            part,
            unit,
            notebooks[section.name],
            folder / unit.code / f"{section.name}.ipynb",
            given | {"unit": unit.code},
        )
        for unit in units
        for section, part in _with_parts(report, unit)
    ]
    for job in jobs:
        check_parameters(job.notebook, job.parameters)
    return jobs


def _with_parts(report: Report, unit: Unit) -> list[tuple]:
    """Each section of the unit's book with the part it stands in; a part lasts until the next one begins."""
    part, found = "", []
    for section in report.sections:
        part = section.part or part
        if unit.level in section.levels:
            found.append((section, part))
    return found


def _check_sections(report: Report, notebooks: Mapping[str, Path]) -> None:
    for section in report.sections:
        if section.name not in notebooks:
            raise ReportError(
                f"{report.name}.yml: no notebook for section `{section.name}`{_hint(section.name, notebooks)}; "
                f"there are: {', '.join(notebooks)}"
            )
    if "themes" in report.model_fields_set:
        for name in (name for theme in report.themes for name in theme.sections):
            if name not in notebooks:
                raise ReportError(
                    f"{report.name}.yml: key `themes`: no section `{name}`{_hint(name, notebooks)}; "
                    f"there are: {', '.join(notebooks)}"
                )


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Refuse a parameter that the notebook does not declare, or one of another type, and list the right ones.

    papermill itself only warns of an unknown parameter.
    """
    declared = _declared(notebook)
    for name, value in parameters.items():
        if name not in declared:
            raise ReportError(f"{notebook.name}: unknown parameter `{name}`{_hint(name, declared)}; it has: {_listed(declared)}")
        if declared[name] not in ("None", type(value).__name__):
            raise ReportError(
                f"{notebook.name}: parameter `{name}` is {value!r}, expected {declared[name]}; it has: {_listed(declared)}"
            )


@cache
def _declared(notebook: Path) -> dict[str, str]:
    found = inspect_notebook(notebook)
    return {name: _type_of(parameter["inferred_type_name"], parameter["default"]) for name, parameter in found.items()}


def _type_of(inferred: str, default: str) -> str:
    """papermill infers only annotated types; the default's own literal says the rest."""
    if inferred != "None":
        return inferred
    return "str" if default[:1] in "\"'" else "None"


def _listed(declared: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in declared.items())


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


def chosen_units(tree: UnitTree, units: Sequence[str], levels: Sequence[str]) -> list[Unit]:
    """The units to build: those named, those of the levels named, or all that have a book."""
    all_units = tree.at(*BOOK_LEVELS)
    unknown = [code for code in units if code not in {unit.code for unit in all_units}]
    if unknown:
        raise ReportError(
            f"unknown unit {', '.join(unknown)}{_hint(unknown[0], [u.code for u in all_units])}; "
            f"there are: {', '.join(u.code for u in all_units)}"
        )
    wrong = [level for level in levels if level not in BOOK_LEVELS]
    if wrong:
        raise ReportError(f"unknown level {', '.join(wrong)}; there are: {', '.join(BOOK_LEVELS)}")
    if not units and not levels:
        return list(all_units)
    return [unit for unit in all_units if unit.code in units or unit.level in levels]

"""The plan of a run: everything is checked, and a mistake lists what is right, before any notebook starts."""

from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.batch.plan import chosen_units, notebooks_of, output_folder, plan
from sqa_lib.published import Published
from sqa_lib.report import Disclosure, Report, ReportError, load_report
from sqa_lib.rows import TableRows
from sqa_lib.units import Unit, UnitTree
from tests.small_project import PARAMETERS, write_notebook, write_project

SECTIONS = [
    {"name": "pupils", "part": "Resultat"},
    {"name": "complaints", "levels": ["municipality", "area"]},
    {"name": "about", "part": "Om rapporten"},
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_project(tmp_path, sections=SECTIONS)
    for name in ("02-complaints", "10-about"):
        write_notebook(tmp_path, name, "1 + 1")
    write_notebook(tmp_path, "Draft-1", "not a section")
    return tmp_path


@pytest.fixture
def report(root: Path) -> Report:
    return load_report("small", root)


def test_a_notebook_is_a_section_by_its_name_without_number(root: Path) -> None:
    assert {name: path.name for name, path in notebooks_of(root).items()} == {
        "pupils": "01-pupils.ipynb",
        "complaints": "02-complaints.ipynb",
        "about": "10-about.ipynb",
    }


def test_jobs_come_by_unit_and_section_each_with_its_part_and_parameters(root: Path, report: Report, tree: UnitTree) -> None:
    """A part lasts until the next one, also over sections that this level does not have."""
    jobs = plan(report, root, [tree["all"], tree["s1"]], "2020/21")
    assert [(job.unit.code, job.section, job.part) for job in jobs] == [
        ("all", "pupils", "Resultat"),
        ("all", "complaints", "Resultat"),
        ("all", "about", "Om rapporten"),
        ("s1", "pupils", "Resultat"),
        ("s1", "about", "Om rapporten"),
    ]
    assert jobs[0].parameters == {"report": "small", "school_year": "2020/21", "unit": "all"}
    assert jobs[3].output == root / "output" / "small" / "notebooks" / "s1" / "pupils.ipynb"


def test_another_school_year_has_a_folder_of_its_own(root: Path, report: Report) -> None:
    assert output_folder(report, root, "2020/21") == root / "output" / "small"
    assert output_folder(report, root, "2019/20") == root / "output" / "small" / "2019-20"


def test_a_section_without_notebook_is_refused(root: Path, tree: UnitTree) -> None:
    write_project(root, sections=["pupils", "abuot"])
    with pytest.raises(ReportError) as failure:
        plan(load_report("small", root), root, [tree["all"]], "2020/21")
    assert str(failure.value) == "small.yml: no notebook for section `abuot`; did you mean `about`?"


FORMS = """
report = "small"
unit = "lavheden"
school_year = "2020/21"
section = "pupils"
school_form = "compulsory"
"""
UPPER = Unit("g1", "Lärkgymnasiet", "school", "north", ("upper_secondary",))
OF_TWO_FORMS = [
    {"name": "pupils", "parameters": {"school_form": "compulsory"}, "school_forms": ["compulsory"]},
    {"name": "pupils-upper", "notebook": "pupils", "parameters": {"school_form": "upper_secondary"}, "part": "Gymnasiet"},
]


def test_two_sections_of_one_notebook_are_jobs_of_their_own(tmp_path: Path, tree: UnitTree) -> None:
    """Each with its name and its parameters, in the books of units that have its school form."""
    write_project(tmp_path, sections=OF_TWO_FORMS)
    notebook = write_notebook(tmp_path, "01-pupils", "1", declared=FORMS)
    jobs = plan(load_report("small", tmp_path), tmp_path, [tree["n1"], UPPER], "2019/20")
    given = {"report": "small", "school_year": "2019/20"}
    folder = tmp_path / "output" / "small" / "2019-20" / "notebooks"
    assert [(job.section, job.part, job.notebook, job.output, job.parameters) for job in jobs] == [
        ("pupils", "", notebook, folder / "n1" / "pupils.ipynb",
         given | {"unit": "n1", "section": "pupils", "school_form": "compulsory"}),
        ("pupils-upper", "Gymnasiet", notebook, folder / "n1" / "pupils-upper.ipynb",
         given | {"unit": "n1", "section": "pupils-upper", "school_form": "upper_secondary"}),
        ("pupils-upper", "Gymnasiet", notebook, folder / "g1" / "pupils-upper.ipynb",
         given | {"unit": "g1", "section": "pupils-upper", "school_form": "upper_secondary"}),
    ]  # fmt: skip


def test_what_the_command_line_gives_goes_before_what_the_section_gives(tmp_path: Path, tree: UnitTree) -> None:
    write_project(tmp_path, sections=OF_TWO_FORMS)
    write_notebook(tmp_path, "01-pupils", "1", declared=FORMS)
    (job, _) = plan(load_report("small", tmp_path), tmp_path, [tree["n1"]], "2020/21", {"school_form": "preschool"})
    assert job.parameters["school_form"] == "preschool"


@pytest.mark.parametrize("name", ["report", "unit", "school_year", "section"])
def test_what_the_build_sets_itself_is_refused_on_the_command_line(name: str, root: Path, report: Report, tree: UnitTree) -> None:
    """Else a book would hold another report's, unit's or year's figures under its own title."""
    with pytest.raises(ReportError, match=f"parameter `{name}` is set by the build; choose units with `--unit`"):
        plan(report, root, [tree["n1"]], "2020/21", {name: "2019/20"})


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            {"name": "pupils-upper", "notebook": "pupil"},
            "small.yml: no notebook `pupil` for section `pupils-upper`; did you mean `pupils`?",
        ),
        (
            {"name": "pupils-upper", "notebook": "pupils"},
            "small.yml: section `pupils-upper`: 01-pupils.ipynb has no parameter `section`, so that it would show itself as "
            '`pupils`; write `section = "pupils"` among its parameters, and `s = Section(section, report, unit, school_year)`',
        ),
        (
            {"name": "about", "parameters": {"school_yaer": "x"}},
            "small.yml: section `about`: 10-about.ipynb: unknown parameter `school_yaer`; did you mean `school_year`?",
        ),
    ],
)
def test_a_section_that_its_notebook_cannot_show_is_refused(section: dict, message: str, root: Path, tree: UnitTree) -> None:
    write_project(root, sections=["pupils", section])
    with pytest.raises(ReportError) as failure:
        plan(load_report("small", root), root, [tree["all"]], "2020/21")
    assert str(failure.value).startswith(message)


def test_a_theme_names_sections_or_notebooks(root: Path, tree: UnitTree) -> None:
    write_project(root, themes=[{"name": "A", "sections": ["pupils", "complaints"]}])
    assert plan(load_report("small", root), root, [tree["all"]], "2020/21")
    write_project(root, themes=[{"name": "A", "sections": ["pupil"]}])
    with pytest.raises(ReportError, match=r"key `themes`: no section `pupil`; did you mean `pupils`\?"):
        plan(load_report("small", root), root, [tree["all"]], "2020/21")


def published_of(tree: UnitTree) -> Published:
    """A publication of these units in which no unit has a figure."""
    rows = pd.DataFrame({name: pd.Series(dtype="str") for name in ("statistic", "unit", "school_year", "breakdown", "mark")})
    return Published(TableRows(rows), {}, tree, Disclosure())


def report_of(*sections: str | dict) -> Report:
    return Report.model_validate({"name": "small", **PARAMETERS, "sections": list(sections)})


def test_two_notebooks_of_one_name_are_refused(root: Path) -> None:
    write_notebook(root, "11-pupils", "1 + 1")
    with pytest.raises(ReportError, match=r"11-pupils.ipynb and 01-pupils.ipynb are both `pupils`; rename one of them"):
        notebooks_of(root)


def test_units_are_chosen_by_code_and_level_in_the_trees_order(tree: UnitTree) -> None:
    def codes(units: list[str], levels: list[str]) -> str:
        return " ".join(unit.code for unit in chosen_units(report_of("pupils"), published_of(tree), units, levels))

    assert codes([], []) == "all north south n1 n2 s1"
    assert codes(["n2", "all"], []) == "all n2"
    assert codes([], ["area"]) == "north south"
    assert codes(["s1"], ["municipality"]) == "all s1"


@pytest.mark.parametrize(
    ("units", "levels", "message"),
    [
        (["nort"], [], "unknown unit nort; did you mean `north`?"),
        (["np"], [], "unknown unit np; there are: all, north, south, n1, n2, s1"),
        ([], ["district"], "unknown level district; there are: municipality, area, school"),
        ([], ["preschool"], "unknown level preschool; there are: municipality, area, school"),
    ],
)
def test_an_unknown_unit_or_level_lists_those_there_are(units: list, levels: list, message: str, tree: UnitTree) -> None:
    """Preschools have no book of their own where no section is for them."""
    with pytest.raises(ReportError) as failure:
        chosen_units(report_of("pupils"), published_of(tree), units, levels)
    assert message in str(failure.value)


@pytest.mark.parametrize(
    ("section", "units"),
    [
        ({"levels": ["municipality", "preschool"]}, "all np"),
        ({"levels": ["area", "preschool"], "school_forms": ["preschool"]}, "north np"),
        ({"levels": ["area", "school"], "school_forms": ["compulsory"]}, "north south n1 n2 s1"),
    ],
)
def test_a_unit_has_a_book_where_a_section_is_for_it(section: dict, units: str, tree: UnitTree) -> None:
    report = report_of({"name": "pupils", **section})
    assert " ".join(unit.code for unit in chosen_units(report, published_of(tree), [], [])) == units
    of_one_level = [unit.code for level in report.levels for unit in chosen_units(report, published_of(tree), [], [level])]
    assert " ".join(of_one_level) == units

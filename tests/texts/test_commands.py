"""`sqa check` and `sqa build` with units' texts: what is printed, what a book says, and that a wrong reference stops no other."""

import shutil
from pathlib import Path

import nbformat
import pytest

from sqa_lib.sources.datasets import DATASETS
from tests.command import Done, sqa
from tests.small_project import PUPILS, SHOW_PUPILS, write, write_notebook, write_project
from tests.sources.source_samples import csv_text

RIGHT = """Vi är en skola med {{ v('pupils') }}, varav {{ v('pupils', gender='girl') | number }} flickor.

## Slutsats

- I hela kommunen går {{ v('pupils', at='lavheden') }}.
"""
WITHHELD = "På vår skola går {{ v('pupils') }}.\n"
WRONG = "Skolan växer.\n\nVi har {{ v('pupil') }}.\n\n{{ ''.__class__ }}\n\n## Slutsats\n\n- Allt är väl.\n"
TYPED = "Skolan har 53 elever.\n\nLäsåret 2019/20 hade skolan 31 elever.\n\nSkolan har 70 elever. Vi har 5 mål.\n"


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with every dataset, computed; its second section repeats what units concluded in the first."""
    root = write_project(tmp_path_factory.mktemp("computed") / "project", sections=["pupils", "analysis"])
    for dataset in DATASETS.values():
        if not (root / "data" / "small" / f"{dataset.path}.csv").exists():
            write(root / "data" / "small" / f"{dataset.path}.csv", csv_text(dataset, {}))
    write_notebook(root, "01-pupils", *SHOW_PUPILS, "s.conclusions()")
    analysis = (
        "from sqa_lib.section import Section\ns = Section('analysis', report, unit, school_year)",
        "s.conclusions_by_theme()",
    )
    write_notebook(root, "02-analysis", *analysis)
    assert sqa(root, "compute", "small").code == 0
    return root


@pytest.fixture
def project(computed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(computed, tmp_path / "project")


def write_texts(root: Path, **texts: str) -> None:
    """Texts of the section `pupils`, by the last digit of the school's code."""
    for digit, text in texts.items():
        write(root / "data" / "small" / "texts" / f"9900000{digit.removeprefix('of_')}" / "pupils.md", text)


def told(done: Done) -> list[str]:
    return [line for line in done.out.splitlines() if line.startswith("text texts/")]


def markdown_of(root: Path, unit: str, section: str) -> str:
    """What the section's notebook put out, as it was run."""
    notebook = nbformat.read(root / "output" / "small" / "notebooks" / unit / f"{section}.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    return "\n".join(output.data.get("text/markdown", "") for output in outputs).replace("\u00a0", " ")


# ---- check ----------------------------------------------------------------------------------------------------------


def test_right_references_are_not_told_of(project: Path) -> None:
    write_texts(project, of_1=RIGHT, of_2=WITHHELD)
    done = sqa(project, "check", "small")
    assert (done.code, told(done)) == (0, [])
    assert "typed by hand" not in done.out


def test_all_wrong_references_are_told_of_at_once_with_file_and_line(project: Path) -> None:
    write_texts(project, of_1=RIGHT, of_2=WRONG, of_3="{{ v('pupils', sex='girl') }}")
    done = sqa(project, "check", "small")
    assert done.code == 1
    assert [line.split(":")[0] for line in told(done)] == [
        "text texts/99000002/pupils.md, line 3",
        "text texts/99000002/pupils.md, line 5",
        "text texts/99000003/pupils.md, line 1",
    ]
    assert "no statistic `pupil`; did you mean `pupils`" in done.out


@pytest.mark.parametrize("is_computed", [True, False])
def test_markup_that_a_text_may_not_hold_is_told_of_with_file_and_line(is_computed: bool, project: Path) -> None:
    write_texts(project, of_1="Hej.\n\n<img src=x onerror=alert(1)>\n", of_2="{{< include /etc/passwd >}}")
    if not is_computed:
        write(project / "data" / "small" / "elever.csv", PUPILS.replace(";31", ";32"))
    done = sqa(project, "check", "small")
    assert (done.code, told(done)[0].split(";")[0]) == (1, "text texts/99000001/pupils.md, line 3: `<img` is raw HTML")
    assert "text texts/99000002/pupils.md, line 1: `{{<` is one of Quarto's shortcodes" in done.out


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("99000009/pupils.md", "no book shows this text: there is no unit `99000009`; did you mean `99000004`"),
        ("99000001/pupil.md", "no book shows this text: `99000001` has no section `pupil`; did you mean `pupils`?"),
    ],
)
def test_a_text_that_no_book_shows_is_told_of(path: str, message: str, project: Path) -> None:
    write(project / "data" / "small" / "texts" / path, "Hej.")
    done = sqa(project, "check", "small")
    assert done.code == 1
    assert f"texts/{path}, line 1: {message}" in done.out


def test_numbers_typed_by_hand_stand_in_a_table_with_what_to_write(project: Path) -> None:
    write_texts(project, of_1=TYPED)
    done = sqa(project, "check", "small")
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in done.out.splitlines() if "pupils.md:" in line]
    assert rows == [
        ["texts/99000001/pupils.md:1", "53 elever", "equal", "53 (Elever i grundskolan)", "{{ v('pupils') }}"],
        [
            "texts/99000001/pupils.md:3", "31 elever", "nearly equal", "30 (Elever i grundskolan, 2019/20)",
            "{{ v('pupils', school_year='2019/20') }}",
        ],
        ["texts/99000001/pupils.md:5", "70 elever", "contradicts", "53 (Elever i grundskolan)", "{{ v('pupils') }}"],
    ]  # fmt: skip
    assert "Numbers typed by hand: 1 equal, 1 nearly equal, 1 contradicts." in done.out
    assert done.code == 0


@pytest.mark.parametrize("number", range(1, 6))
def test_of_a_withheld_figure_the_table_tells_nothing(number: int, project: Path) -> None:
    write_texts(project, of_2=f"Skolan har {number} elever.")
    assert "Typed" not in sqa(project, "check", "small").out


# ---- build ----------------------------------------------------------------------------------------------------------


def test_a_book_says_the_figures_that_its_units_text_refers_to(project: Path) -> None:
    write_texts(project, of_1=RIGHT, of_2=WITHHELD)
    done = sqa(project, "build", "small", "--unit", "99000001", "--unit", "99000002", "--format", "html")
    assert done.code == 0, done.out + done.err
    assert "Vi är en skola med 53 elever, varav 31 flickor." in markdown_of(project, "99000001", "pupils")
    assert "- I hela kommunen går 100 elever." in markdown_of(project, "99000001", "pupils")
    assert "- I hela kommunen går 100 elever (@sec-pupils)." in markdown_of(project, "99000001", "analysis")
    assert "På vår skola går ett ej redovisat antal elever." in markdown_of(project, "99000002", "pupils")


def test_a_wrong_reference_fails_its_section_with_the_message_and_no_other(project: Path) -> None:
    write_texts(project, of_1=RIGHT, of_3=WRONG)
    done = sqa(project, "build", "small", "--unit", "99000001", "--unit", "99000003", "--format", "html")
    failed = [line for line in done.err.splitlines() if line.startswith("failed")]
    assert (done.code, len(failed)) == (1, 1)
    assert "99000003/pupils: " in failed[0]
    assert "TextError: texts/99000003/pupils.md, line 3: no statistic `pupil`; did you mean `pupils`" in failed[0]
    assert "- Allt är väl (@sec-pupils)." in markdown_of(project, "99000003", "analysis")

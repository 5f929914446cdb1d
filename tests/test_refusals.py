"""What `sqa build` refuses before it computes anything, `sqa check` refuses in the same words."""

import json
from pathlib import Path

import nbformat
import pytest

from sqa_lib.boundary.files import closed_folders, is_closed
from sqa_lib.refusals import unread
from sqa_lib.report import load_report
from tests.command import sqa
from tests.small_project import SHOW_PUPILS, write, write_notebook, write_project

OWN = {"datasets": ["school_units", "enrolment"], "formats": ["html"]}
CORRECTION = {"date": "2021-11-20", "reason": "Antalet pojkar var fel."}

MISTAKES = {
    "a colour too pale for text": ({"design": {"primary": "#ffee00"}}, "design.primary #ffee00"),
    "a logo that is not there": ({"design": {"logo": "params/logo.svg"}}, "params/logo.svg: no such file in the project"),
    "a section without a notebook": ({"sections": ["pupils", "staff"]}, "no notebook for section `staff`"),
    "a parameter that its notebook lacks": (
        {"sections": [{"name": "pupils", "parameters": {"least": "3"}}]},
        "section `pupils`: 01-pupils.ipynb: unknown parameter `least`",
    ),
    "a theme of an unknown section": (
        {"themes": [{"name": "Närvaro", "sections": ["absence"]}]},
        "key `themes`: no section `absence`",
    ),
    "a correction of what was never released": (
        {"corrections": [CORRECTION]},
        "key `corrections`: small tells of 1 corrections, and was released 0 times",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_check_tells_what_the_build_refuses(case: str, tmp_path: Path) -> None:
    parameters, told = MISTAKES[case]
    write_project(tmp_path, **OWN | parameters)
    built, checked = sqa(tmp_path, "build", "small"), sqa(tmp_path, "check", "small")
    assert (built.code, checked.code) == (2, 1)
    assert told in built.err and told in checked.err, checked.err
    assert not (tmp_path / "output" / "small" / "statistics").exists(), "it is refused before anything is computed"


def test_a_notebook_that_reads_data_is_refused_by_both(tmp_path: Path) -> None:
    write_project(tmp_path, **OWN)
    write_notebook(tmp_path, "02-own", "import pandas as pd", "pd.read_csv('data/small/elever.csv')")
    built, checked = sqa(tmp_path, "build", "small"), sqa(tmp_path, "check", "small")
    assert (built.code, checked.code) == (2, 1)
    assert "02-own.ipynb, cell 4" in built.err and "02-own.ipynb, cell 4" in checked.err


def test_a_release_that_was_changed_is_refused_by_both(tmp_path: Path) -> None:
    write_project(tmp_path, **OWN)
    assert sqa(tmp_path, "build", "small").code == 0
    assert sqa(tmp_path, "release", "small", "--by", "kvalitetschefen").code == 0
    path = tmp_path / "data" / "released" / "small-2021-10-15" / "published.parquet"
    path.write_bytes(path.read_bytes()[:-9] + b"x")
    built, checked = sqa(tmp_path, "build", "small"), sqa(tmp_path, "check", "small")
    assert (built.code, checked.code) == (2, 1)
    told = "data/released/small-2021-10-15/published.parquet is not as it was released"
    assert told in built.err and told in checked.err


def test_a_sample_of_unknown_units_is_told_when_the_statistics_are_there(tmp_path: Path) -> None:
    write_project(tmp_path, **OWN, sample_units=["99000009"])
    assert sqa(tmp_path, "compute", "small").code == 0
    built, checked = sqa(tmp_path, "build", "small", "--sample"), sqa(tmp_path, "check", "small")
    assert (built.code, checked.code) == (2, 1)
    assert "unknown unit 99000009" in built.err and "key `sample_units`: unknown unit 99000009" in checked.err


# ---- a report is one folder -----------------------------------------------------------------------------------------

AREAS = """lavheden:
  - name: Närvaro
    school_year: "2020/21"
    why: [Frånvaron är hög.]
"""


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """Two reports of the same data: `again`, beside the first, has no folder of its name."""
    root = write_project(tmp_path, **OWN)
    write_notebook(root, "01-pupils", *SHOW_PUPILS, "s.conclusions()", "s.say('{{ n }} område', n=len(s.development_areas()))")
    write(root / "data" / "small" / "texts" / "99000001" / "pupils.md", "Vi är en skola i skogen.\n")
    write(root / "data" / "small" / "development_areas.yml", AREAS)
    write(root / "params" / "again.yml", (root / "params" / "small.yml").read_text(encoding="utf-8"))
    return root


def said(root: Path, report: str, unit: str) -> str:
    notebook = nbformat.read(root / "output" / report / "notebooks" / unit / "pupils.ipynb", as_version=4)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", []) if "data" in out]
    return "\n".join(out.data.get("text/markdown", "") for out in outputs)


def test_texts_and_areas_are_read_where_the_data_are(corrected: Path) -> None:
    for report in ("small", "again"):
        built = sqa(corrected, "build", report, "--unit", "99000001", "--unit", "lavheden")
        assert built.code == 0, built.err
        assert "Vi är en skola i skogen." in said(corrected, report, "99000001")
        assert "1 område" in said(corrected, report, "lavheden")


def test_a_text_that_changed_there_is_why_a_section_runs_again(corrected: Path) -> None:
    assert sqa(corrected, "build", "again", "--unit", "99000001").code == 0
    write(corrected / "data" / "small" / "texts" / "99000001" / "pupils.md", "Vi är en skola vid sjön.\n")
    planned = sqa(corrected, "build", "again", "--unit", "99000001", "--dry-run")
    assert "99000001/pupils: text texts/99000001/pupils.md changed" in planned.out


def test_check_reads_texts_and_areas_where_the_data_are(corrected: Path) -> None:
    write(corrected / "data" / "small" / "texts" / "99000001" / "pupils.md", "Vi har {{ v('pupil') }}.\n")
    write(corrected / "data" / "small" / "development_areas.yml", "lavheden:\n  - name: X\n")
    assert sqa(corrected, "compute", "again").code == 0
    checked = sqa(corrected, "check", "again")
    assert checked.code == 1
    assert "no statistic `pupil`" in checked.out and "development_areas.yml" in checked.err


def test_claims_are_read_where_the_data_are(corrected: Path) -> None:
    head = "id,document,section,population,measure,breakdown,value,unit,decimals,qualifier"
    claims = f"{head}\nF1,small,Elever,elever,count,all,53,,0,\n"
    write(corrected / "data" / "small" / "claims" / "figures.csv", claims)
    done = sqa(corrected, "figures", "again", "--json")
    assert [account["id"] for account in json.loads(done.out)] == ["F1"], done.err


def test_a_folder_of_the_reports_name_that_is_not_its_data_is_told(corrected: Path) -> None:
    write(corrected / "data" / "again" / "texts" / "99000001" / "pupils.md", "Ingen läser detta.\n")
    told = "data/again/texts is not read: the report's folder for it is data/small; move it there, or take it away"
    built = sqa(corrected, "build", "again", "--unit", "99000001")
    assert told in built.err and told in sqa(corrected, "check", "again").err
    assert "Ingen läser detta." not in said(corrected, "again", "99000001")


def test_a_report_of_the_same_data_may_have_a_folder_of_its_own_for_what_is_written(corrected: Path) -> None:
    again = corrected / "params" / "again.yml"
    again.write_text(again.read_text(encoding="utf-8") + "\nwritten: data/again\n", encoding="utf-8")
    write(corrected / "data" / "again" / "texts" / "99000001" / "pupils.md", "Vi skriver själva.\n")
    built = sqa(corrected, "build", "again", "--unit", "99000001", "--unit", "lavheden")
    assert built.code == 0 and "is not read" not in built.err, built.err
    assert "Vi skriver själva." in said(corrected, "again", "99000001")
    assert "0 område" in said(corrected, "again", "lavheden")
    assert "Vi är en skola i skogen." not in said(corrected, "again", "99000001")


def test_its_data_are_closed_in_a_build_though_its_texts_lie_elsewhere(corrected: Path) -> None:
    (corrected / "data" / "small").rename(corrected / "rows")
    write(corrected / "words" / "texts" / "99000001" / "pupils.md", "Vi skriver själva.\n")
    again = corrected / "params" / "again.yml"
    text = again.read_text(encoding="utf-8").replace("data/small", "rows")
    again.write_text(text + "\nwritten: words\n", encoding="utf-8")
    closed = closed_folders(corrected)
    assert is_closed(str(corrected / "rows" / "elever.csv"), closed)
    assert is_closed(str(corrected / "words" / "accepted.yml"), closed)
    assert not is_closed(str(corrected / "words" / "texts" / "99000001" / "pupils.md"), closed)


def test_texts_are_open_in_a_build_however_deep_the_data_lie(corrected: Path) -> None:
    """Both to Python and to the system, which keep the rows of `data/` closed."""
    deeper = corrected / "data" / "years" / "2020" / "small"
    deeper.parent.mkdir(parents=True)
    (corrected / "data" / "small").rename(deeper)
    write_project(corrected, **OWN, data="data/years/2020/small")
    write_notebook(corrected, "01-pupils", *SHOW_PUPILS, "s.conclusions()")
    for name in ("skolenheter.csv", "elever.csv"):
        (corrected / "data" / "small" / name).replace(deeper / name)
    assert sqa(corrected, "build", "small", "--unit", "99000001").code == 0
    assert "Vi är en skola i skogen." in said(corrected, "small", "99000001")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "elver.csv",
            "data/small/elver.csv is no dataset's and is not read: give it a dataset's name, or take it away (did you mean el",
        ),
        ("Kopia av elever.xlsx", "data/small/Kopia av elever.xlsx is no dataset's and is not read: "),
        ("franvaro.xls", "data/small/franvaro.xls is not read; save it as .csv, .xlsx, .parquet"),
        ("franvaro.txt", "data/small/franvaro.txt is not read; save it as "),
        ("anteckningar.md", ""),
        ("~$elever.xlsx", ""),
        (".elever.csv.swp", ""),
    ],
)
def test_a_table_that_nothing_reads_is_told_of(name: str, told: str, tmp_path: Path) -> None:
    root = write_project(tmp_path, **OWN)
    (root / "data" / "small" / name).write_text("Läsår;Antal\n", encoding="utf-8")
    found = unread(load_report("small", root), root)
    assert len(found) == bool(told) and all(each.startswith(told) for each in found), found

"""The command line: what a user sees who checks data, makes a report of the national file, or writes the demo data."""

import csv
import datetime
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sqa_lib.demo.authorities import Authority, Unit
from sqa_lib.demo.skolverket import write as write_underlag
from sqa_lib.publication import sha256_of
from sqa_lib.report import load_report
from sqa_lib.sources.datasets import DATASETS, NEWLY_ARRIVED
from tests.command import sqa, sqa_process
from tests.conftest import ROOT
from tests.small_project import PUPILS, SHOW_PUPILS, write, write_notebook, write_project
from tests.sources.source_samples import csv_text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Every dataset is there; those that the small project lacks have one good row."""
    write_project(tmp_path)
    data = tmp_path / "data" / "small"
    for dataset in DATASETS.values():
        if not (data / f"{dataset.path}.csv").exists():
            write(data / f"{dataset.path}.csv", csv_text(dataset, {}))
    return tmp_path


# ---- check ----------------------------------------------------------------------------------------------------------

BAD_ROWS = {
    "wrong code": {"gender": "Hane"},
    "duplicate id": {"row_id": "A0"},
    "unknown unit": {"unit": "99000009"},
    "date outside the school year": {"welcome_talk": "2022-01-01"},
    "no date": {"welcome_talk": "i går"},
    "no boolean": {"needs_guidance": "kanske"},
    "empty cell": {"year": ""},
}
PROBLEMS = """
elever.csv | 6 | Antal | -3 | is less than 0 | a number from 0, such as 1 234, or a mark: . .. ... - ~100
nyanlanda.csv | 3 | Kön | Hane | is not an allowed word | one of: Flicka, Pojke
nyanlanda.csv | 4 | Löpnummer | A0 | makes the row a duplicate | Löpnummer must be unique; see row 2
nyanlanda.csv | 5 | Skolenhetskod | 99000009 | is not among the school units | did you mean 99000004? add the unit there, or mend the code
nyanlanda.csv | 6 | Välkomstsamtal | 2022-01-01 | is outside the school year 2020/21 | a date from 2020-08-01 to 2021-07-31
nyanlanda.csv | 7 | Välkomstsamtal | i går | is not a date | a date such as 2020-09-14
nyanlanda.csv | 8 | Behov av studiehandledning | kanske | is neither yes nor no | one of: Ja, Nej
nyanlanda.csv | 9 | Årskurs | | is empty | one of: F, 1, 2, 3, 4, 5, 6, 7, 8, 9
"""  # noqa: E501


def cells(text: str, edge: str) -> list[list[str]]:
    """The lines of a table that have six cells."""
    lines = [[cell.strip() for cell in line.strip().strip(edge).split(edge)] for line in text.splitlines()]
    return [line for line in lines if len(line) == 6]


def test_bad_rows_are_printed_with_row_column_and_value_and_written_with_their_reasons(project: Path) -> None:
    rows = [{"row_id": f"A{number}"} | row for number, row in enumerate(BAD_ROWS.values(), start=1)]
    write(project / "data" / "small" / "nyanlanda.csv", csv_text(NEWLY_ARRIVED, {"row_id": "A0"}, *rows))
    write(project / "data" / "small" / "elever.csv", PUPILS.replace(";40\n", ";-3\n"))
    done = sqa(project, "check", "small")
    expected = cells(PROBLEMS, "|")
    assert (done.code, cells(done.out, "│")) == (1, expected)
    rejected = project / "output" / "small" / "rejected"
    assert {path.name for path in rejected.iterdir()} == {"problems.csv", "odd.csv", "newly_arrived.csv", "enrolment.csv"}
    assert [list(row.values()) for row in read(rejected / "problems.csv")] == expected
    reasons = [f"{column}: {problem} ({allowed})" for file, _, column, _, problem, allowed in expected if file == "nyanlanda.csv"]
    assert [row["orsak"] for row in read(rejected / "newly_arrived.csv")] == reasons
    assert str(rejected) in done.out


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_good_data_has_no_problems_and_leaves_no_rejected_files(project: Path) -> None:
    pupils = [line for line in PUPILS.splitlines()[1:] if line.startswith("2020/21")]
    write(project / "data" / "small" / "elever.csv", "\n".join([PUPILS.splitlines()[0], *pupils]))
    absence = (project / "data" / "small" / "franvaro.csv").read_text(encoding="utf-8").splitlines()[0]
    rows = [f"{line};{700 * int(line.rsplit(';', 1)[1])};{35 * int(line.rsplit(';', 1)[1])};0;0" for line in pupils]
    write(project / "data" / "small" / "franvaro.csv", "\n".join([absence, *rows]))
    done = sqa(project, "check", "small")
    assert (done.code, done.err) == (0, "")
    assert "Odd" not in done.out, done.out
    assert "No problems." in done.out
    assert not (project / "output" / "small" / "rejected").exists()


def test_the_demo_has_no_problems_and_little_that_is_odd(tmp_path: Path) -> None:
    for name in ("params", "data", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = sqa_process(tmp_path, "check", "lulea-2020-21")
    assert (done.code, done.err) == (0, "")
    assert "Problems" not in done.out
    assert "error" not in done.out
    assert "8 odd, all of them in" in done.out


def test_a_missing_file_and_a_missing_folder_are_told_of(project: Path) -> None:
    (project / "data" / "small" / "elever.csv").unlink()
    done = sqa(project, "check", "small")
    assert done.code == 1
    assert "elever" in done.out
    write_project(project, data="data/elsewhere")
    done = sqa(project, "build", "small")
    assert done.code == 2
    assert "data/elsewhere: the report's data is not there; mend the key `data` in its parameters" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "smal"], "error: smal: no such report; in params/ there are: small"),
        (["build", "small", "--format", "docx"], "error: unknown format `docx`; there are: html, pdf"),
        (["build", "small", "--publisher", "latex"], "error: unknown publisher `latex`; there are: auto, quarto, embedded"),
        (["build", "small", "-p", "unit"], "error: parameter `unit`: expected NAME=VALUE"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2_and_what_is_right(arguments: list[str], message: str, project: Path) -> None:
    done = sqa(project, *arguments)
    assert (done.code, done.err.strip()) == (2, message)


def test_outside_a_project_the_command_says_so(tmp_path: Path) -> None:
    done = sqa(tmp_path, "check", "small")
    assert done.code == 2
    assert "no folder `params/` here or above" in done.err


def test_compute_tells_how_many_statistics_are_withheld(project: Path) -> None:
    done = sqa(project, "compute", "small")
    assert done.code == 0
    assert "statistics for 7 units" in done.out and "withheld" in done.out


# ---- audit ----------------------------------------------------------------------------------------------------------


def test_an_audit_says_how_much_is_hidden_and_that_it_is_safe(project: Path) -> None:
    assert sqa(project, "compute", "small").code == 0
    done = sqa(project, "audit", "small")
    assert done.code == 0
    assert "0 unsafe numbers, 0 leaks" in done.out
    assert (project / "output" / "small" / "audit" / "audit.html").is_file()


def give_away(project: Path, unit: str, pupils: float) -> None:
    """Show a withheld number of the published statistics, as a protection with a hole would, which vouches for what it leaves."""
    path = project / "output" / "small" / "statistics" / "published.parquet"
    table = pd.read_parquet(path)
    rows = (table["statistic"] == "pupils") & (table["unit"] == unit) & (table["mark"] == "..")
    table.loc[rows, ["numerator", "value", "mark"]] = [pupils, pupils, ""]
    table.to_parquet(path, index=False)
    stamp = json.loads((path.parent / "fingerprint.json").read_text(encoding="utf-8"))
    stamp["files"][path.name] = sha256_of(path)
    write(path.parent / "fingerprint.json", json.dumps(stamp))


def test_a_number_that_can_be_worked_out_fails_the_audit_and_stops_the_build_before_any_book(project: Path) -> None:
    assert sqa(project, "compute", "small").code == 0
    give_away(project, "99000004", 4)
    found = sqa(project, "audit", "small")
    assert found.code == 1
    assert "unsafe pupils 2020/21 99000002" in found.err
    built = sqa(project, "build", "small", "--format", "html")
    assert built.code == 1
    assert "not published small" in built.err
    assert not (project / "output" / "small" / "books").exists()


def test_a_book_with_microdata_in_it_is_taken_back_and_no_other(project: Path) -> None:
    row = {"row_id": "NY-2021-0417", "unit": "99000001", "welcome_talk": "2020-09-14"}
    write(project / "data" / "small" / "nyanlanda.csv", csv_text(NEWLY_ARRIVED, row))
    write_notebook(project, "01-pupils", *SHOW_PUPILS, "s.conclusions()")
    write(project / "data" / "small" / "texts" / "99000001" / "pupils.md", "Vi minns särskilt NY-2021-0417.")
    built = sqa(project, "build", "small", "--unit", "99000001", "--unit", "99000003", "--format", "html")
    assert built.code == 1
    assert "identifier from newly_arrived" in built.err and "0417" not in built.err + built.out
    assert [path.name for path in (project / "output" / "small" / "books").iterdir()] == ["99000003"]


# ---- new report -----------------------------------------------------------------------------------------------------


@pytest.fixture
def underlag(tmp_path: Path) -> Path:
    """A national file of three invented authorities; two have names that begin alike."""
    pupils = dict.fromkeys("123456", 12)
    names = ("Lavhedens kommun", "Lavhedens friskola AB", "Björkmons stad")
    authorities = [
        Authority(f"{'21200099' if n != 1 else '99000002'}0{n}", name, (Unit(f"9911000{n}", f"Skolan {n}", pupils, pupils),))
        for n, name in enumerate(names)
    ]
    return write_underlag(tmp_path / "national.xlsx", authorities, "2022/23")


def test_a_new_report_is_ready_to_build(project: Path, underlag: Path) -> None:
    done = sqa(project, "new", "report", "--authority", "lavhedens kommun", "--from", str(underlag))
    told = "national.xlsx: Underlag för analys för grundskola efter mått, huvudman och läsår (2022/23)"
    assert done.code == 0
    assert done.out.splitlines() == [told, "params/lavhedens-2022-23.yml: now run `sqa build lavhedens-2022-23`"]
    report = load_report("lavhedens-2022-23", project)
    assert (report.authority.name, report.authority.organisation_number) == ("Lavhedens kommun", "2120009900")
    assert (report.school_year, report.source) == ("2022/23", "skolverket")
    (file,) = report.files
    assert (project / file.path, file.name) == (underlag, "national.xlsx")
    assert file.path == "national.xlsx", "from the project's root, since the file lies in it"
    assert (file.sha256, file.retrieved) == (sha256_of(underlag), datetime.date.fromtimestamp(underlag.stat().st_mtime))
    again = sqa(project, "new", "report", "--authority", "Lavhedens kommun", "--from", str(underlag))
    assert again.code == 2
    assert "lavhedens-2022-23.yml: is there already" in again.err
    computed = sqa(project, "compute", "lavhedens-2022-23")
    assert computed.code == 0
    assert yaml.safe_load((project / "params" / "lavhedens-2022-23.yml").read_text(encoding="utf-8"))["title"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("Lavhedes komun", "is not an authority of the file; close to it: Lavhedens kommun"),
        ("Lav", "fits 2 authorities; name one of them, or its number: Lavhedens"),
        ("12345678", "is no school unit of the file"),
        ("Qqqq", "is not an authority of the file; close to it: nothing like it"),
    ],
)
def test_an_unknown_authority_lists_those_close_to_it(wanted: str, message: str, project: Path, underlag: Path) -> None:
    done = sqa(project, "new", "report", "--authority", wanted, "--from", str(underlag))
    assert done.code == 1
    assert wanted in done.err and message in done.err
    assert [path.name for path in (project / "params").iterdir()] == ["small.yml"]


@pytest.mark.parametrize("asked", ["lavheden", "Lavheden kommun", "LAVHEDENS KOMMUN", "212000-9900", "99110000"])
def test_an_authority_is_asked_for_in_many_ways(asked: str, project: Path, underlag: Path) -> None:
    assert sqa(project, "new", "report", "--authority", asked, "--from", str(underlag)).code == 0
    assert load_report("lavhedens-2022-23", project).authority.organisation_number == "2120009900"


def test_a_file_outside_the_project_is_named_whole_and_copied_when_that_is_asked(
    project: Path, underlag: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "Underlag.xlsx"
    outside.write_bytes(underlag.read_bytes())
    assert sqa(project, "new", "report", "--authority", "Björkmon", "--from", str(outside)).code == 0
    assert load_report("bjorkmons-2022-23", project).files[0].path == outside.as_posix()
    copied = sqa(project, "new", "report", "--authority", "Lavheden", "--from", str(outside), "--copy")
    assert copied.code == 0
    assert load_report("lavhedens-2022-23", project).files[0].path == "data/skolverket/Underlag.xlsx"
    assert (project / "data" / "skolverket" / "Underlag.xlsx").read_bytes() == underlag.read_bytes()


@pytest.mark.parametrize(
    ("option", "folder", "reports"),
    [
        ("--all", "riket-2022-23", ["bjorkmons-2022-23", "lavhedens-2022-23", "lavhedens-friskola-ab-2022-23"]),
        ("--municipalities", "kommuner-2022-23", ["bjorkmons-2022-23", "lavhedens-2022-23"]),
    ],
)
def test_a_report_for_every_authority(option: str, folder: str, reports: list[str], project: Path, underlag: Path) -> None:
    made = sqa(project, "new", "report", option, "--from", str(underlag))
    assert made.code == 0, made.err
    assert sorted(path.stem for path in (project / "params" / folder).iterdir()) == reports
    assert load_report(f"{folder}/{reports[0]}", project).name == f"{folder}/{reports[0]}"
    again = sqa(project, "new", "report", option, "--from", str(underlag))
    assert (again.code, f"params/{folder}/: is there already" in again.err) == (2, True)


def test_one_of_three_ways_to_say_whose_report_it_is(project: Path, underlag: Path) -> None:
    for options in ([], ["--all", "--authority", "Lavheden"]):
        done = sqa(project, "new", "report", *options, "--from", str(underlag))
        assert (done.code, "name an `--authority`, or say `--all` or `--municipalities`" in done.err) == (2, True)


def test_a_file_that_is_none_of_skolverkets_is_refused(project: Path) -> None:
    done = sqa(project, "new", "report", "--authority", "Lavhedens kommun", "--from", "missing.xlsx")
    assert done.code == 1
    assert "missing.xlsx" in done.err and "is not there" in done.err


# ---- demo data ------------------------------------------------------------------------------------------------------


def test_demo_data_of_another_report(tmp_path: Path) -> None:
    done = sqa(tmp_path, "demo-data", "city", "--report", "stockholm-2024-25")
    assert done.code == 0
    assert {Path(line) for line in done.out.splitlines()} == {Path("city") / path.name for path in (tmp_path / "city").iterdir()}
    unknown = sqa(tmp_path, "demo-data", "other", "--report", "uppsala-2024-25")
    assert (unknown.code, (tmp_path / "other").exists()) == (2, False)
    assert "unknown report `uppsala-2024-25`; there are: lulea-2020-21, stockholm-2024-25" in unknown.err


def test_demo_data_can_be_written_anywhere(tmp_path: Path) -> None:
    done = sqa(tmp_path, "demo-data", "written")
    assert done.code == 0
    committed = {path.name for path in (ROOT / "data" / "lulea-2020-21").iterdir() if path.suffix in (".csv", ".xlsx")}
    assert {path.name for path in (tmp_path / "written").iterdir()} == committed
    assert {Path(line).name for line in done.out.splitlines()} == committed
    assert (tmp_path / "written" / "elever.csv").read_bytes() == (ROOT / "data" / "lulea-2020-21" / "elever.csv").read_bytes()

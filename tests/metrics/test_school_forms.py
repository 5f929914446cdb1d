"""Statistics of one school form: what of a report with compulsory and upper-secondary schools is counted where."""

from pathlib import Path

import pandas as pd

from sqa_lib.metrics import compute_all
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Authority
from sqa_lib.sources.check import load
from tests.small_project import write
from tests.spec import assert_table

SCHOOLS = """Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn
99000001;Granskolan;Grundskola;NORR;Norra
99000002;Tallskolan;Grundskola;NORR;Norra
99000005;Lärkgymnasiet;Gymnasieskola;STAD;Staden
"""
PUPILS = """Läsår;Skolenhetskod;Årskurs;Kön;Antal
2020/21;99000001;4;Flicka;31
2020/21;99000005;;Flicka;120
2020/21;99000005;;Pojke;130
"""
STAFF = """Läsår;Skolenhetskod;Profession;Finansiering;Heltidstjänster
2020/21;99000001;Kurator;Grundbemanning;0,5
2020/21;99000005;Kurator;Grundbemanning;1,5
"""
HOURS = "Schemalagda timmar;Giltig frånvaro timmar;Ogiltig frånvaro timmar;Elever med hög frånvaro"
ABSENCE = f"Läsår;Skolenhetskod;Årskurs;Kön;Elever;{HOURS}\n2020/21;99000001;4;Flicka;31;20000;900;100;5\n"


def computed(folder: Path, school_units: str = SCHOOLS) -> pd.DataFrame:
    for name, text in (("skolenheter", school_units), ("elever", PUPILS), ("elevhalsopersonal", STAFF), ("franvaro", ABSENCE)):
        write(folder / f"{name}.csv", text)
    found = load(folder, "2020/21", ("school_units", "enrolment", "health_staff", "absence"))
    assert found.problems.empty, found.problems
    return compute_all(found.tables, tree_of_datasets(Authority(code="all", name="Lavheden"), found.tables["school_units"]))


def test_pupils_are_of_compulsory_schools_and_upper_secondary_ones_have_a_statistic_of_their_own(tmp_path: Path) -> None:
    statistics = computed(tmp_path)
    enrolment = statistics[statistics["statistic"].isin(["pupils", "upper_secondary_pupils"]) & (statistics["breakdown"] == "")]
    assert_table(
        enrolment,
        """
        statistic              | unit     | value
        pupils                 | all      | 31
        pupils                 | norr     | 31
        pupils                 | 99000001 | 31
        pupils                 | 99000002 | 0
        upper_secondary_pupils | all      | 250
        upper_secondary_pupils | stad     | 250
        upper_secondary_pupils | 99000005 | 250
        """,
    )


def test_staff_is_that_of_compulsory_schools(tmp_path: Path) -> None:
    statistics = computed(tmp_path)
    counsellors = statistics[(statistics["statistic"] == "staff_posts") & (statistics["breakdown"] == "profession=counsellor")]
    assert_table(counsellors, "unit | value\nall | 0.5\nnorr | 0.5\n99000001 | 0.5\n99000002 | 0")


def test_professions_that_nobody_has_are_no_figure(tmp_path: Path) -> None:
    staff = computed(tmp_path).query("statistic == 'staff_posts'")
    assert set(staff["breakdown"]) == {
        "", "profession=counsellor", "funding=base;profession=counsellor", "funding=project;profession=counsellor",
    }  # fmt: skip


def test_a_report_that_knows_of_no_attendance_project_has_no_figure_of_it(tmp_path: Path) -> None:
    """The column may be missing: nothing says then that no school takes part."""
    statistics = computed(tmp_path)
    assert "attendance_project_schools" not in set(statistics["statistic"])
    assert {"absence", "high_absence"} <= set(statistics["statistic"])


def test_schools_in_the_attendance_project_are_counted_where_some_cells_are_empty(tmp_path: Path) -> None:
    head, *rows = SCHOOLS.splitlines()
    marked = "\n".join([f"{head};Närvaroprojekt", f"{rows[0]};Ja", f"{rows[1]};", f"{rows[2]};"])
    project = computed(tmp_path, marked).query("statistic == 'attendance_project_schools'")
    assert_table(project, "unit | value\nall | 1\nnorr | 1\n99000001 | 1\n99000002 | 0")

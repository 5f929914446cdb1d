"""The city's demo data: repeatable, of one piece, and as its printed report tells of it."""

from pathlib import Path

import pandas as pd
import pytest
from demo_files import read

from sqa_lib.demo import city
from sqa_lib.demo.chance import stream
from sqa_lib.demo.city.staff import central_psychologists
from sqa_lib.report import load_report

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "data" / "stockholm-2024-25"
NOW, LAST = "2024/25", "2023/24"
COMPULSORY, UPPER = "Grundskola", "Gymnasieskola"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    city.generate(folder)
    return folder


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("another-city")
    city.generate(folder, seed=11)
    return folder


@pytest.fixture(scope="module", params=["committed", "another seed"])
def folder(request: pytest.FixtureRequest, another: Path) -> Path:
    """What the report prints must hold whatever the chance."""
    return COMMITTED if request.param == "committed" else another


def data(folder: Path, stem: str, school_year: str = NOW, form: str = "") -> pd.DataFrame:
    """The rows of a school year with their unit's Skolform and Skolområde, of one school form if any is named."""
    units = read(folder, "skolenheter")[["Skolenhetskod", "Skolform", "Skolområde"]]
    table = read(folder, stem)
    rows = table[table["Läsår"] == school_year].merge(units, on="Skolenhetskod", validate="many_to_one")
    return rows[rows["Skolform"] == form] if form else rows


def number(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.astype(str).str.replace(",", "."))


# ---- repeatable and invented ----------------------------------------------------------------------------------------


def test_the_committed_data_is_what_the_generator_writes(fresh: Path) -> None:
    committed = {path.name: path.read_bytes() for path in COMMITTED.iterdir() if path.suffix in (".csv", ".xlsx")}
    assert committed == {path.name: path.read_bytes() for path in fresh.iterdir()}


def test_another_seed_gives_other_rows(fresh: Path, another: Path) -> None:
    same = [path.name for path in fresh.iterdir() if path.read_bytes() == (another / path.name).read_bytes()]
    assert same == ["skolenheter.xlsx"]  # names and areas are set, not drawn


def test_a_school_year_does_not_depend_on_the_others() -> None:
    alone, together = city.tables(school_years=[NOW]), city.tables(school_years=[LAST, NOW])
    for name, table in alone.items():
        rows = together[name]
        rows = rows[rows.school_year == NOW] if "school_year" in rows else rows
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), table, check_dtype=False, obj=name)


def test_the_report_names_the_datasets_that_there_are() -> None:
    report = load_report("stockholm-2024-25", ROOT)
    assert set(report.datasets) == set(city.tables(school_years=[NOW]))


def test_the_city() -> None:
    units = read(COMMITTED, "skolenheter")
    assert units["Skolform"].value_counts().to_dict() == {COMPULSORY: 140, UPPER: 30}
    assert units["Skolenhetskod"].str.fullmatch(r"9901\d{4}").all()
    assert units["Skolenhet"].is_unique and units["Skolenhetskod"].is_unique
    assert units["Skolområde"].nunique() == 10
    assert units.groupby("Skolområde")["Skolform"].nunique().eq(2).all()


def test_the_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) < 8_000_000


@pytest.mark.parametrize(
    ("stem", "first"),
    [
        ("elever", "2021/22"),
        ("skolindex", "2021/22"),
        ("elevhalsopersonal", "2021/22"),
        ("elevhalsoplaner", "2021/22"),
        ("elevhalsoplaner_granskning", "2022/23"),
        ("trygghetsdialoger", "2023/24"),
        ("krankningsanmalningar", "2021/22"),
        ("su_grupper", "2021/22"),
        ("franvaro", "2018/19"),
        ("franvaro_lektioner", "2018/19"),
        ("professionsnatverk", "2021/22"),
        ("fortbildning", "2021/22"),
        ("centrala_psykologer", "2024/25"),
    ],
)
def test_every_school_year_since_the_first_is_there(stem: str, first: str) -> None:
    years = city.SCHOOL_YEARS
    assert tuple(sorted(read(COMMITTED, stem)["Läsår"].unique())) == years[years.index(first) :]


# ---- of one piece ---------------------------------------------------------------------------------------------------


def test_only_submitted_plans_are_reviewed_and_some_by_two(folder: Path) -> None:
    for school_year in ("2022/23", LAST, NOW):
        plans = data(folder, "elevhalsoplaner", school_year)
        reviews = data(folder, "elevhalsoplaner_granskning", school_year)
        assert set(reviews["Skolenhetskod"]) <= set(plans.loc[plans["Inlämnad"] == "Ja", "Skolenhetskod"])
        assert set(reviews["Skolenhetskod"].value_counts()) == {1, 2}
        assert reviews["Granskare"].str.fullmatch(r"granskare \d").all()


def test_no_school_has_a_second_dialogue_before_all_have_had_one(folder: Path) -> None:
    assert read(folder, "trygghetsdialoger")["Skolenhetskod"].is_unique


def test_no_more_pupils_in_special_groups_than_enrolled(folder: Path) -> None:
    enrolled = number(data(folder, "elever")["Antal"]).groupby(data(folder, "elever")["Skolenhetskod"]).sum()
    groups = data(folder, "su_grupper").set_index("Skolenhetskod")
    assert (number(groups["Elever"]) < 0.5 * enrolled[groups.index]).all()
    assert set(groups["Skolform"]) == {COMPULSORY}


def test_no_one_is_absent_for_longer_than_the_lessons(folder: Path) -> None:
    lessons = read(folder, "franvaro_lektioner")
    absent = number(lessons["Giltig frånvaro timmar"]) + number(lessons["Ogiltig frånvaro timmar"])
    assert (absent < number(lessons["Schemalagda timmar"])).all()


def test_central_psychologists_are_where_there_is_no_own_and_in_the_end_everywhere(folder: Path) -> None:
    psychologists = data(folder, "elevhalsopersonal", form=UPPER).query("Profession == 'Psykolog'")
    own = set(psychologists.loc[psychologists["Anställning"] != "Köpt", "Skolenhetskod"])
    central = set(data(folder, "centrala_psykologer")["Skolenhetskod"])
    assert not own & central
    assert own | central == set(data(folder, "elever", form=UPPER)["Skolenhetskod"])


# ---- as the printed report tells ------------------------------------------------------------------------------------


def test_the_printed_figures(folder: Path) -> None:
    """F083–F093; "last school year" is 2023/24, as the report was printed in autumn 2024."""
    plans, staff = data(folder, "elevhalsoplaner"), data(folder, "elevhalsopersonal", form=COMPULSORY)
    compulsory, upper = (plans[plans["Skolform"] == form] for form in (COMPULSORY, UPPER))
    own = staff[(staff["Profession"] == "Psykolog") & (staff["Anställning"] != "Köpt")]
    training, central = read(folder, "fortbildning").query("Läsår == @NOW"), data(folder, "centrala_psykologer")
    assert len(data(folder, "trygghetsdialoger", LAST)) == 60
    assert len(data(folder, "trygghetsdialoger", NOW)) == len(compulsory) / 2
    assert (data(folder, "su_grupper")["Deltar i pilot"] == "Ja").sum() == 6
    assert len(training.query("Slag == 'Workshop' and Ämne == 'Särskilda undervisningsgrupper'")) == 8
    assert round(number(central["Heltidstjänster"]).sum(), 6) == 3
    assert round(number(central["Planerade heltidstjänster"]).sum(), 6) == 3
    assert (upper["Inlämnad"] == "Ja").all()
    assert (upper["Följer mallen"] == "Ja").mean() > 0.5
    assert own.query("Skolområde == 'Järva'")["Skolenhetskod"].nunique() == 14
    assert own["Skolenhetskod"].nunique() > 140 / 2
    assert (compulsory["Uppföljd"] == "Ja").all()


def test_what_the_report_says_in_words(folder: Path) -> None:
    """Special teaching groups have grown since 2022, absence is lower than in the pandemic and higher than before, more special
    educators, a training day for all compulsory schools, upper-secondary plans that differ less."""
    pupils = [number(data(folder, "su_grupper", year)["Elever"]).sum() for year in ("2021/22", "2022/23", LAST, NOW)]
    assert pupils == sorted(pupils) and pupils[-1] > 2 * pupils[0]
    before, pandemic, now = (absence(folder, "franvaro", year) for year in ("2018/19", "2021/22", NOW))
    assert before < now < pandemic
    educators = [posts(folder, "Specialpedagog", year) for year in ("2021/22", "2022/23", LAST, NOW)]
    assert educators == sorted(educators)
    training_days = read(folder, "fortbildning").query("Slag == 'Utbildningsdag' and Läsår == @LAST")
    assert training_days["Inbjudna skolor"].tolist() == ["140"]


def test_absence_differs_by_subject_and_hour(folder: Path) -> None:
    hours = data(folder, "franvaro_lektioner")
    by_time = {time: share_absent(rows) for time, rows in hours.groupby("Tid på dagen")}
    by_subject = {subject: share_absent(rows) for subject, rows in hours.groupby("Ämne")}
    assert max(by_time, key=by_time.get) == "Före 10"
    assert max(by_subject, key=by_subject.get) == "Idrott och hälsa"


def share_absent(rows: pd.DataFrame) -> float:
    absent = number(rows["Giltig frånvaro timmar"]) + number(rows["Ogiltig frånvaro timmar"])
    return absent.sum() / number(rows["Schemalagda timmar"]).sum()


def absence(folder: Path, stem: str, school_year: str) -> float:
    return share_absent(data(folder, stem, school_year))


def posts(folder: Path, profession: str, school_year: str) -> float:
    staff = data(folder, "elevhalsopersonal", school_year, COMPULSORY)
    return number(staff.loc[staff["Profession"] == profession, "Heltidstjänster"]).sum()


def test_posts_are_split_in_tenths() -> None:
    year = city.school_year(NOW, city.SEED)
    table = central_psychologists(year, stream(city.SEED, "central_psychologists", NOW))
    assert set(table.posts) | set(table.planned_posts) == {0.0, 0.2, 0.3}

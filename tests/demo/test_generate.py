"""The demo data: repeatable, of one piece, and with nothing in it that could be somebody's."""

import itertools
import re
from pathlib import Path

import pandas as pd
import pytest
from demo_files import COMMITTED, YEAR, Data, read
from python_calamine import CalamineWorkbook

from sqa_lib.demo import SCHOOL_YEARS, generate, tables
from sqa_lib.demo.health_survey import answering
from sqa_lib.demo.principals import MARKER
from sqa_lib.demo.staff import shared
from sqa_lib.report import load_report
from sqa_lib.sources.check import load
from sqa_lib.sources.datasets import DATASETS, Dataset

NAMES = load_report("lulea-2020-21", Path(__file__).parents[2]).datasets


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    generate(folder)
    return folder


def content(path: Path) -> object:
    """A workbook's cells, as its bytes depend on the compressor; any other file's bytes."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_same_seed_gives_the_same_bytes(fresh: Path, tmp_path: Path):
    again = generate(tmp_path)
    assert {path.name: path.read_bytes() for path in again} == {path.name: path.read_bytes() for path in fresh.iterdir()}


def test_the_committed_data_is_what_the_generator_writes(fresh: Path):
    written_by_hand = {"development_areas.yml", "texts", "claims"}
    committed = (path for path in COMMITTED.iterdir() if path.name not in written_by_hand)
    assert {path.name: content(path) for path in committed} == {path.name: content(path) for path in fresh.iterdir()}


def test_another_seed_gives_other_rows(fresh: Path, another_seed: Path):
    same = {path.name for path in fresh.iterdir() if content(path) == content(another_seed / path.name)}
    assert same == {"skolenheter.xlsx", "elevhalsopersonal.xlsx"}  # both are set, not drawn


def test_a_school_year_does_not_depend_on_the_others():
    alone = tables(school_years=SCHOOL_YEARS[-1:])
    together = tables()
    for name, table in alone.items():
        rows = together[name]
        rows = rows[rows.school_year == SCHOOL_YEARS[-1]] if "school_year" in rows else rows
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), table, obj=name)


@pytest.mark.parametrize("dataset", [DATASETS[name] for name in NAMES if name != "school_units"], ids=lambda d: d.path)
def test_every_dataset_covers_three_school_years(dataset: Dataset):
    rows = read(COMMITTED, dataset.path)
    if "Kalenderår" in rows:
        assert sorted(rows["Kalenderår"].unique()) == ["2018", "2019", "2020"]
    else:
        assert sorted(rows["Läsår"].unique()) == list(SCHOOL_YEARS) == ["2018/19", "2019/20", "2020/21"]


@pytest.mark.parametrize("stem", ["elever", "elevhalsoarenden", "modersmal", "nyanlanda", "studiehandledning", "elevhalsoenkat"])
def test_a_school_year_is_of_a_size_with_the_next(stem: str):
    sizes = [len(Data(COMMITTED, year)(stem)) for year in SCHOOL_YEARS]
    assert all(0.75 < later / earlier < 1.25 for earlier, later in itertools.pairwise(sizes)), sizes


def test_every_row_is_accepted():
    loaded = load(COMMITTED, YEAR, NAMES)
    assert loaded.problems.empty
    assert (loaded.summary["accepted"] == loaded.summary["read"]).all()
    assert set(loaded.summary["dataset"]) == set(NAMES) == set(tables(school_years=SCHOOL_YEARS[-1:]))


def test_the_ways_of_export_differ():
    arts, cases = (COMMITTED / name for name in ("kulturskola.csv", "elevhalsoarenden.csv"))
    assert "Läsår;Skolenhetskod;Ämne" in arts.read_bytes().decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        arts.read_text(encoding="utf-8")
    assert cases.read_bytes().startswith("\N{ZERO WIDTH NO-BREAK SPACE}Löpnummer;Läsår".encode())
    assert cases.read_bytes().count(b"\r\n") == cases.read_bytes().count(b"\n")
    assert re.search(rb";\d+,\d;", (COMMITTED / "franvaro.csv").read_bytes())
    assert {path.stem for path in COMMITTED.glob("*.xlsx")} >= {"skolenheter", "elevhalsopersonal", "skolinspektionsanmalningar"}


def test_no_file_is_large():
    assert all(path.stat().st_size < 2_000_000 for path in COMMITTED.iterdir())


def test_the_municipality():
    units = read(COMMITTED, "skolenheter")
    assert units["Skolform"].value_counts().to_dict() == {"Förskola": 48, "Grundskola": 37}
    assert set(units["Skolområde"]) == {"HÖB", "SRG", "BCN"}
    assert units["Skolenhetskod"].str.fullmatch(r"9900\d{4}").all()
    assert units["Skolenhet"].is_unique


def test_enrolment():
    enrolled = Data(COMMITTED)("elever")
    pupils = enrolled.assign(pupils=enrolled["Antal"].astype(int))
    by_form = pupils.groupby("Skolform").pupils.sum()
    assert 6500 <= by_form["Grundskola"] <= 6900
    assert 3300 <= by_form["Förskola"] <= 3500
    assert (pupils.loc[pupils["Årskurs"] == "", "Skolform"] == "Förskola").all()
    compulsory = pupils[pupils["Skolform"] == "Grundskola"]
    assert 0.48 < compulsory.loc[compulsory["Kön"] == "Flicka", "pupils"].sum() / by_form["Grundskola"] < 0.50
    sizes = compulsory.groupby("Skolenhetskod").pupils.sum()
    assert sizes.min() <= 30 and 450 <= sizes.max() <= 500


@pytest.mark.parametrize("stem", ["nyanlanda", "studiehandledning", "modersmal", "elevhalsoenkat"])
@pytest.mark.parametrize("school_year", SCHOOL_YEARS)
def test_no_more_pupils_than_are_enrolled(stem: str, school_year: str):
    data, cell = Data(COMMITTED, school_year), ["Skolenhetskod", "Årskurs", "Kön"]
    enrolled = data("elever").set_index(cell)["Antal"].astype(int)
    counts = data(stem).value_counts(cell)
    assert (counts <= enrolled.reindex(counts.index, fill_value=0)).all()


@pytest.mark.parametrize("school_year", SCHOOL_YEARS)
def test_absence_is_of_all_pupils_enrolled(school_year: str):
    data, cell = Data(COMMITTED, school_year), ["Skolenhetskod", "Årskurs", "Kön"]
    enrolled = data("elever").query("Skolform == 'Grundskola'").set_index(cell)["Antal"].astype(int)
    absence = data("franvaro").set_index(cell)
    assert absence["Elever"].astype(int).to_dict() == enrolled[enrolled > 0].to_dict()
    assert (absence["Elever med hög frånvaro"].astype(int) <= absence["Elever"].astype(int)).all()


def test_a_study_plan_is_only_for_the_oldest():
    arrived = read(COMMITTED, "nyanlanda")
    assert ((arrived["Individuell studieplan"] != "") == arrived["Årskurs"].isin(list("789"))).all()


def test_grades_are_given_in_june_in_years_6_to_9():
    pupils = read(COMMITTED, "modersmal")
    graded = (pupils["Avslutat under läsåret"] == "Nej") & pupils["Årskurs"].isin(list("6789"))
    assert ((pupils["Betyg"] != "") == graded).all()


def test_a_group_has_one_language_and_one_place():
    groups = read(COMMITTED, "modersmal").groupby(["Läsår", "Undervisningsgrupp"])
    assert (groups[["Språk", "Undervisningsform"]].nunique() == 1).all(axis=None)


def test_cases_have_one_to_three_professions():
    counts = read(COMMITTED, "elevhalsoarenden")["Professioner"].str.split("|").map(lambda names: len(set(names)))
    assert set(counts) == {1, 2, 3}


def test_answers_can_be_searched_for_and_come_from_those_who_answered():
    answers, survey = (Data(COMMITTED)(stem) for stem in ("rektorsenkat_svar", "rektorsenkat"))
    assert answers["Svar"].str.casefold().str.contains(MARKER).all()
    assert answers["Svar"].is_unique
    assert set(answers["Skolenhetskod"]) <= set(survey.loc[survey["Besvarat"] == "Ja", "Skolenhetskod"])
    table = answers.groupby(["Område", "Slag"]).size().unstack()[["Fungerar väl", "Farhåga", "Önskemål"]]
    assert table.T.to_dict("list") == {
        "Elevhälsan": [8, 5, 10],
        "Kulturskolan": [3, 3, 9],
        "Modersmål": [5, 6, 6],
        "Studiehandledning": [2, 3, 6],
    }


@pytest.mark.parametrize("school_year", SCHOOL_YEARS)
def test_most_pupils_answer_the_survey_and_most_of_its_items(school_year: str):
    data = Data(COMMITTED, school_year)
    enrolled = data("elever").query("Årskurs in ('4', '7')")["Antal"].astype(int).sum()
    survey = data("elevhalsoenkat")
    assert 0.88 < len(survey) / enrolled < 0.94
    empty = (survey.loc[:, "Sömn":"Trivs i skolan"] == "").mean()
    assert (empty > 0).all() and (empty < 0.1).all()


@pytest.mark.parametrize(
    ("at_most", "percent", "answered"),
    [(300, 93.4, 289), (280, 92.5, 280), (300, 50.0, 300), (299, 50.0, 298), (40, 96.0, 25)],
)
def test_how_many_answer_for_a_share_to_be_exact(at_most: int, percent: float, answered: int):
    found = answering(at_most, percent)
    assert abs(100 * round(found * percent / 100) / found - percent) < 0.05
    assert found >= answered


@pytest.mark.parametrize(("total", "sizes", "tenths"), [(10, [1, 1], [5, 5]), (10, [2, 1], [7, 3]), (1, [5, 6, 4], [0, 1, 0])])
def test_posts_are_shared_by_size(total: int, sizes: list[int], tenths: list[int]):
    assert shared(total, pd.Series(sizes).to_numpy()) == tenths

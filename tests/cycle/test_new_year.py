"""`sqa new year`: what is moved on, what is kept, and that the new report can be built before its rows are there."""

import datetime
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sqa_lib.cycle.areas import read_all
from sqa_lib.report import load_report
from sqa_lib.sources.check import load
from sqa_lib.sources.datasets import DATASETS
from tests.command import sqa
from tests.small_project import write, write_notebook, write_project

NAME = "small-2021-22"
PARAMETERS = """\
# The small project's report.
title: Kvalitetsrapport
authority: {code: lavheden, name: Lavhedens kommun}
school_year: "2020/21"   # the year that is over
date: 2021-10-15
data: data/small  # one file a dataset
least_coverage: 0
sections: [pupils, last-year, development-areas]

disclosure:   # the committee's decision
  minimum_count: 5
  reason: Svensk praxis.
"""
AREAS = """\
lavheden:
  - name: Läslust
    school_year: 2019/20
    conclusions: [Det gick bra.]
  - name: Närvaro
    school_year: 2020/21
    why: ["Vi saknar: eleverna."]
    measures:
      - {what: Vi ringer hem., responsible: mentorn, from: 2021-08-16, until: 2022-06-10, term: short}
      - {what: Vi planerar om., responsible: rektorn, from: 2021-08-16, until: 2024-06-10, term: long, status: ongoing}
    indicators:
      - {name: Elever, statistic: pupils, baseline: 2020/21, target: {at_least: 80}, date: 2022-06-10}
      - {name: Elever i årskurs 4, statistic: pupils, codes: {year: "4"}, baseline: 2019/20, target: {up_by: 9}, date: 2024-06-10}
"99000001":
  - name: Studiero
    school_year: 2020/21
    measures:
      - {what: Vi prövar., responsible: rektor, from: 2021-08-16, until: 2022-06-10, term: short}
"""
LAST_YEAR = (
    "from sqa_lib.section import Section\ns = Section('last-year', report, unit, school_year)",
    "s.show_last_year()",
)
AREAS_NOW = (
    "from sqa_lib.section import Section\ns = Section('development-areas', report, unit, school_year)",
    "s.show_development_areas()",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path)
    write(tmp_path / "params" / "small.yml", PARAMETERS)
    write(tmp_path / "data" / "small" / "development_areas.yml", AREAS)
    write_notebook(tmp_path, "02-last-year", *LAST_YEAR)
    write_notebook(tmp_path, "03-development-areas", *AREAS_NOW)
    return tmp_path


def test_the_parameters_move_on_and_their_comments_stay(project: Path) -> None:
    done = sqa(project, "new", "year", "small")
    assert (done.code, done.err) == (0, "")
    assert (project / "params" / f"{NAME}.yml").read_text(encoding="utf-8") == (
        PARAMETERS.replace('"2020/21"', '"2021/22"').replace("2021-10-15", "2022-10-15").replace("data/small", f"data/{NAME}")
    )
    assert "run `sqa release small` when it is published: then readers are taken to know it" in done.out
    assert load_report(NAME, project).date == datetime.date(2022, 10, 15)


def test_parameters_of_an_unusual_form_lose_their_form_and_nothing_else(project: Path) -> None:
    content = yaml.safe_load(PARAMETERS)
    write(project / "params" / "small.yml", yaml.safe_dump(content, default_flow_style=True, allow_unicode=True))
    assert sqa(project, "new", "year", "small").code == 0
    moved = {"school_year": "2021/22", "date": datetime.date(2022, 10, 15), "data": f"data/{NAME}"}
    assert yaml.safe_load((project / "params" / f"{NAME}.yml").read_text(encoding="utf-8")) == content | moved


def test_a_report_named_after_its_year_gets_the_next_ones_name(project: Path) -> None:
    (project / "params" / "small.yml").rename(project / "params" / "lavheden-2020-21.yml")
    assert sqa(project, "new", "year", "lavheden-2020-21").code == 0
    assert (project / "params" / "lavheden-2021-22.yml").is_file() and (project / "data" / "lavheden-2021-22").is_dir()


def test_the_data_keeps_its_history_and_every_dataset_has_its_headers(project: Path) -> None:
    assert sqa(project, "new", "year", "small").code == 0
    before, after = project / "data" / "small", project / "data" / NAME
    for name in ("skolenheter.csv", "elever.csv"):
        assert (after / name).read_bytes() == (before / name).read_bytes()
    for dataset in DATASETS.values():
        file = f"{dataset.path}.csv"
        header = list(pd.read_csv(after / file, sep=";", encoding="utf-8-sig", nrows=0).columns)
        assert (before / file).exists() or header == [column.header for column in dataset.columns]
    assert "Append the rows of 2021/22" in (after / "README.md").read_text(encoding="utf-8")
    found = load(after, "2021/22")
    assert not found.is_faulty
    assert len(found.problems) == len(DATASETS) - 1  # all but the school units lack the rows of the year


def test_areas_are_carried_over_with_what_lies_ahead(project: Path) -> None:
    assert sqa(project, "new", "year", "small").code == 0
    path = project / "data" / NAME / "development_areas.yml"
    units = read_all(path)
    last, now = units["lavheden"]
    assert (last.name, last.school_year, last.why, last.conclusions) == ("Närvaro", "2020/21", ("Vi saknar: eleverna.",), ())
    assert [measure.status for measure in last.measures] == ["planned", "ongoing"]
    assert len(last.indicators) == 2
    assert (now.name, now.school_year, now.carried_from, now.why) == ("Närvaro", "2021/22", "2020/21", last.why)
    assert [measure.what for measure in now.measures] == ["Vi planerar om."]
    assert [indicator.name for indicator in now.indicators] == ["Elever i årskurs 4"]
    assert [area.school_year for area in units["99000001"]] == ["2020/21"]
    text = path.read_text(encoding="utf-8")
    assert "conclusions: []" in text and "status: planned" in text and text.startswith("# The prioritised") and "&id" not in text


def test_without_areas_the_file_says_what_it_is_for(project: Path) -> None:
    (project / "data" / "small" / "development_areas.yml").unlink()
    assert sqa(project, "new", "year", "small").code == 0
    assert read_all(project / "data" / NAME / "development_areas.yml") == {}


def test_a_check_lists_mistakes_in_the_areas_and_what_indicators_are_not_bound_to(project: Path) -> None:
    path = project / "data" / "small" / "development_areas.yml"
    assert sqa(project, "compute", "small").code == 0
    assert "wrong" not in sqa(project, "check", "small").err
    write(path, AREAS.replace('{year: "4"}', "{language: arabic}"))
    assert (
        "wrong development_areas.yml: unit lavheden: area Närvaro: indicator Elever i årskurs 4: `pupils` is not given by "
        "language; it is given by: gender, nothing, stage, year; mend its `codes`"
    ) in sqa(project, "check", "small").err
    write(path, AREAS.replace('"99000001"', "99000099").replace("term: short", "term: kort"))
    lines = [line for line in sqa(project, "check", "small").err.splitlines() if line.startswith("wrong")]
    assert [line.split(": ")[1][:13] for line in lines] == ["unit 99000099", "unit lavheden", "unit 99000099"]


@pytest.mark.parametrize("taken", [f"params/{NAME}.yml", f"data/{NAME}/elever.csv"])
def test_nothing_is_written_over(taken: str, project: Path) -> None:
    write(project / taken, "mine")
    before = sorted(project.rglob("*"))
    done = sqa(project, "new", "year", "small")
    assert done.code == 2
    assert "is there already; take it away first" in done.err
    assert (project / taken).read_text() == "mine" and sorted(project.rglob("*")) == before


def test_a_mistake_in_the_areas_is_told_before_anything_is_written(project: Path) -> None:
    write(project / "data" / "small" / "development_areas.yml", "lavheden:\n  - name: X\n")
    done = sqa(project, "new", "year", "small")
    assert (done.code, done.err.strip()) == (2, "error: development_areas.yml: unit lavheden: area X: no key `school_year`")
    assert not (project / "data" / NAME).exists()


def test_a_report_of_the_national_file_is_told_where_to_go(project: Path) -> None:
    text = PARAMETERS.replace("data: data/small", "source: skolverket\nfiles: [{path: data/small/elever.csv}]")
    write(project / "params" / "small.yml", text)
    done = sqa(project, "new", "year", "small")
    assert done.code == 2
    assert 'sqa new report --authority "Lavhedens kommun" --from' in done.err


def test_the_new_report_is_built_before_its_rows_are_there_and_says_what_is_missing(project: Path) -> None:
    assert sqa(project, "new", "year", "small").code == 0
    done = sqa(project, "build", NAME, "--unit", "lavheden", "--format", "html", "--jobs", "1")
    assert done.code == 0, done.err
    assert "0 rows rejected" in done.err
    book = project / "output" / NAME / "books" / "lavheden" / "_book"
    page = (book / "last-year.html").read_text(encoding="utf-8")
    assert "Närvaro" in page and "uppgift saknas" in page and "Slutsatserna av utvärderingen är inte inlagda" in page
    assert "Vi planerar om" in (book / "development-areas.html").read_text(encoding="utf-8")


APPENDED = """2021/22;99000001;4;Flicka;60
2021/22;99000002;4;Flicka;10
2021/22;99000003;7;Pojke;10
2021/22;99000004;4;Flicka;10
"""


def test_rows_that_are_appended_are_the_new_years_figures(project: Path) -> None:
    assert sqa(project, "new", "year", "small").code == 0
    path = project / "data" / NAME / "elever.csv"
    path.write_text(path.read_text(encoding="utf-8") + APPENDED, encoding="utf-8")
    assert sqa(project, "build", NAME, "--unit", "lavheden", "--format", "html", "--jobs", "1").code == 0
    page = (project / "output" / NAME / "books" / "lavheden" / "_book" / "last-year.html").read_text(encoding="utf-8")
    assert "90" in page and "uppgift saknas" not in page

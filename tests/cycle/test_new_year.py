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
        PARAMETERS.replace('"2020/21"', '"2021/22"')
        .replace("2021-10-15", "2022-10-15")
        .replace("data/small  # one file a dataset", f"data/{NAME}  # one file a dataset\nfollows: small")
    )
    assert "run `sqa release small` when it is published: then readers are taken to know it" in done.out
    assert load_report(NAME, project).date == datetime.date(2022, 10, 15)


def test_parameters_of_an_unusual_form_lose_their_form_and_nothing_else(project: Path) -> None:
    content = yaml.safe_load(PARAMETERS)
    write(project / "params" / "small.yml", yaml.safe_dump(content, default_flow_style=True, allow_unicode=True))
    assert sqa(project, "new", "year", "small").code == 0
    moved = {"school_year": "2021/22", "date": datetime.date(2022, 10, 15), "data": f"data/{NAME}", "follows": "small"}
    assert yaml.safe_load((project / "params" / f"{NAME}.yml").read_text(encoding="utf-8")) == content | moved


def test_words_that_name_the_reports_year_move_on_and_last_years_corrections_stay_behind(project: Path) -> None:
    label = "- {label: elever i oktober 2020, statistic: pupils}\n  - {label: elever sedan 2018, statistic: pupils}"
    corrected = "corrections:   # of what was released\n  - date: 2021-11-01\n    reason: Elva elever saknades läsåret 2020/21."
    said = PARAMETERS.replace("Kvalitetsrapport", "Kvalitetsrapport 2020/21").replace(
        "\ndisclosure", f"\nkey_figures:\n  {label}\n\n{corrected}\n\ndisclosure"
    )
    write(project / "params" / "small.yml", said)
    assert sqa(project, "new", "year", "small").code == 0
    made = (project / "params" / f"{NAME}.yml").read_text(encoding="utf-8")
    assert "title: Kvalitetsrapport 2021/22\n" in made
    assert f"key_figures:\n  {label.replace('2020', '2021')}\n\n\ndisclosure:   # the committee's decision" in made
    assert load_report(NAME, project).corrections == ()


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
    done = sqa(project, "build", NAME, "--unit", "lavheden", "--format", "html")
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
    assert sqa(project, "build", NAME, "--unit", "lavheden", "--format", "html").code == 0
    page = (project / "output" / NAME / "books" / "lavheden" / "_book" / "last-year.html").read_text(encoding="utf-8")
    assert "90" in page and "uppgift saknas" not in page


# ---- words and time -------------------------------------------------------------------------------------------------

IN_TIME = """\
lavheden:
  - name: Läslust
    school_year: 2019/20
  - name: Närvaro
    school_year: 2020/21
    why:
      - Vi är {{ v('pupils') }} läsåret 2020/21.
      - Vi är {{ v('pupils') }}.
    measures:
      - {what: Vi ringer hem., responsible: mentorn, from: 2021-08-16, until: 2022-06-10, term: short}
      - {what: "Vi möter de {{ v('pupils') | number }} som fanns hösten 2020.", responsible: rektorn, from: 2021-08-16,
         until: 2024-06-10, term: long}
      - {what: Vi är klara i förväg., responsible: rektorn, from: 2021-08-16, until: 2024-06-10, term: long, status: done}
  - name: Språk
    school_year: 2020/21
    measures:
      - {what: Vi läser., responsible: mentorn, from: 2021-08-16, until: 2022-06-10, term: short}
    indicators:
      - {name: Elever, statistic: pupils, baseline: 2020/21, target: {at_least: 80}, date: 2022-06-10}
      - {name: Fler elever, statistic: pupils, baseline: 2020/21, target: {up_by: 9}, date: 2024-06-10}
"99000001":
  - name: Studiero
    school_year: 2020/21
    measures:
      - {what: Vi prövar., responsible: rektor, from: 2021-08-16, until: 2022-06-10, term: short}
"""


@pytest.fixture
def moved_on(project: Path) -> tuple[Path, list[str]]:
    """The project with next year's report, and what was told when it was made."""
    folder = project / "data" / "small"
    write(folder / "development_areas.yml", IN_TIME)
    write(folder / "texts" / "pupils.md", "Alla räknar elever i oktober.\n")
    write(folder / "texts" / "lavheden" / "pupils.md", "2020/21 var vi {{ v('pupils') }}.\r\n\r\n## Slutsats\r\n\r\n- Bra.\r\n")
    write(folder / "last_year" / "lavheden" / "analysis.md", "Vi tänkte.\n")
    write(folder / "accepted.yml", "[]\n")
    done = sqa(project, "new", "year", "small")
    assert (done.code, done.err) == (0, "")
    return project, done.out.splitlines()


def test_what_does_not_go_on_is_told_of(moved_on: tuple[Path, list[str]]) -> None:
    _, told = moved_on
    assert told[2:-1] == [
        "areas of 2019/20 are not taken along: 1",
        "lavheden: Närvaro: goes on without 2 measures that will be over; all stand under 2020/21",
        "lavheden: Språk: goes on without 1 measure and 1 target that will be over; all stand under 2020/21",
        "99000001: Studiero: does not go on, since no measure and no target lies ahead; it stands under 2020/21",
        f"data/{NAME}/last_year/: 2 texts, in no book until somebody has read them and moved them to texts/",
        "texts that nobody has read in data/small/last_year/ are not taken along: 1",
        "figures beside a typed year are of that year now, so that the words stay true: development_areas.yml (lavheden), "
        "last_year/lavheden/pupils.md",
    ]


def test_a_carried_area_says_what_was_true_and_a_target_ahead_carries_an_area(moved_on: tuple[Path, list[str]]) -> None:
    project, _ = moved_on
    units = read_all(project / "data" / NAME / "development_areas.yml")
    last, now, _, language = units["lavheden"]
    assert last.why == ("Vi är {{ v('pupils') }} läsåret 2020/21.", "Vi är {{ v('pupils') }}.")
    assert now.why == ("Vi är {{ v('pupils', school_year='2020/21') }} läsåret 2020/21.", "Vi är {{ v('pupils') }}.")
    assert [measure.what for measure in now.measures] == [
        "Vi möter de {{ v('pupils', school_year='2020/21') | number }} som fanns hösten 2020."
    ]
    assert (language.name, language.school_year, language.measures) == ("Språk", "2021/22", ())
    assert [indicator.name for indicator in language.indicators] == ["Fler elever"]


def test_texts_wait_beside_until_they_are_read_and_answers_are_kept(moved_on: tuple[Path, list[str]]) -> None:
    folder = moved_on[0] / "data" / NAME
    assert not (folder / "texts").exists()
    assert (folder / "last_year" / "pupils.md").read_bytes() == "Alla räknar elever i oktober.\n".encode()
    dated = (folder / "last_year" / "lavheden" / "pupils.md").read_bytes().decode()
    assert dated.splitlines()[0] == "2020/21 var vi {{ v('pupils', school_year='2020/21') }}." and "\r\n\r\n- Bra.\r\n" in dated
    assert (folder / "accepted.yml").read_bytes() == b"[]\n"


def test_a_text_that_cant_be_read_is_told_of_before_anything_is_written(project: Path) -> None:
    path = project / "data" / "small" / "texts" / "lavheden" / "pupils.md"
    write(path, "")
    path.write_bytes("Läsåret".encode("utf-16"))
    done = sqa(project, "new", "year", "small")
    why = "is neither UTF-8 nor Windows-1252 text; save it as plain text in UTF-8"
    assert (done.code, done.err.strip()) == (2, f"error: texts/lavheden/pupils.md: {why}")
    assert not (project / "data" / NAME).exists()


def asked(project: Path) -> list[str]:
    """What `sqa check` asks for, besides the texts' figures."""
    return [line.removeprefix("warning ") for line in sqa(project, "check", NAME).err.splitlines() if line.startswith("warning")]


def test_check_tells_what_waits_and_what_is_due(moved_on: tuple[Path, list[str]]) -> None:
    project, _ = moved_on
    place, mend = "development_areas.yml: unit", "planned; set its `status` to done or not_done, or a later `until`"
    overdue = "should have been done by 2022-06-10 and is"
    nothing = "nothing is concluded; write under `conclusions` what the evaluation gave"
    told = asked(project)
    assert told == [
        "2 of last year's texts are in no book until somebody has read them: mend last_year/pupils.md and move it to "
        "texts/pupils.md, or take it away",
        "to be read again, all units: last_year/pupils.md",
        "to be read again, lavheden: last_year/lavheden/pupils.md",
        f"{place} lavheden: area Närvaro (2020/21): measure `Vi ringer hem.` {overdue} {mend}",
        f"{place} lavheden: area Närvaro (2020/21): {nothing}",
        f"{place} lavheden: area Språk (2020/21): measure `Vi läser.` {overdue} {mend}",
        f"{place} lavheden: area Språk (2020/21): {nothing}",
        f"{place} lavheden: area Språk (2021/22): no measure is left; add one, or take the area away",
        f"{place} 99000001: area Studiero (2020/21): measure `Vi prövar.` {overdue} {mend}",
        f"{place} 99000001: area Studiero (2020/21): {nothing}",
    ]


def test_a_text_that_is_moved_is_read_and_one_with_another_years_figure_is_told_of(moved_on: tuple[Path, list[str]]) -> None:
    project, _ = moved_on
    folder = project / "data" / NAME
    (folder / "texts").mkdir()
    (folder / "last_year" / "lavheden").rename(folder / "texts" / "lavheden")
    write(folder / "texts" / "pupils.md", "Nya ord.\n\nLäsåret 2020/21 var vi {{ v('pupils') }}.\n")
    path, label = project / "params" / f"{NAME}.yml", "key_figures: [{label: elever läsåret 2020/21, statistic: pupils}]"
    said = path.read_text(encoding="utf-8")
    write(path, said.replace("title: Kvalitetsrapport", f"title: Kvalitetsrapport 2020/21\n{label}"))
    assert [line for line in asked(project) if "development" not in line] == [
        "texts/pupils.md, line 3: {{ v('pupils') }} is of 2021/22, beside “Läsåret 2020/21”: write "
        "{{ v('pupils', school_year='2020/21') }}, or {{ year }} for the typed year",
        f"{NAME}.yml, line 3: {{{{ v('pupils') }}}} is of 2021/22, beside “läsåret 2020/21”: write "
        "{{ v('pupils', school_year='2020/21') }}, or {{ year }} for the typed year",
        f"{NAME}.yml: the title says “2020/21”, and the report is of 2021/22",
    ]


def changed(project: Path) -> list[str]:
    return [line for line in asked(project) if line.startswith(("elever", "key `follows`"))]


def test_rows_that_were_corrected_in_the_earlier_report_only_are_counted_and_never_shown(project: Path) -> None:
    assert sqa(project, "new", "year", "small").code == 0
    before, now = (project / "data" / name / "elever.csv" for name in ("small", NAME))
    now.write_text(now.read_text(encoding="utf-8") + APPENDED, encoding="utf-8")
    assert changed(project) == []
    appended = now.read_text(encoding="utf-8")
    write(now, appended + "2020/21;99000002;5;Flicka;7\n")
    mend = "differ; copy those that are right to the other, so that both reports tell the same"
    assert changed(project) == [f"elever: 1 row of 2020/21 in data/{NAME} and data/small {mend}"]
    write(now, appended)
    write(before, before.read_text(encoding="utf-8").replace("Pojke;22", "Pojke;21").replace("Flicka;31", "Flicka;30"))
    assert changed(project) == [f"elever: 2 rows of 2020/21 in data/{NAME} and data/small {mend}"]
    write(now, before.read_text(encoding="utf-8") + "2020/21;99000002;5;Flicka;7\n" + APPENDED.replace("60", "61"))
    write(before, before.read_text(encoding="utf-8").replace("\n2020/21;99000003;7;Pojke;40", ""))
    assert changed(project) == [f"elever: 2 rows of 2020/21 in data/{NAME} and data/small {mend}"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("params/small.yml", "key `follows`: small: no such report; in params/ there are: small-2021-22"),
        ("data/small", "key `follows`: the data of small, data/small, is not there; the rows of both are not compared"),
    ],
)
def test_an_earlier_report_that_is_not_there_is_told_of_and_stops_nothing(wrong: str, told: str, project: Path) -> None:
    assert sqa(project, "new", "year", "small").code == 0
    (project / wrong).rename(project / "away")
    assert changed(project) == [told]


def test_a_book_says_no_word_of_last_year_that_nobody_has_read(moved_on: tuple[Path, list[str]]) -> None:
    project, _ = moved_on
    write_notebook(project, "01-pupils", "from sqa_lib.section import Section\ns = Section('pupils', report, unit, school_year)",
                   "s.lead('{{ units }} skola.')\ns.conclusions()")  # fmt: skip
    assert sqa(project, "build", NAME, "--unit", "lavheden", "--format", "html").code == 0
    book = project / "output" / NAME / "books" / "lavheden" / "_book"
    pages = {name: (book / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "last-year", "development-areas")}
    assert "räknar elever" not in pages["index"] and "2020/21 var vi" not in pages["index"]
    assert "Skulle vara klar 10 juni 2022; utfall saknas" in pages["last-year"] and pages["last-year"].count("Planerad") == 1
    areas = pages["development-areas"].replace("\u00a0", " ")
    assert "Vi är 100 elever läsåret 2020/21." in areas and "Vi är ett okänt antal elever." in areas

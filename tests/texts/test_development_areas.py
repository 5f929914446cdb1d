"""Sentences of development areas: figures are referred to as in units' own texts, and `sqa check` tells the same of both."""

from pathlib import Path

import pytest

from sqa_lib.cycle.areas import SENTENCES, Area, read_areas
from sqa_lib.cycle.sentences import told, written_in
from sqa_lib.published import Published
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.texts.references import TextError
from tests.command import sqa
from tests.small_project import write, write_notebook, write_project
from tests.sources.source_samples import csv_text

AREAS = """\
n1:
  - name: Läslust
    school_year: 2019/20
    why: ["Vi är {{ v('pupils') }}."]
    expected_effects: {short_term: [Kort.], long_term: [Lång.]}
    measures:
      - what: Vi läser för {{ v('pupils', school_year='2020/21') | number }}.
        responsible: rektor
        from: 2020-08-17
        until: 2021-06-11
        term: short
    conclusions:
      - Vi har nu {{ v('pupils') }}.
      - >-
        En lång
        slutsats.
"""


def said_by(area: Area, unit: str, published: Published) -> Area:
    return told(area, published.tree[unit], published)


def an_area(**parts: object) -> Area:
    return Area.model_validate({"name": "Närvaro", "school_year": "2020/21"} | parts)


def test_a_promise_says_the_figures_of_its_year_and_a_conclusion_those_of_the_next(tmp_path: Path, published: Published) -> None:
    path = tmp_path / "development_areas.yml"
    write(path, AREAS)
    area = said_by(read_areas(path, "n1")[0], "n1", published)
    assert area.why == ("Vi är 208\u00a0elever.",)
    assert area.measures[0].what == "Vi läser för 210."
    assert area.conclusions == ("Vi har nu 210\u00a0elever.", "En lång slutsats.")
    assert area.expected_effects.short_term == ("Kort.",)


def test_every_sentence_stands_on_its_line_and_nothing_else_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "development_areas.yml"
    write(path, AREAS)
    found = [(text.content.count("\n") + 1, text.content.strip(), text.school_year) for text in written_in(path)]
    assert found == [
        (4, "Vi är {{ v('pupils') }}.", "2019/20"),
        (5, "Kort.", "2019/20"),
        (5, "Lång.", "2019/20"),
        (7, "Vi läser för {{ v('pupils', school_year='2020/21') | number }}.", "2019/20"),
        (13, "Vi har nu {{ v('pupils') }}.", "2020/21"),
        (14, "En lång slutsats.", "2020/21"),
    ]
    assert {(text.unit, text.section) for text in written_in(path)} == {("n1", "development-areas")}


@pytest.mark.parametrize("content", ["", "n1:\n  - name: X\n", "n1: ["])
def test_a_file_without_areas_or_with_a_mistake_has_none(content: str, tmp_path: Path) -> None:
    assert written_in(tmp_path / "development_areas.yml") == []
    write(tmp_path / "development_areas.yml", content)
    assert written_in(tmp_path / "development_areas.yml") == []


@pytest.mark.parametrize("key", [key for key in SENTENCES if key not in ("measures", "expected_effects", "conclusions")])
def test_a_withheld_figure_has_words_in_every_part(key: str, published: Published) -> None:
    area = said_by(an_area(**{key: ["Hos oss går {{ v('pupils') }}."]}), "n2", published)
    assert getattr(area, key) == ("Hos oss går ett ej redovisat antal elever.",)


def test_a_wrong_reference_names_unit_area_and_key(published: Published) -> None:
    with pytest.raises(TextError) as raised:
        said_by(an_area(why=["Vi är {{ v('pupil') }}."]), "n1", published)
    assert str(raised.value).startswith(
        "development_areas.yml: unit n1: area Närvaro: `why`: no statistic `pupil`; did you mean `pupils`"
    )


# ---- check and build ------------------------------------------------------------------------------------------------

WRITTEN = """\
"99000001":
  - name: Läslust
    school_year: 2020/21
    why:
      - Vi är en skola med {{ v('pupils') }}.
      - Skolan har 53 elever.
      - Skolan har 70 elever.
"99000002":
  - name: Läslust
    school_year: 2020/21
    why: ["Hos oss går {{ v('pupils') }}."]
"""
SHOWN = (
    "from sqa_lib.section import Section\ns = Section('development-areas', report, unit, school_year)",
    "s.show_development_areas()",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The small project with every dataset, computed; its second section shows the areas."""
    root = write_project(tmp_path, sections=["pupils", "development-areas"])
    for dataset in DATASETS.values():
        if not (root / "data" / "small" / f"{dataset.path}.csv").exists():
            write(root / "data" / "small" / f"{dataset.path}.csv", csv_text(dataset, {}))
    write_notebook(root, "02-development-areas", *SHOWN)
    assert sqa(root, "compute", "small").code == 0
    return root


def test_a_check_tells_wrong_references_and_typed_numbers_with_their_lines(project: Path) -> None:
    path = project / "data" / "small" / "development_areas.yml"
    write(path, WRITTEN)
    done = sqa(project, "check", "small")
    assert done.code == 0, done.out + done.err
    found = [[cell.strip() for cell in line.strip("│").split("│")] for line in done.out.splitlines() if "areas.yml:" in line]
    assert [(row[0], row[2], row[4]) for row in found] == [
        ("development_areas.yml:6", "equal", "{{ v('pupils') }}"),
        ("development_areas.yml:7", "contradicts", "{{ v('pupils') }}"),
    ]
    write(path, WRITTEN.replace("v('pupils') }}.\n      -", "v('pupil') }}.\n      -"))
    done = sqa(project, "check", "small")
    assert done.code == 1
    assert "text development_areas.yml, line 5: no statistic `pupil`; did you mean `pupils`" in done.out


def test_a_book_says_the_figures_and_words_where_they_are_withheld(project: Path) -> None:
    write(project / "data" / "small" / "development_areas.yml", WRITTEN)
    done = sqa(project, "build", "small", "--unit", "99000001", "--unit", "99000002", "--format", "html")
    assert done.code == 0, done.out + done.err
    large, small = (
        (project / "output" / "small" / "books" / unit / "_book" / "development-areas.html").read_text(encoding="utf-8")
        for unit in ("99000001", "99000002")
    )
    assert "Vi är en skola med 53\u00a0elever." in large
    assert "Hos oss går ett ej redovisat antal elever." in small

"""The parameters of a report: what is read, and that every mistake names the file, the key and what is right."""

import re
from pathlib import Path

import pytest

from sqa_lib.report import OTHER_THEME, USUAL_LEVELS, Report, ReportError, SectionChoice, load_report, project_root, report_path
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.units import Unit

GOOD = """
title: Kvalitetsrapport
authority: {code: lavheden, name: Lavhedens kommun}
school_year: "2020/21"
date: 2021-10-15
data: data/small
sections:
  - summary
  - {name: complaints, levels: [municipality, area], part: Resultat}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "params").mkdir()
    return tmp_path


def loaded(text: str, root: Path) -> Report:
    (root / "params" / "small.yml").write_text(text, encoding="utf-8")
    return load_report("small", root)


def test_a_report_is_named_after_its_file_and_has_defaults(root: Path) -> None:
    report = loaded(GOOD, root)
    assert (report.name, report.authority.name, report.formats) == ("small", "Lavhedens kommun", ("html", "pdf"))
    assert (report.disclosure.minimum_count, report.disclosure.minimum_denominator) == (5, 10)
    assert report.sections[0] == SectionChoice(name="summary", levels=USUAL_LEVELS)


def sections_of(report: Report, level: str, *school_forms: str) -> str:
    return " ".join(section.name for section in report.sections_of(Unit("x", "X", level, school_forms=school_forms)))


def test_a_section_stands_in_the_books_of_its_levels(root: Path) -> None:
    report = loaded(GOOD, root)
    assert sections_of(report, "area") == "summary complaints"
    assert sections_of(report, "school") == "summary"
    assert sections_of(report, "preschool") == ""


@pytest.mark.parametrize(
    ("named", "levels"),
    [("municipality, area", "municipality area school"), ("preschool, municipality", "municipality area school preschool")],
)
def test_the_levels_that_have_books_are_those_that_a_section_names(named: str, levels: str, root: Path) -> None:
    """`summary` names none and is for the usual three."""
    assert " ".join(loaded(GOOD.replace("municipality, area", named), root).levels) == levels


TWO_OF_ONE = """
  - {name: access-compulsory, notebook: access, parameters: {school_form: compulsory}, school_forms: [compulsory]}
  - {name: access-upper-secondary, notebook: access, school_forms: [upper_secondary]}
"""


def test_two_sections_of_one_notebook_each_with_a_name_parameters_and_school_forms(root: Path) -> None:
    report = loaded(GOOD.rstrip() + TWO_OF_ONE, root)
    assert [(section.name, section.notebook, section.parameters) for section in report.sections] == [
        ("summary", "summary", {}),
        ("complaints", "complaints", {}),
        ("access-compulsory", "access", {"school_form": "compulsory"}),
        ("access-upper-secondary", "access", {}),
    ]


@pytest.mark.parametrize(
    ("level", "school_forms", "sections"),
    [
        ("municipality", "compulsory upper_secondary", "summary complaints access-compulsory access-upper-secondary"),
        ("area", "preschool upper_secondary", "summary complaints access-upper-secondary"),
        ("school", "compulsory", "summary access-compulsory"),
        ("school", "preschool", "summary"),
    ],
)
def test_a_section_stands_in_the_books_of_units_with_one_of_its_school_forms(
    level: str, school_forms: str, sections: str, root: Path
) -> None:
    assert sections_of(loaded(GOOD.rstrip() + TWO_OF_ONE, root), level, *school_forms.split()) == sections


def test_a_theme_gathers_sections_by_their_own_name_and_by_their_notebooks(root: Path) -> None:
    themes = "themes: [{name: Stöd, sections: [access]}, {name: Gymnasiet, sections: [access-upper-secondary]}]\n"
    report = loaded(themes + GOOD.lstrip().rstrip() + TWO_OF_ONE, root)
    sections = ("access-compulsory", "access-upper-secondary", "summary", "of-no-report")
    assert [report.theme_of(section) for section in sections] == ["Stöd", "Gymnasiet", OTHER_THEME, OTHER_THEME]


def test_a_report_reads_the_datasets_that_it_names_or_all(root: Path) -> None:
    assert loaded(GOOD, root).datasets == tuple(DATASETS)
    assert loaded("datasets: [enrolment, school_units]\n" + GOOD.lstrip(), root).datasets == ("enrolment", "school_units")
    official = "datasets: []\nsource: skolverket\nfiles: [{path: national.xlsx}]\n"
    assert loaded(official + GOOD.lstrip(), root).datasets == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "source: skolverket\n" + GOOD.lstrip(),
            "small.yml: `files` is missing: Skolverket's files, as `sqa new report` writes them",
        ),
        (GOOD.replace("data: data/small\n", ""), "small.yml: `data` is missing: the folder of the report's datasets"),
    ],
)
def test_a_report_says_what_it_is_made_from(text: str, message: str, root: Path) -> None:
    with pytest.raises(ReportError, match=re.escape(message)):
        loaded(text, root)


def test_a_report_in_a_folder_is_named_after_both(root: Path) -> None:
    loaded(GOOD, root)
    folder = root / "params" / "riket-2024-25"
    folder.mkdir()
    (root / "params" / "small.yml").rename(folder / "small.yml")
    assert load_report("riket-2024-25/small", root).name == "riket-2024-25/small"


def test_a_report_is_found_by_name_and_by_path(root: Path) -> None:
    loaded(GOOD, root)
    path = root / "params" / "small.yml"
    assert report_path("small", root) == path
    assert load_report(str(path), root) == load_report("small", root)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "title: ",
            "tilte: ",
            "small.yml: unknown key `tilte`; known here: title, authority, school_year, date, data, written, follows",
        ),
        (
            "name: Lavhedens kommun",
            "nam: Lavhedens kommun",
            "unknown key `authority.nam`; known here: code, name, organisation_number",
        ),
        (
            "levels: [municipality, area]",
            "level: [area]",
            "unknown key `sections.1.level`; known here: name, notebook, parameters, levels, school_forms, part",
        ),
        ("name: complaints", "name: Complaints", "key `sections.1.name` is 'Complaints': String should match pattern"),
        (
            "  - summary",
            "  - complaints",
            "section `complaints` is named twice; give one a name of its own, and `notebook: complaints`",
        ),
        (
            "levels: [municipality, area]",
            "school_forms: [gymnasium]",
            "key `sections.1.school_forms` is ['gymnasium']: no school form `gymnasium`; there are: preschool, compulsory, ",
        ),
        (
            "levels: [municipality, area]",
            "parameters: {unit: lavheden}",
            "key `sections.1.parameters` is {'unit': 'lavheden'}: `unit` is set by the build",
        ),
        ("levels: [municipality, area]", "parameters: {least: 5}", "key `sections.1.parameters.least` is 5"),
        ("title: ", "datasets: [school_units, enrolments]\ntitle: ", "no dataset `enrolments`; did you mean `enrolment`?"),
        ("title: ", "datasets: [enrolment]\ntitle: ", "`school_units` must be among them"),
        ("title: ", "datasets: [school_units, school_units]\ntitle: ", "dataset `school_units` is named twice"),
        ("title: ", "main_conclusions: [complaint]\ntitle: ", "no section `complaint`; did you mean `complaints`?"),
        (
            "title: ",
            "key_figures: [{label: elever, statistic: pupils, section: pupils}]\ntitle: ",
            "no section `pupils`; there are: summary, complaints",
        ),
        (
            "title: ",
            "key_figures: [{label: elever, statistics: pupils}]\ntitle: ",
            "unknown key `key_figures.0.statistics`; known here: label, statistic, codes, section",
        ),
        ("title: Kvalitetsrapport\n", "", "small.yml: key `title` is missing"),
        ("code: lavheden, ", "", "small.yml: key `authority.code` is missing"),
        (
            "title: Kvalitetsrapport",
            "title: [Kvalitetsrapport]",
            "key `title` is ['Kvalitetsrapport']: Input should be a valid string",
        ),
        (
            '"2020/21"',
            '"2020-21"',
            "key `school_year` is '2020-21': no school year; write two years that follow each other",
        ),
        (
            '"2020/21"',
            '"2020/99"',
            "key `school_year` is '2020/99': no school year; write two years that follow each other",
        ),
        ("2021-10-15", "i höstas", "key `date` is 'i höstas'"),
        (
            "municipality, area",
            "municipality, district",
            "key `sections.1.levels.1` is 'district': Input should be 'municipality', 'area'",
        ),
        ("code: lavheden", "code: Lavheden", "key `authority.code` is 'Lavheden'"),
        ("sections:\n", "formats: [docx]\nsections:\n", "key `formats.0` is 'docx': Input should be 'html' or 'pdf'"),
        ("sections:\n", "design: {primary: blue}\nsections:\n", "key `design.primary` is 'blue'"),
        ("sections:\n", "disclosure: {minimum_count: 0}\nsections:\n", "key `disclosure.minimum_count` is 0"),
        (
            "sections:\n",
            "disclosure: {minimum: 3}\nsections:\n",
            "known here: minimum_count, minimum_denominator, all_but_few, datasets, since, released, left_out, withhold, "
            "accept, decided_by, reason",
        ),
        (
            "sections:\n",
            "disclosure: {datasets: {complaints: {minimum_count: 3}}}\nsections:\n",
            "key `disclosure` is {'datasets': {'complaints': {'minimum_count': 3}}}: `datasets.complaints.minimum_count` is 3, "
            "lower than the report's 5, which holds for all data: take it away, or write 5 or more",
        ),
        (
            "sections:\n",
            "disclosure: {minimum_denominator: 20, datasets: {complaints: {minimum_denominator: 15}}}\nsections:\n",
            "`datasets.complaints.minimum_denominator` is 15, lower than the report's 20",
        ),
        (
            "sections:\n",
            "disclosure: {datasets: {complaint: {minimum_count: 10}}}\nsections:\n",
            "no dataset `complaint`; did you mean `complaints`?",
        ),
        ("title: ", "date: 2021-10-01\ntitle: ", "the key `date` stands in line"),
        ("title: ", "design: {primary: '#000000', primary: '#111111'}\ntitle: ", "the key `primary` stands in line"),
        ("sections:\n", "design: {color: red}\nsections:\n", "unknown key `design.color`; known here: primary, accent, logo"),
        ("title: ", "\ttitle: ", "small.yml: not readable as YAML"),
        ("title: ", "7: seven\ntitle: ", "key `7` is 7: Keys should be strings"),
    ],
)
def test_a_mistake_names_the_file_the_key_and_what_is_right(right: str, wrong: str, message: str, root: Path) -> None:
    assert right in GOOD
    with pytest.raises(ReportError) as failure:
        loaded(GOOD.replace(right, wrong), root)
    assert message in str(failure.value)
    assert str(failure.value).startswith("small.yml: ")


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b\n"])
def test_a_file_without_keys_is_refused(text: str, root: Path) -> None:
    with pytest.raises(ReportError, match=r"small\.yml: expected `key: value` lines"):
        loaded(text, root)


def test_a_file_in_another_encoding_is_refused(root: Path) -> None:
    (root / "params" / "small.yml").write_text(GOOD.replace("Lavhedens", "Åbo"), encoding="cp1252")
    with pytest.raises(ReportError, match=r"small\.yml: not readable as YAML"):
        load_report("small", root)


def test_a_byte_order_mark_does_no_harm(root: Path) -> None:
    (root / "params" / "small.yml").write_text(GOOD, encoding="utf-8-sig")
    assert load_report("small", root).title == "Kvalitetsrapport"


def test_a_file_that_has_the_key_name_is_refused(root: Path) -> None:
    """The name of a report is its file's."""
    with pytest.raises(ReportError, match="unknown key `name`; known here: title"):
        loaded("name: other\n" + GOOD, root)


def test_several_mistakes_are_told_at_once(root: Path) -> None:
    with pytest.raises(ReportError) as failure:
        loaded("colour: red\n" + GOOD.replace("title: Kvalitetsrapport\n", ""), root)
    assert {line.split(";")[0] for line in str(failure.value).splitlines()} == {
        "small.yml: key `title` is missing",
        "small.yml: unknown key `colour`",
    }


def test_an_unknown_report_lists_those_there_are(root: Path) -> None:
    with pytest.raises(ReportError, match="smal: no such report; in params/ there are: none"):
        load_report("smal", root)
    loaded(GOOD, root)
    with pytest.raises(ReportError, match="smal: no such report; in params/ there are: small"):
        load_report("smal", root)


def test_the_project_is_found_from_any_folder_inside_it(root: Path) -> None:
    inside = root / "notebooks" / "drafts"
    inside.mkdir(parents=True)
    assert project_root(inside) == root.resolve()


def test_outside_a_project_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no folder `params/` here or above"):
        project_root(tmp_path)

"""The file of development areas: what may stand in it, and that every mistake is named with its mend."""

import datetime
import re
from pathlib import Path

import pytest
import yaml

from sqa_lib.cycle.areas import Area, Measure, Target, mistakes, read_all, read_areas
from sqa_lib.report import ReportError

MEASURE = {"what": "Vi prövar.", "responsible": "rektor", "from": "2021-08-16", "until": "2022-06-10", "term": "short"}
INDICATOR = {
    "name": "Arbetsro", "statistic": "survey", "codes": {"survey_item": "work_peace", "survey_year": "7"},
    "baseline": "2020/21", "target": {"at_least": 75}, "date": "2022-06-10",
}  # fmt: skip
AREA = {"name": "Studiero", "school_year": "2020/21"}


def write(folder: Path, content: object) -> Path:
    path = folder / "development_areas.yml"
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_file_or_unit_there_are_none(tmp_path: Path) -> None:
    assert read_areas(tmp_path / "development_areas.yml", "a") == []
    path = write(tmp_path, "")
    assert (read_areas(path, "a"), read_all(path), mistakes(path, ["a"])) == ([], {}, [])
    assert read_areas(write(tmp_path, "b:\n"), "b") == []


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, {"a": [AREA | {"why": ["Det är stökigt."], "measures": [MEASURE], "indicators": [INDICATOR]}]})
    (area,) = read_areas(path, "a")
    assert area.why == ("Det är stökigt.",)
    (measure,) = area.measures
    assert (measure.begins, measure.ends, measure.status) == (datetime.date(2021, 8, 16), datetime.date(2022, 6, 10), "planned")
    (indicator,) = area.indicators
    assert (indicator.target.value(60.0), indicator.target.is_upwards, indicator.due) == (75, True, "2021/22")
    assert read_all(path) == {"a": [area]}


@pytest.mark.parametrize(
    ("target", "value", "is_upwards"),
    [({"at_least": 75}, 75, True), ({"at_most": 5}, 5, False), ({"up_by": 4}, 64, True), ({"down_by": 2.5}, 57.5, False)],
)
def test_a_target_is_a_value_or_a_change_from_the_baseline(target: dict, value: float, is_upwards: bool) -> None:
    read = Target.model_validate(target)
    assert (read.value(60.0), read.is_upwards) == (value, is_upwards)


@pytest.mark.parametrize(("date", "due"), [("2022-07-31", "2021/22"), ("2022-08-01", "2022/23"), ("2100-01-01", "2099/00")])
def test_a_date_lies_in_a_school_year(date: str, due: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a": [AREA | {"indicators": [INDICATOR | {"date": date}]}]})
    assert read_areas(path, "a")[0].indicators[0].due == due


def in_measure(**changes: object) -> dict:
    return {"measures": [MEASURE, MEASURE | changes]}


def in_indicator(**changes: object) -> dict:
    return {"indicators": [INDICATOR | changes]}


MISTAKES = {
    "unknown key": ({"varför": ["y"]}, "unknown key `varför`; the keys are: name, school_year, school_form, carried_from, why,"),
    "no sentences": ({"why": "y"}, "`why` must be a list of sentences, each on a line that begins with a dash"),
    "a colon": ({"why": [{"På kort sikt": "y"}]}, "put quotation marks around a sentence that holds a colon"),
    "no school year": ({"school_year": "2021"}, "`school_year` is not a school year; write it as 2020/21"),
    "a year that does not follow": ({"school_year": "2020/99"}, "`school_year` is not a school year; write it as 2020/21"),
    "empty name": ({"name": ""}, "`name` is empty; write it out"),
    "effects as a list": ({"expected_effects": ["y"]}, "`expected_effects` must be keys with values, one a line"),
    "unknown effect": ({"expected_effects": {"soon": ["y"]}}, "the keys are: short_term, long_term"),
    "measure without role": ({"measures": [{"what": "x"}]}, "no key `measures.1.responsible`"),
    "a person": (in_measure(responsible="Kim Testsson"), "`measures.2.responsible` looks like a person's name; write the role"),
    "no date": (in_measure(until="i juni"), "`measures.2.until` is not a date; write it as 2021-08-16"),
    "ends before it begins": (in_measure(until="2020-01-01"), "`measures.2` ends (2020-01-01) before it begins (2021-08-16)"),
    "unknown term": (in_measure(term="kort"), "`measures.2.term` Input should be 'short' or 'long'"),
    "unknown key of a measure": (in_measure(vem="x"), "the keys are: what, responsible, from, until, term, status"),
    "unknown statistic": (in_indicator(statistic="surveys"), "no statistic `surveys`; did you mean `survey` or `survey_resp"),
    "unknown dimension": (in_indicator(codes={"survey_ite": "x"}), "no dimension `survey_ite`; did you mean `survey_item`"),
    "unknown code": (in_indicator(codes={"survey_year": "9"}), "has no code `9` of `survey_year`; it has: 4, 7"),
    "two targets": (in_indicator(target={"at_least": 1, "up_by": 1}), "`indicators.1.target` needs exactly one of at_least,"),
    "no target": (in_indicator(target={}), "`indicators.1.target` needs exactly one of at_least, at_most, up_by, down_by"),
    "a target in words": (in_indicator(target={"at_least": "75 %"}), "`indicators.1.target.at_least` is not a number"),
    "a date in the baseline's year": (in_indicator(date="2021-06-10"), "has its date (2021-06-10) within or before the baseline"),
    "a later baseline": (in_indicator(baseline="2021/22", date="2023-06-01"), "(2021/22) comes after the area's `school_year`"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_file_unit_area_and_key_and_says_what_is_right(mistake: str, tmp_path: Path) -> None:
    change, message = MISTAKES[mistake]
    path = write(tmp_path, {"a": [AREA | change]})
    named = f"development_areas.yml: unit a: area {(AREA | change)['name']}: "
    with pytest.raises(ReportError, match=re.escape(named)) as raised:
        read_areas(path, "a")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "not readable as YAML"),
        ("- name: X\n", "expected units' codes, each with a list of areas under it"),
        ("a:\n  name: X\n", "unit a: expected a list of areas, each beginning with `- name:`"),
        ("a:\n  - school_year: 2020/21\n", "unit a: area without name: no key `name`"),
        ("a:\n  - {name: X, school_year: 2020/21, why: ['![x](y.png)']}\n", "`why` holds a picture, which belongs in a text"),
    ],
)
def test_a_file_of_another_form_says_what_was_expected(text: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ReportError, match=re.escape(message)):
        read_areas(path, "a")
    assert message in mistakes(path, ["a"])[0]


def test_all_mistakes_of_all_units_are_listed(tmp_path: Path) -> None:
    path = write(tmp_path, {"a": [AREA | {"x": 1, "y": 2}, AREA], "b": [AREA | {"why": "z"}], "hop": [AREA]})
    found = mistakes(path, ["a", "b", "hob"])
    assert found[0] == "development_areas.yml: unit hop is not in the report; did you mean `hob`?"
    assert [line.split(": ")[1] for line in found[1:]] == ["unit a", "unit a", "unit b"]


@pytest.mark.parametrize("role", ["rektor", "Områdeschefen", "elevhälsochefen och rektorerna", "rektor på Ripskolan"])
def test_a_role_is_no_person(role: str) -> None:
    assert Measure.model_validate(MEASURE | {"responsible": role}).responsible == role


def test_an_area_is_made_of_the_printed_templates_parts() -> None:
    parts = {"why", "governing_documents", "expected_effects", "conditions", "measures", "follow_up", "evaluation", "research"}
    assert parts <= set(Area.model_fields)

"""What is due in the areas that a report shows: outcomes, conclusions, judgements and measures."""

import datetime

import pytest

from sqa_lib.cycle.areas import Area
from sqa_lib.cycle.due import due
from sqa_lib.published import Published
from sqa_lib.report import Report
from tests.texts.conftest import published  # noqa: F401 (a fixture)

MEASURE = {"what": "Vi prövar.", "responsible": "rektor", "from": "2020-08-16", "until": "2021-06-10", "term": "short"}
AHEAD = MEASURE | {"until": "2021-12-20"}
TARGET = {"name": "Elever", "statistic": "pupils", "baseline": "2019/20", "target": {"at_least": 200}, "date": "2021-06-10"}
REPORT = Report.model_validate(
    {
        "name": "x", "title": "X", "authority": {"code": "all", "name": "Alla"}, "school_year": "2020/21", "date": "2021-10-15",
        "data": "data/x", "sections": ["pupils"],
    }
)  # fmt: skip
OVER = (
    "measure `Vi prövar.` should have been done by 2021-06-10 and is {}; set its `status` to done or not_done, or a later `until`"
)
NOTHING = "nothing is concluded; write under `conclusions` what the evaluation gave"
UNTOLD = (
    "the target of `Elever` was due 2021-06-10, and the figures can't tell whether it is reached; judge it under `conclusions`"
)
NO_MEASURE = "no measure is left; add one, or take the area away"


def told(area: dict, unit: str = "n1", figures: Published | None = None) -> list[str]:
    found = list(due({unit: [Area.model_validate({"name": "Ro", "school_year": "2019/20"} | area)]}, REPORT, figures))
    place = f"development_areas.yml: unit {unit}: area Ro ({area.get('school_year', '2019/20')}): "
    assert all(line.startswith(place) for line in found)
    return [line.removeprefix(place) for line in found]


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ({"conclusions": ["Bra."], "measures": [MEASURE | {"status": "done"}]}, []),
        ({"conclusions": ["Bra."], "measures": [MEASURE | {"status": "not_done"}]}, []),
        ({"conclusions": ["Bra."], "measures": [MEASURE]}, [OVER.format("planned")]),
        ({"conclusions": ["Bra."], "measures": [MEASURE | {"status": "ongoing"}]}, [OVER.format("ongoing")]),
        ({"conclusions": ["Bra."], "measures": [AHEAD]}, []),
        ({}, [NOTHING]),
        ({"school_year": "2018/19", "measures": [MEASURE]}, []),
        ({"school_year": "2020/21", "measures": [AHEAD]}, []),
        ({"school_year": "2020/21"}, [NO_MEASURE]),
        ({"school_year": "2020/21", "measures": [AHEAD | {"status": "done"}]}, [NO_MEASURE]),
        ({"school_year": "2020/21", "measures": [MEASURE]}, [OVER.format("planned"), NO_MEASURE]),
        (
            {"school_year": "2020/21", "measures": [AHEAD], "indicators": [TARGET]},
            ["the target of `Elever` is due already; set a later `date`, or take it away"],
        ),
        ({"school_year": "2020/21", "measures": [AHEAD], "indicators": [TARGET | {"date": "2022-06-10"}]}, []),
    ],
)
def test_what_is_missing(area: dict, expected: list[str]) -> None:
    assert told(area) == expected


def test_a_measure_is_over_the_day_after_its_end() -> None:
    area = {"n1": [Area.model_validate({"name": "Ro", "school_year": "2019/20", "conclusions": ["Bra."], "measures": [MEASURE]})]}
    days = [datetime.date(2021, 6, 10), datetime.date(2021, 6, 11)]
    assert [len(list(due(area, REPORT.model_copy(update={"date": day})))) for day in days] == [0, 1]


@pytest.mark.parametrize(
    ("unit", "indicator", "expected"),
    [
        ("n1", {}, []),
        ("n2", {}, [UNTOLD]),
        ("n2", {"date": "2022-06-10"}, []),
    ],
)
def test_a_due_target_that_the_figures_cannot_tell_of_is_to_be_judged(
    unit: str,
    indicator: dict,
    expected: list[str],
    published: Published,  # noqa: F811
) -> None:
    """n1 has 210 pupils, the number of n2 is withheld."""
    area = {"indicators": [TARGET | {"target": {"at_least": 150}} | indicator]}
    assert told(area, unit, published) == [NOTHING, *expected]
    assert told(area | {"conclusions": ["Inte nått."]}, unit, published) == []

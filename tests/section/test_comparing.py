"""Comparisons are certain by rule, allow for how many there are, and never rank."""

from itertools import chain

import pytest

from sqa_lib.metrics.comparison import share_difference
from sqa_lib.section.comparing import NotComparable
from tests.section.units import BEFORE, SCHOOLS, STAGES, SmallView, published, rows

EVEN = {school.code: (10, 100) for school in SCHOOLS} | {"all": (120, 1200)}


def answers(item: str, girls: tuple, boys: tuple) -> list:
    pairs = (("girl", girls), ("boy", boys))
    return [rows("survey", {"all": figure}, survey_item=item, gender=gender) for gender, figure in pairs]


def gap(*tables: list) -> str:
    view = SmallView(published(*(part for table in tables for part in table)))
    return view.gender_gap("survey", "survey_item", only=["safe", "pain", "stressed"])


def test_the_largest_sure_gap_between_girls_and_boys_is_told() -> None:
    sure, surer = answers("safe", (90, 100), (70, 100)), answers("stressed", (60, 100), (20, 100))
    none = answers("pain", (10, 100), (12, 100))
    assert gap(sure, surer, none) == "Fler flickor än pojkar känner sig stressade: 60\u00a0procent mot 20\u00a0procent"
    assert gap(answers("safe", (70, 100), (90, 100)), none, none) == (
        "Fler pojkar än flickor känner sig trygga i skolan: 90\u00a0procent mot 70\u00a0procent"
    )


def test_a_gap_that_is_sure_by_itself_may_not_be_so_among_three() -> None:
    """Intervals that overlap may still differ surely, and p = 0.02 is certain alone but not among three (0.05 / 3)."""
    p = share_difference(62, 100, 46, 100).p
    assert 0.05 / 3 < p < 0.05
    lone = answers("safe", (62, 100), (46, 100))
    assert gap(lone) == "Fler flickor än pojkar känner sig trygga i skolan: 62\u00a0procent mot 46\u00a0procent"
    assert gap(lone, answers("pain", (10, 100), (12, 100)), answers("stressed", (30, 100), (31, 100))) == ""


def test_no_gap_where_one_is_withheld() -> None:
    hidden = [rows("survey", {"all": mark}, survey_item="safe", gender=g) for g, mark in (("girl", ".."), ("boy", (90, 100)))]
    assert gap(hidden) == ""


def test_a_change_among_a_surveys_questions_is_judged_with_all_of_them() -> None:
    """The same change says the same wherever it is told of, and is surer to be told when nothing else is asked."""
    several = {"safe": ((46, 100), (62, 100)), "pain": ((10, 100), (12, 100)), "stressed": ((30, 100), (31, 100))}
    tables = {
        item: [
            rows("survey", {"all": figure}, year, survey_item=item)
            for year, figure in zip((BEFORE, "2020/21"), pair, strict=True)
        ]
        for item, pair in several.items()
    }
    alone, among = SmallView(published(*tables["safe"])), SmallView(published(*chain.from_iterable(tables.values())))
    changes = [view.published.change("survey", "all", BEFORE, "2020/21", survey_item="safe") for view in (alone, among)]
    assert [change.direction for change in changes] == ["increased", "uncertain"]
    assert changes[0].low == changes[1].low > 0


@pytest.mark.parametrize(
    ("areas", "name"),
    [
        ({"north": 40.0, "south": 15.0}, "Skolområde Norr"),
        ({"north": 20.0, "south": 15.0}, ""),  # p = 0.5
        ({"north": 40.0, "south": ".."}, ""),
    ],
)
def test_the_largest_is_named_only_when_it_surely_is(areas: dict, name: str) -> None:
    figures = {unit: value if isinstance(value, str) else (value, float("nan")) for unit, value in areas.items()}
    assert SmallView(published(rows("cases", figures))).largest("cases", "area") == name


@pytest.mark.parametrize(("grades", "is_told"), [(["F", "1", "2", "3", "4", "5"], True), (["F", "1", "2", "3", "4"], False)])
def test_higher_in_all_grades_needs_six_of_them(grades: list[str], is_told: bool) -> None:
    """A sign test: 2 × 0.5⁶ = 0.03, 2 × 0.5⁵ = 0.06."""
    hours = [(grade, year, part) for grade in grades for year, part in ((BEFORE, 5), ("2020/21", 6))]
    tables = [rows("hours", {"all": (part, 100)}, year).assign(breakdown=f"year={grade}") for grade, year, part in hours]
    assert SmallView(published(*tables)).all_higher("hours", "year") is is_told


def test_a_school_is_compared_with_the_others_and_not_with_a_whole_that_it_is_part_of() -> None:
    figures = {"s1": (30, 100), "all": (100, 500)}
    view = SmallView(published(rows("survey", figures, survey_item="safe")), "s1")
    (beside,) = view.beside_others("survey", [{"survey_item": "safe"}])
    assert beside.others == pytest.approx(100 * 70 / 400)
    assert beside.difference == share_difference(30, 100, 70, 400)
    assert (beside.is_certain, beside.word) == (True, "högre")


def test_hours_have_no_limits() -> None:
    view = SmallView(published(rows("hours", EVEN)))
    with pytest.raises(NotComparable, match=r"`hours` is no share of people.*`high_absence` for absence"):
        view.schools_around("hours")


def test_schools_around_the_whole() -> None:
    found = SmallView(published(rows("away", EVEN | {"s1": (30, 100), "s2": ".."}))).schools_around("away")
    assert (found.target, found.outside(), found.withheld, len(found.points)) == (0.1, ["Skola 1"], 1, 11)


@pytest.mark.parametrize(("hidden", "is_shown"), [(6, True), (7, False)])
def test_a_funnel_shows_at_least_as_many_schools_as_are_withheld(hidden: int, is_shown: bool) -> None:
    withheld = {school.code: ".." for school in SCHOOLS[:hidden]}
    assert (SmallView(published(rows("away", EVEN | withheld))).schools_around("away") is not None) is is_shown


@pytest.mark.parametrize(("count", "is_shown"), [(5, True), (4, False)])
def test_a_funnel_shows_at_least_five_schools(count: int, is_shown: bool) -> None:
    few = {school.code: (10, 100) for school in SCHOOLS[:count]} | {"all": (80, 800)}
    assert (SmallView(published(rows("away", few))).schools_around("away") is not None) is is_shown


def test_an_area_shows_its_own_schools_around_the_whole_authority() -> None:
    found = SmallView(published(rows("away", EVEN)), "north").schools_around("away")
    assert (list(found.points["label"]), found.target) == ([f"Skola {n}" for n in range(1, 7)], 0.1)


def test_cases_per_pupil_have_poisson_limits() -> None:
    cases = {school.code: (8.0, float("nan")) for school in SCHOOLS} | {"s1": (30.0, float("nan")), "all": (118.0, float("nan"))}
    pupils = {school.code: (200.0, float("nan")) for school in SCHOOLS} | {"all": (2400.0, float("nan"))}
    view = SmallView(published(rows("cases", cases), rows("pupils", pupils)))
    found = view.schools_around("cases", per="pupils")
    assert (found.kind, found.model, found.outside(), found.target) == ("rate", "poisson", ["Skola 1"], 118 / 2400)
    assert view.published.seen == {"cases", "pupils"}


def staged() -> list:
    """Two schools with 100 pupils in years 7–9, where one in five is away; all others have theirs in F–3: one in twenty."""
    older, nan = ("s1", "s2"), float("nan")
    shares = {"F-3": (30, 600), "4-6": ".", "7-9": (40, 200)}
    sizes = {
        stage: {s.code: 100.0 if stage == ("7-9" if s.code in older else "F-3") else 0.0 for s in SCHOOLS} for stage in STAGES
    }
    pupils = [
        rows("pupils", {unit: (n, nan) for unit, n in {**of_stage, "all": sum(of_stage.values())}.items()}, stage=stage)
        for stage, of_stage in sizes.items()
    ]
    return [*(rows("away", {"all": share}, stage=stage) for stage, share in shares.items()), *pupils]


def test_schools_with_older_pupils_are_compared_with_what_older_pupils_give() -> None:
    """20 of 100 is as expected in years 7–9 and lies outside the limits around 70 of 800; 5 of 100 is as expected elsewhere."""
    away = {s.code: (20, 100) if s.code in ("s1", "s2") else (5, 100) for s in SCHOOLS} | {"all": (70, 800)}
    view = SmallView(published(rows("away", away), *staged()))
    assert view.schools_around("away").outside() == ["Skola 1", "Skola 2"]
    adjusted = view.schools_around("away", adjusted_for="stage")
    assert adjusted.outside() == []
    assert dict(zip(adjusted.points["label"], adjusted.points["whole"].round(6), strict=True)) == {
        s.name: 20.0 if s.code in ("s1", "s2") else 5.0 for s in SCHOOLS
    }
    school = SmallView(published(rows("away", away), *staged()), "s1")
    assert school.beside_expected("away", adjusted_for="stage") == (20, pytest.approx(20), False)


def test_a_school_whose_pupils_per_stage_are_hidden_is_not_compared() -> None:
    away = {s.code: (5, 100) for s in SCHOOLS} | {"all": (70, 800)}
    tables = staged()
    tables[-1].loc[tables[-1]["unit"] == "s3", ["value", "mark"]] = [float("nan"), ".."]
    found = SmallView(published(rows("away", away), *tables)).schools_around("away", adjusted_for="stage")
    assert "Skola 3" not in list(found.points["label"])

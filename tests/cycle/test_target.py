"""The status of an indicator, by the rule; the intervals in the tables are worked out by hand or from printed tables."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from sqa_lib.cycle.target import Goal, interval_of, judge
from sqa_lib.marks import Mark
from sqa_lib.metrics.coverage import Coverage
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Cell

NAN = float("nan")


def a_statistic(kind: str, is_about_people: bool = True) -> Statistic:
    return Statistic("one", "Ett mått", kind, "elever", "elever", "elever", "läsåret", (), is_about_people=is_about_people)


def share(part: int, whole: int) -> Cell:
    low, high = proportion_confint(part, whole, method="wilson")
    return Cell(a_statistic("share"), 100 * part / whole, 100 * low, 100 * high, part, whole, Mark.NONE)


def figure(value: float, kind: str = "count", is_about_people: bool = True) -> Cell:
    return Cell(a_statistic(kind, is_about_people), value, NAN, NAN, value, NAN, Mark.NONE)


def hidden(mark: Mark) -> Cell:
    return Cell(a_statistic("share"), NAN, NAN, NAN, NAN, NAN, mark)


def least(value: float, pace: float = 1.0) -> Goal:
    return Goal(value, True, pace)


def most(value: float, pace: float = 1.0) -> Goal:
    return Goal(value, False, pace)


SHARES = [
    # before, now, goal, status: Wilson's and Newcombe's intervals in percent and percentage points are in the comments
    ((300, 500), (400, 500), least(75), "reached"),  # 76,3–83,3
    ((300, 500), (400, 500), least(77), "on_the_way"),  # the interval does not reach; the change is 14,4–25,4
    ((300, 500), (310, 500), least(75), "not_on_the_way"),  # the change is −4,0 to 8,0, 15 are needed
    ((300, 500), (250, 500), least(75), "not_on_the_way"),  # the change is −16,0 to −3,8
    ((300, 500), (310, 500), least(66), "cannot_tell"),  # the change may be the 6 that are needed, and may be none
    ((12, 20), (14, 20), least(75), "cannot_tell"),  # −18 to 37: so few tell nothing
    ((12, 20), (19, 20), least(75), "reached"),  # 76,4–99,1: many of few
    ((300, 500), (310, 500), least(75, pace=0.5), "cannot_tell"),  # 7,5 are needed by now, 8,0 may be
    ((200, 500), (100, 500), most(25), "reached"),  # 16,7–23,7
    ((200, 500), (100, 500), most(22), "on_the_way"),
    ((200, 500), (190, 500), most(22), "not_on_the_way"),  # −8,0 to 4,0, −18 are needed
    ((200, 500), (190, 500), most(35), "cannot_tell"),
    ((450, 500), (440, 500), least(90), "cannot_tell"),  # the baseline was there: 0 are needed, −5,9 to 1,9
    ((450, 500), (400, 500), least(90), "not_on_the_way"),
]


@pytest.mark.parametrize(("before", "now", "goal", "status"), SHARES)
def test_the_status_of_a_share(before: tuple[int, int], now: tuple[int, int], goal: Goal, status: str) -> None:
    verdict = judge(share(*before), share(*now), goal)
    assert verdict.status == status
    assert verdict.reason == ("few" if status == "cannot_tell" else "")


COUNTS = [
    (20, 4, most(11), "reached"),  # Garwood: 1,09–10,24
    (20, 4, most(10), "on_the_way"),  # the exact test of 4 against 20: p = 0,0015
    (20, 25, most(10), "not_on_the_way"),  # 25 of 45 is 40,0–70,4 %, 10 of 30 would be 33,3 %
    (20, 15, most(10), "cannot_tell"),
    (0, 0, most(5), "reached"),  # Garwood: 0–3,69
    (0, 0, most(3), "cannot_tell"),
    (10, 40, least(28), "reached"),  # Garwood: 28,58–54,47
    (10, 40, least(30), "on_the_way"),
    (40, 40, least(80), "not_on_the_way"),  # 40 of 80 is 38,6–61,4 %, 80 of 120 would be 66,7 %
]


@pytest.mark.parametrize(("before", "now", "goal", "status"), COUNTS)
def test_the_status_of_a_count(before: int, now: int, goal: Goal, status: str) -> None:
    assert judge(figure(before), figure(now), goal).status == status


@pytest.mark.parametrize(
    ("before", "now", "goal", "status"),
    [
        (5.8, 7.0, least(7), "reached"),
        (5.8, 6.4, least(7), "on_the_way"),
        (5.8, 5.8, least(7), "not_on_the_way"),
        (5.8, 5.0, least(7), "not_on_the_way"),
        (3, 2, most(2), "reached"),
    ],
)
def test_posts_and_schools_are_not_left_to_chance(before: float, now: float, goal: Goal, status: str) -> None:
    assert judge(figure(before, is_about_people=False), figure(now, is_about_people=False), goal).status == status


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (share(300, 500), hidden(Mark.WITHHELD), "withheld"),
        (share(300, 500), hidden(Mark.ALL_BUT_FEW), "withheld"),
        (share(300, 500), hidden(Mark.MISSING), "missing"),
        (hidden(Mark.WITHHELD), share(300, 500), "withheld"),
        (hidden(Mark.MISSING), share(300, 500), "missing"),
        (figure(60, "official"), figure(90, "official"), "no_interval"),
        (figure(60, "ratio"), figure(90, "ratio"), "no_interval"),
    ],
)
def test_what_is_not_shown_or_has_no_interval_tells_nothing(before: Cell, now: Cell, reason: str) -> None:
    verdict = judge(before, now, least(75))
    assert (verdict.status, verdict.reason) == ("cannot_tell", reason)


INCOMPLETE = Coverage(36, 37, "units", False)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (share(300, 500), replace(share(400, 500), coverage=INCOMPLETE)),
        (replace(share(300, 500), coverage=INCOMPLETE), share(400, 500)),
    ],
)
def test_an_incomplete_figure_is_not_judged(before: Cell, now: Cell) -> None:
    verdict = judge(before, now, least(90))
    assert (verdict.status, verdict.reason) == ("cannot_tell", "incomplete")


def test_a_value_can_be_reached_without_a_baseline_but_a_change_can_not() -> None:
    assert judge(hidden(Mark.WITHHELD), share(400, 500), least(75)).status == "reached"
    assert judge(hidden(Mark.WITHHELD), share(400, 500), least(75), is_change=True).reason == "withheld"


def test_in_the_baselines_own_year_nothing_has_changed_yet() -> None:
    same = share(300, 500)
    assert judge(same, same, least(75), is_baseline_year=True).status == "baseline"
    assert judge(same, same, least(50), is_baseline_year=True).status == "reached"
    assert judge(figure(6, "official"), figure(6, "official"), least(75), is_baseline_year=True).status == "baseline"


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.36, 121.63)])
def test_the_interval_of_a_count_is_garwoods(count: int, low: float, high: float) -> None:
    assert interval_of(figure(count)) == pytest.approx((low, high), abs=0.005)


counted = st.tuples(st.integers(0, 300), st.integers(1, 300)).map(lambda pair: (min(pair), max(pair)))


@given(counted, counted, st.integers(1, 99), st.booleans())
def test_the_other_side_of_a_share_has_the_same_status(before: tuple, now: tuple, goal: int, is_upwards: bool) -> None:
    """At least 75 percent that are is at most 25 percent that are not."""
    rest_before, rest_now = ((whole - part, whole) for part, whole in (before, now))
    one = judge(share(*before), share(*now), Goal(goal, is_upwards))
    other = judge(share(*rest_before), share(*rest_now), Goal(100 - goal, not is_upwards))
    assert one == other

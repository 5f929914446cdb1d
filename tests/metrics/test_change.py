"""Change is called change only when its interval says so."""

from dataclasses import replace

import pytest

from sqa_lib.marks import Mark
from sqa_lib.metrics.change import change_between, changes_together
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Cell

NAN = float("nan")


def a_statistic(kind: str, is_about_people: bool = True) -> Statistic:
    return Statistic("one", "Ett mått", kind, "elever", "elever", "", "läsåret", (), is_about_people=is_about_people)


def share(numerator: float, denominator: float) -> Cell:
    return Cell(a_statistic("share"), 100 * numerator / denominator, NAN, NAN, numerator, denominator, Mark.NONE)


def figure(value: float, kind: str = "count", is_about_people: bool = True) -> Cell:
    return Cell(a_statistic(kind, is_about_people), value, NAN, NAN, value, NAN, Mark.NONE)


def withheld(kind: str = "count") -> Cell:
    return Cell(a_statistic(kind), NAN, NAN, NAN, NAN, NAN, Mark.WITHHELD)


@pytest.mark.parametrize(
    ("now", "before", "low", "high", "direction"),
    [
        ((56, 70), (48, 80), 5.24, 33.39, "increased"),
        ((9, 10), (3, 10), 17.05, 80.90, "increased"),
        ((5, 56), (0, 29), -3.81, 19.26, "uncertain"),
        ((0, 10), (0, 20), -16.11, 27.75, "uncertain"),
        ((0, 10), (0, 10), -27.75, 27.75, "uncertain"),
        ((10, 10), (0, 20), 67.91, 100.0, "increased"),
        ((48, 80), (56, 70), -33.39, -5.24, "decreased"),
    ],
)
def test_shares_by_newcombes_interval(now: tuple, before: tuple, low: float, high: float, direction: str) -> None:
    """The worked examples of Newcombe (1998), Statistics in Medicine 17, 873–890, table II, method 10."""
    change = change_between(share(*before), share(*now))
    assert change.direction == direction
    assert (change.low, change.high) == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))
    assert change.difference == pytest.approx(100 * now[0] / now[1] - 100 * before[0] / before[1])


@pytest.mark.parametrize(
    ("before", "now", "direction"),
    [
        (0, 0, "uncertain"),
        (0, 5, "uncertain"),  # one in 2 ** 5, two-sided: p = 0.0625
        (0, 6, "increased"),  # p = 0.03125
        (6, 15, "uncertain"),  # p = 0.078
        (5, 15, "increased"),  # p = 0.041
        (15, 5, "decreased"),
        (355, 355, "uncertain"),
        (355, 420, "increased"),  # p = 0.021
        (355, 380, "uncertain"),
    ],
)
def test_counts_of_people_by_the_conditional_exact_test(before: int, now: int, direction: str) -> None:
    """Given their sum, the later of two Poisson counts is binomial with probability one half if nothing changed."""
    change = change_between(figure(before), figure(now))
    assert (change.direction, change.difference) == (direction, now - before)
    assert change.low != change.low


@pytest.mark.parametrize("cells", [(figure(1, "ratio"), figure(9, "ratio")), (figure(1, "official"), figure(9, "official"))])
def test_ratios_and_official_values_are_told_but_not_tested(cells: tuple[Cell, Cell]) -> None:
    assert change_between(*cells).direction == "untested"
    assert change_between(*cells).difference == 8


def test_enrolment_is_no_outcome_of_chance() -> None:
    pupils = replace(a_statistic("count"), is_public=True)
    before, now = (replace(figure(value), statistic=pupils) for value in (900, 1100))
    assert (change_between(before, now).direction, change_between(before, now).difference) == ("untested", 200)


def test_changes_that_are_looked_through_together_must_be_surer() -> None:
    """By itself each of the first two would be certain; Holm keeps what has p < 0.05 / 3, then p < 0.05 / 2."""
    pairs = {"a": ((2, 40), (16, 40)), "b": ((20, 40), (30, 40)), "c": ((20, 40), (21, 40))}
    alone = {name: change_between(share(*before), share(*now)) for name, (before, now) in pairs.items()}
    assert [change.direction for change in alone.values()] == ["increased", "increased", "uncertain"]
    assert alone["a"].p < 0.05 / 3 and 0.05 / 2 > alone["b"].p > 0.05 / 3
    assert {name: c.direction for name, c in changes_together(alone).items()} == {
        "a": "increased",
        "b": "increased",
        "c": "uncertain",
    }
    without_the_surest = changes_together({name: alone[name] for name in ("b", "c")} | {"d": alone["b"]})
    assert {c.direction for c in without_the_surest.values()} == {"uncertain"}
    assert without_the_surest["b"].low == alone["b"].low


def test_a_change_that_is_not_tested_stays_as_it_is_among_others() -> None:
    told = {"hours": change_between(figure(1, "ratio"), figure(9, "ratio")), "hidden": change_between(withheld(), figure(7))}
    assert changes_together(told) == told


def test_posts_and_schools_are_no_sample_either() -> None:
    assert change_between(figure(1, is_about_people=False), figure(30, is_about_people=False)).direction == "untested"


@pytest.mark.parametrize("cells", [(withheld(), figure(7)), (figure(7), withheld()), (withheld("share"), share(6, 20))])
def test_nothing_is_said_of_a_figure_that_is_not_shown(cells: tuple[Cell, Cell]) -> None:
    change = change_between(*cells)
    assert change.direction == "unknown"
    assert change.difference != change.difference


def test_a_change_words_itself() -> None:
    words = [str(change_between(figure(before), figure(now))) for before, now in ((5, 15), (15, 5), (5, 6))]
    assert words == ["har ökat", "har minskat", "visar ingen säker förändring"]
    assert str(change_between(withheld(), figure(7))) == "har inte kunnat jämföras"
    assert str(change_between(figure(1, "ratio"), figure(2, "ratio"))) == "har inte kunnat jämföras säkert"

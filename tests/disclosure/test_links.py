"""What figures tell of each other: what is withheld for the sake of a small number, and what need not be."""

from collections.abc import Callable

import pytest

from sqa_lib.disclosure import Meaning, protect
from sqa_lib.metrics import Statistic
from sqa_lib.report import Disclosure
from tests.audit.publications import statistic, tree_of
from tests.disclosure.protecting import POLICY, assert_shown, audited, definitions_of, protected, true, withheld

CASES = statistic("cases")
OPEN, CLOSED = statistic("open"), statistic("closed")
SHARE = statistic("share", "share")
RATE = statistic("rate", "ratio", per=1000.0)
DAYS = statistic("days", "ratio")
PUPILS = statistic("pupils", dataset="pupils", is_public=True)
ONE_AREA = tree_of(a=["a1", "a2", "a3"])
TWO_AREAS = tree_of(a=["a1", "a2", "a3"], b=["b1", "b2", "b3"])


def safely(tree, tables, policy=POLICY):
    """What is published of the tables, when the attacker finds nothing in it."""
    published = protected(tree, tables, policy)
    assert not audited(published, tree, tables, policy=policy).findings
    return published


# ---- units ----------------------------------------------------------------------------------------------------------


def test_schools_go_before_areas_and_areas_before_the_municipality() -> None:
    text = "unit | all\nm | 120\na | 50\na1 | 3\na2 | 17\na3 | 30\nb | 70\nb1 | 22\nb2 | 28\nb3 | 20"
    expected = text.replace("a1 | 3", "a1 | ..").replace("a3 | 30", "a3 | ..")
    assert_shown(safely(TWO_AREAS, {CASES: text}), CASES, expected)


def test_an_area_with_one_school_is_that_school_and_takes_another_area_with_it() -> None:
    tree = tree_of(a=["a1"], b=["b1", "b2"])
    text = "unit | all\nm | 40\na | 3\na1 | 3\nb | 37\nb1 | 17\nb2 | 20"
    published = safely(tree, {CASES: text})
    assert {"cases a", "cases a1", "cases b"} < withheld(published)
    assert "cases m" not in withheld(published)


def test_a_municipality_of_one_school_can_only_withhold_everything() -> None:
    text = "unit | all\nm | 3\na | 3\na1 | 3"
    assert withheld(safely(tree_of(a=["a1"]), {CASES: text})) == {"cases m", "cases a", "cases a1"}


def test_a_zero_is_shown_where_another_figure_can_be_withheld_instead() -> None:
    text = "unit | all\nm | 30\na | 30\na1 | 3\na2 | 0\na3 | 27"
    expected = "unit | all\nm | 30\na | 30\na1 | ..\na2 | 0\na3 | .."
    assert_shown(safely(ONE_AREA, {CASES: text}), CASES, expected)


def test_a_zero_of_another_school_form_than_the_schools_own_hides_nothing() -> None:
    """Everyone knows that g1 has no compulsory pupils: with its whole shown, its 20 cases and then the 3 of a1 are plain."""
    text = """
        unit | all | school_form=compulsory | school_form=upper_secondary
        m    | 23  | 3                      | 20
        a    | 23  | 3                      | 20
        a1   | 3   | 3                      | 0
        g1   | 20  | 0                      | 20
        """
    published = safely(tree_of(a=["a1", "g1"]), {CASES: text})
    assert {"cases a1", "cases g1", "cases a school_form=compulsory"} <= withheld(published)
    assert not {"cases a1 school_form=upper_secondary", "cases g1 school_form=compulsory"} & withheld(published)


def test_a_zero_is_withheld_where_only_it_can_give_way() -> None:
    """The one girl of a1 could be five if four of its boys were girls, and four of the girls of a2 boys."""
    text = "unit | all | gender=girl | gender=boy\nm | 31 | 21 | 10\na | 31 | 21 | 10\na1 | 11 | 1 | 10\na2 | 20 | 20 | 0"
    expected = "unit | all | gender=girl | gender=boy\nm | 31 | 21 | 10\na | 31 | 21 | 10\na1 | 11 | .. | ..\na2 | 20 | .. | .."
    assert_shown(safely(tree_of(a=["a1", "a2"]), {CASES: text}), CASES, expected)


@pytest.mark.parametrize("needed", ["a1 gender=boy", "a2 gender=girl", "a2 gender=boy"])
def test_a_row_and_a_column_need_a_rectangle_and_any_corner_shown_gives_it_away(needed: str) -> None:
    text = "unit | all | gender=girl | gender=boy\nm | 45 | 23 | 22\na | 45 | 23 | 22\na1 | 12 | 3 | 9\na2 | 33 | 20 | 13"
    tree = tree_of(a=["a1", "a2"])
    published = safely(tree, {CASES: text})
    assert withheld(published) == {f"cases {unit} gender={code}" for unit in ("a1", "a2") for code in ("girl", "boy")}
    unit, breakdown = needed.split()
    row = (published["unit"] == unit) & (published["breakdown"] == breakdown)
    mutated = published.assign(mark=published["mark"].mask(row, ""))
    number = {"a1 gender=boy": 9.0, "a2 gender=girl": 20.0, "a2 gender=boy": 13.0}[needed]
    mutated.loc[row, ["numerator", "value"]] = number
    found = audited(mutated, tree, {CASES: text}).findings
    assert {(finding.unit, finding.breakdown, finding.is_exact) for finding in found} == {("a1", "gender=girl", True)}


def test_a_school_with_one_school_form_has_the_same_number_twice() -> None:
    """Its total is withheld with the cases of its form; that there is none of the other form is known to all, and is shown."""
    tree = tree_of(a=["a1", "a2", "a3", "f1", "f2"])
    text = """
    unit | all | school_form=compulsory | school_form=preschool
    m    | 93  | 60 | 33
    a    | 93  | 60 | 33
    a1   | 4   | 4  | 0
    a2   | 36  | 36 | 0
    a3   | 20  | 20 | 0
    f1   | 15  | 0  | 15
    f2   | 18  | 0  | 18"""
    assert_shown(
        safely(tree, {CASES: text}),
        CASES,
        """
        unit | all | school_form=compulsory | school_form=preschool
        m    | 93  | 60 | 33
        a    | 93  | 60 | 33
        a1   | ..  | .. | 0
        a2   | 36  | 36 | 0
        a3   | ..  | .. | 0
        f1   | 15  | 0  | 15
        f2   | 18  | 0  | 18""",
    )


@pytest.mark.parametrize(("form", "hides"), [("compulsory", True), ("preschool", False), ("", False)])
def test_what_holds_in_units_of_one_school_form_is_protected_there(form: str, hides: bool) -> None:
    """In a school no case is both open and closed: where 5 of 6 are open, 1 is closed at most. In a preschool many are both."""
    tables = {
        CASES: "unit | all\nm | 76\na | 76\na1 | 6\na2 | 30\nf1 | 40",
        OPEN: "unit | all\nm | 60\na | 60\na1 | 5\na2 | 20\nf1 | 35",
        CLOSED: "unit | all\nm | 43\na | 43\na1 | 1\na2 | 9\nf1 | 33",
    }
    terms = tuple(((each.id, "numerator", ""), sign) for each, sign in ((CASES, 1), (OPEN, -1), (CLOSED, -1)))
    meanings = [Meaning(terms, is_equal=False, form=form)] if form else []
    published = protect(true(tables), definitions_of(tables), tree_of(a=["a1", "a2", "f1"]), POLICY, meanings=meanings)
    assert "closed a1" in withheld(published)
    assert bool({"cases a1", "open a1"} & withheld(published)) == hides


# ---- breakdowns -----------------------------------------------------------------------------------------------------


def test_a_breakdown_that_not_everyone_is_in_gives_no_rest_but_a_bound() -> None:
    """Cases of groups have no gender: girls and boys are at most all, so that withholding a boy's number is needed no more."""
    text = """
    unit | all | gender=girl | gender=boy
    m    | 90  | 30 | 40
    a    | 90  | 30 | 40
    a1   | 30  | 3  | 12
    a2   | 30  | 12 | 14
    a3   | 30  | 15 | 14"""
    published = safely(ONE_AREA, {CASES: text})
    hidden = withheld(published)
    assert "cases a1 gender=girl" in hidden
    assert "cases a1 gender=boy" not in hidden
    assert len(hidden) == 2


def test_a_case_of_several_types_counts_under_each_so_that_the_types_cover_all_and_overlap() -> None:
    """The types add up to more than all: one of them can be worked out from no difference, but is at most all."""
    text = """
    unit | all | case_type=attendance | case_type=social_interaction
    m    | 60  | 40 | 38
    a    | 60  | 40 | 38
    a1   | 20  | 4  | 18
    a2   | 20  | 18 | 10
    a3   | 20  | 18 | 10"""
    published = safely(ONE_AREA, {CASES: text})
    hidden = withheld(published)
    assert "cases a1 case_type=attendance" in hidden
    assert not {name for name in hidden if not name.endswith("=attendance") and not name.endswith("=social_interaction")}


NUMBERS = "unit | all\nm | {}\na | {}\na1 | {}\na2 | {}\na3 | {}\nb | {}\nb1 | {}\nb2 | {}\nb3 | {}"


def table(*numbers: int) -> str:
    """A table of the schools of two areas, with their sums."""
    a, b = sum(numbers[:3]), sum(numbers[3:])
    return NUMBERS.format(a + b, a, *numbers[:3], b, *numbers[3:])


def numbers_of(text: str) -> dict[str, str]:
    return dict(line.split(" | ") for line in text.splitlines()[1:])


def made_of(text: str, cell: Callable[[str, str], str]) -> str:
    """Another table of the same units. cell: of a unit and its number."""
    return "\n".join(["unit | all", *(f"{unit} | {cell(unit, number)}" for unit, number in numbers_of(text).items())])


def units_of(hidden: set[str], definition: Statistic) -> set[str]:
    return {name.split()[1] for name in hidden if name.split()[0] == definition.id}


def test_two_statistics_that_add_up_to_a_third_are_an_equation_too() -> None:
    """What is closed and what is open are all the cases, whatever the statistics are called."""
    tables = {CASES: table(13, 20, 30, 22, 28, 20), OPEN: table(3, 7, 12, 9, 11, 6), CLOSED: table(10, 13, 18, 13, 17, 14)}
    published = safely(TWO_AREAS, tables)
    hidden = withheld(published)
    assert "open a1" in hidden
    assert len(hidden & {"closed a1", "cases a1"}) >= 1


def test_a_number_that_two_statistics_tell_is_withheld_in_both_or_in_none() -> None:
    """The pupils of one are the denominator of the other."""
    pupils, cases = table(31, 28, 40, 22, 33, 20), table(12, 3, 20, 11, 17, 9)
    over = numbers_of(pupils)
    tables = {PUPILS: pupils, CASES: cases, SHARE: made_of(cases, lambda unit, number: f"{number}/{over[unit]}")}
    hidden = withheld(safely(TWO_AREAS, tables))
    assert len(units_of(hidden, CASES)) == 2
    assert units_of(hidden, CASES) == units_of(hidden, SHARE) >= {"a2"}


def test_two_statistics_that_differ_in_schools_are_not_the_same_since_both_are_like_a_third_that_has_areas_only() -> None:
    of_areas = "unit | all\nm | 32\na | 30\nb | 2"
    cases, visits = (
        f"{of_areas}\na1 | 30\na2 | 0\na3 | 0\n{schools}" for schools in ("b1 | 2\nb2 | 0\nb3 | 0", "b1 | 0\nb2 | 2\nb3 | 0")
    )
    absent, visited = statistic("absent", dataset="absence"), statistic("visits", dataset="visits")
    assert {"cases b1", "visits b2"} <= withheld(safely(TWO_AREAS, {absent: of_areas, CASES: cases, visited: visits}))


# ---- shares, rates and means ----------------------------------------------------------------------------------------


def test_the_other_genders_share_is_withheld_where_one_is_nearly_all() -> None:
    text = """
    unit | gender=girl | gender=boy
    m    | 130/200 | 70/200
    a    | 130/200 | 70/200
    a1   | 37/40   | 3/40
    a2   | 51/80   | 29/80
    a3   | 42/80   | 38/80"""
    marks = protected(ONE_AREA, {SHARE: text}).set_index(["unit", "breakdown"])["mark"]
    assert marks["a1", "gender=girl"] == "~100"
    assert marks["a1", "gender=boy"] == ".."
    assert (marks.loc[["m", "a"]] == "").all()
    plain = safely(ONE_AREA, {SHARE: text}, Disclosure(all_but_few=False)).set_index(["unit", "breakdown"])["mark"]
    assert plain["a1", "gender=girl"] == ".."
    assert "~100" not in set(plain)


@pytest.mark.parametrize(("boys", "sign"), [("28/30", "~100"), ("7/9", "..")])
def test_shares_that_leave_the_same_few_out_say_so_together_or_not_at_all(boys: str, sign: str) -> None:
    """No girl is outside, so that what the sign says of all it says of the boys; of nine of them nothing is said."""
    part, whole = map(int, boys.split("/"))
    row = f"{part + 20}/{whole + 20} | 20/20 | {boys}"
    text = f"unit | all | gender=girl | gender=boy\nm | {row}\na | {row}\na1 | {row}"
    published = safely(tree_of(a=["a1"]), {SHARE: text}).set_index(["unit", "breakdown"])["mark"]
    assert published["m", ""] == published["m", "gender=boy"] == sign


def test_nearly_all_is_not_said_where_it_would_tell_more_than_that() -> None:
    """Outside a1's share are 3, outside a2's 1: with 4 outside both, each sign alone would tell that it is 0 to 4."""
    text = "unit | all\nm | 116/120\na | 116/120\na1 | 37/40\na2 | 39/40\na3 | 40/40"
    published = protected(ONE_AREA, {SHARE: text})
    assert not audited(published, ONE_AREA, {SHARE: text}).findings
    assert withheld(published)


def test_a_share_of_nobody_says_so_only_where_another_figure_shows_that_there_is_nobody() -> None:
    shares = "unit | all\nm | 20/60\na | 20/60\na1 | 10/30\na2 | 0/0\na3 | 10/30"
    marks = protected(ONE_AREA, {SHARE: shares}).set_index("unit")["mark"]
    assert marks["a2"] == ".."
    cases = "unit | all\nm | 60\na | 60\na1 | 30\na2 | 0\na3 | 30"
    published = safely(ONE_AREA, {SHARE: shares, CASES: cases})
    assert_shown(published, SHARE, shares.replace("a2 | 0/0", "a2 | ."))


def test_a_rate_is_withheld_where_the_people_behind_it_are() -> None:
    """Pupils are known to all: cases per thousand pupils tells the cases."""
    pupils, cases = table(310, 280, 400, 220, 330, 200), table(13, 3, 27, 22, 28, 20)
    over = numbers_of(pupils)
    rates = made_of(cases, lambda unit, number: f"{number}/{over[unit]} of {number}")
    hidden = withheld(safely(TWO_AREAS, {PUPILS: pupils, CASES: cases, RATE: rates}))
    assert len(units_of(hidden, CASES)) == 2
    assert units_of(hidden, CASES) == units_of(hidden, RATE) >= {"a2"}


def test_a_mean_of_too_few_is_withheld_with_another_that_it_could_be_worked_out_from() -> None:
    """Six cases took 60 days, so their mean is not shown. The area's and the other schools' means give it all the same, unless
    one more is withheld."""
    cases = "unit | all\nm | 66\na | 66\na1 | 6\na2 | 30\na3 | 30"
    days = "unit | all\nm | 660/66 of 66\na | 660/66 of 66\na1 | 60/6 of 6\na2 | 270/30 of 30\na3 | 330/30 of 30"
    hidden = withheld(safely(ONE_AREA, {CASES: cases, DAYS: days}))
    assert "days a1" in hidden
    assert len(hidden & {"days a2", "days a3"}) == 1
    assert not {name for name in hidden if name.startswith("cases")}


def test_groups_are_withheld_where_the_pupils_behind_them_are() -> None:
    """Groups are no people, and those of two schools are one group in their area; but a group of three pupils is."""
    groups, pupils = statistic("groups"), table(13, 3, 27, 22, 28, 20)
    text = made_of(pupils, lambda unit, number: f"{1 + int(number) // 12} of {number}")
    hidden = withheld(protected(TWO_AREAS, {CASES: pupils, groups: text}))
    assert len(units_of(hidden, CASES)) == 2
    assert units_of(hidden, CASES) == units_of(hidden, groups) >= {"a2"}


# ---- public numbers -------------------------------------------------------------------------------------------------


def test_enrolment_is_withheld_for_the_sake_of_enrolment_only() -> None:
    """Readers may know a school's pupils from elsewhere: hiding them would protect no case."""
    pupils = table(31, 4, 40, 22, 33, 20)
    cases = table(12, 3, 20, 11, 17, 9)
    hidden = withheld(safely(TWO_AREAS, {PUPILS: pupils, CASES: cases}))
    assert len(units_of(hidden, PUPILS)) == len(units_of(hidden, CASES)) == 2


def test_series_of_other_data_that_add_up_by_chance_are_no_relation() -> None:
    """In a few small numbers anything adds up to something; in those of many schools nothing does."""
    few = "unit | all\nm | {}\na | {}\na1 | \nb | {}\nb1 | "
    one, other, sums = (few.format(sum(n), *n) for n in ((4, 7), (6, 8), (10, 15)))
    tables = {CASES: one, statistic("visits", dataset="visits"): other, statistic("absent", dataset="absence"): sums}
    tree = tree_of(a=["a1"], b=["b1"])
    assert withheld(safely(tree, tables)) == {"cases a", "cases b"}
    alike = {definition: text for definition, text in zip((CASES, OPEN, CLOSED), tables.values(), strict=True)}
    assert withheld(safely(tree, alike)) > {"cases a", "cases b", "open a", "open b"}

"""Counting: tidy rows in, one row per school year, unit and breakdown out, rolled up and with its zeros."""

import pandas as pd

from sqa_lib.metrics.tally import breakdown_key, counts, distinct, melt_flags, ratios, shares, shares_of_authority
from sqa_lib.units import Unit, UnitTree
from tests.spec import assert_table, table

CASES = """
    school_year | unit | gender | level
    2020/21     | n1   | girl   | individual
    2020/21     | n1   | boy    | individual
    2020/21     | n1   |        | group
    2020/21     | s1   | boy    | individual
"""


def test_rows_are_counted_at_their_school_and_all_units_above(tree: UnitTree) -> None:
    """A school without a row says 0; preschools are left out where no row comes from one."""
    assert_table(
        counts(table(CASES), tree),
        """
        school_year | unit  | breakdown | numerator | denominator | people
        2020/21     | all   |           | 4         |             | 4
        2020/21     | north |           | 3         |             | 3
        2020/21     | south |           | 1         |             | 1
        2020/21     | n1    |           | 3         |             | 3
        2020/21     | n2    |           | 0         |             | 0
        2020/21     | s1    |           | 1         |             | 1
        """,
    )


def test_a_breakdown_has_every_code_and_a_missing_one_counts_in_none(tree: UnitTree) -> None:
    assert_table(
        counts(table(CASES), tree, [("gender",)], levels=("municipality", "area")),
        """
        unit  | breakdown   | numerator
        all   | gender=girl | 1
        all   | gender=boy  | 2
        north | gender=girl | 1
        north | gender=boy  | 1
        south | gender=girl | 0
        south | gender=boy  | 1
        """,
    )


def test_an_open_dimension_has_the_codes_that_any_row_has(tree: UnitTree) -> None:
    """Whatever the unit or the year; a code that the codebook gets for another report changes nothing."""
    rows = table(
        """
        school_year | unit | language
        2019/20     | n1   | somali
        2020/21     | s1   | arabic
        """
    )
    assert_table(
        counts(rows, tree, [("language",)], levels=("area",)),
        """
        school_year | unit  | breakdown       | numerator
        2019/20     | north | language=arabic | 0
        2019/20     | north | language=somali | 1
        2019/20     | south | language=arabic | 0
        2019/20     | south | language=somali | 0
        2020/21     | north | language=arabic | 0
        2020/21     | north | language=somali | 0
        2020/21     | south | language=arabic | 1
        2020/21     | south | language=somali | 0
        """,
    )


def test_what_no_row_tells_is_no_breakdown(tree: UnitTree) -> None:
    """As when the file lacks a column that it may lack: 0 girls and 0 boys would be untrue."""
    rows = table("school_year | unit | gender\n2020/21 | n1 |\n2020/21 | s1 |")
    found = counts(rows, tree, [(), ("gender",)], levels=("municipality",))
    assert_table(found, "unit | breakdown | numerator\nall | | 2")


def test_units_of_another_school_form_than_the_rows_have_no_figure() -> None:
    """A compulsory school without a row says 0; an upper-secondary one, and an area of such, say nothing."""
    forms = UnitTree(
        (
            Unit("all", "Lavhedens kommun", "municipality", school_forms=("compulsory", "upper_secondary")),
            Unit("north", "Skolområde Norr", "area", "all", ("compulsory",)),
            Unit("town", "Skolområde Stad", "area", "all", ("upper_secondary",)),
            Unit("n1", "Granskolan", "school", "north", ("compulsory",)),
            Unit("n2", "Tallskolan", "school", "north", ("compulsory",)),
            Unit("g1", "Lärkgymnasiet", "school", "town", ("upper_secondary",)),
        )
    )
    rows = table("school_year | unit | group\n2020/21 | n1 | a\n2020/21 | n1 | b")
    expected = "unit | numerator\nall | 2\nnorth | 2\nn1 | 2\nn2 | 0"
    assert_table(counts(rows, forms), expected)
    assert_table(counts(rows, forms, levels=("municipality", "area", "school")), expected)
    assert_table(distinct(rows, forms, ["group"], where=rows["group"].notna()), expected)


def test_margins_and_cells_stand_in_one_table_with_dimensions_in_alphabetical_order(tree: UnitTree) -> None:
    found = counts(table(CASES), tree, [(), ("level", "gender")], levels=("municipality",))
    assert_table(
        found,
        """
        unit | breakdown                   | numerator
        all  |                             | 4
        all  | gender=girl;level=individual | 1
        all  | gender=girl;level=group      | 0
        all  | gender=girl;level=school     | 0
        all  | gender=girl;level=none       | 0
        all  | gender=boy;level=individual  | 2
        all  | gender=boy;level=group       | 0
        all  | gender=boy;level=school      | 0
        all  | gender=boy;level=none        | 0
        """,
    )
    assert breakdown_key(level="group", gender="boy") in set(found["breakdown"])


def test_codes_are_gathered_into_groups_that_need_no_column_of_their_own(tree: UnitTree) -> None:
    years = table(
        """
        school_year | unit | year | pupils
        2020/21     | n1   | F    | 5
        2020/21     | n1   | 3    | 7
        2020/21     | n1   | 4    | 11
        """,
        numbers=("pupils",),
    )
    assert_table(
        counts(years, tree, [("stage",)], of="pupils", levels=("municipality",)),
        """
        unit | breakdown | numerator
        all  | stage=F-3 | 12
        all  | stage=4-6 | 11
        all  | stage=7-9 | 0
        """,
    )


def test_a_column_is_summed_where_rows_stand_for_many(tree: UnitTree) -> None:
    enrolment = table(
        """
        school_year | unit | gender | pupils
        2020/21     | n1   | girl   | 20
        2020/21     | n1   | boy    | 22
        2020/21     | n2   | girl   | 0
        2020/21     | np   | girl   | 12
        """,
        numbers=("pupils",),
    )
    assert_table(
        counts(enrolment, tree, of="pupils"),
        """
        unit  | numerator
        all   | 54
        north | 54
        south | 0
        n1    | 42
        n2    | 0
        s1    | 0
        np    | 12
        """,
    )


def test_a_year_in_which_no_row_counts_says_0(tree: UnitTree) -> None:
    rows = table(
        """
        school_year | unit | closed
        2019/20     | n1   | 2020-02-01
        2020/21     | n1   |
        2020/21     | s1   | 2021-03-01
        """
    )
    assert_table(
        counts(rows, tree, levels=("municipality", "school"), where=rows["closed"].isna()),
        """
        school_year | unit | numerator
        2019/20     | all  | 0
        2019/20     | n1   | 0
        2019/20     | n2   | 0
        2019/20     | s1   | 0
        2020/21     | all  | 1
        2020/21     | n1   | 1
        2020/21     | n2   | 0
        2020/21     | s1   | 0
        """,
    )


def test_a_share_is_the_part_of_the_same_unit_year_and_breakdown(tree: UnitTree) -> None:
    """`drop` names the dimension that the whole lacks. The people behind a share are its denominator."""
    rows = table(CASES)
    part, whole = counts(rows, tree, [("level", "gender")]), counts(rows, tree, [("gender",)])
    found = shares(part, whole, drop=("level",))
    individual = found[found["breakdown"].str.contains("individual") & found["unit"].isin(["all", "north", "n2"])]
    assert_table(
        individual,
        """
        unit  | breakdown                    | numerator | denominator | people
        all   | gender=girl;level=individual | 1         | 1           | 1
        all   | gender=boy;level=individual  | 2         | 2           | 2
        north | gender=girl;level=individual | 1         | 1           | 1
        north | gender=boy;level=individual  | 1         | 1           | 1
        n2    | gender=girl;level=individual | 0         | 0           | 0
        n2    | gender=boy;level=individual  | 0         | 0           | 0
        """,
    )


def test_a_share_without_a_whole_has_no_denominator(tree: UnitTree) -> None:
    now = table("school_year | unit\n2020/21 | n1")
    before = table("school_year | unit\n2019/20 | n1")
    found = shares(counts(now, tree, levels=("municipality",)), counts(before, tree, levels=("municipality",)))
    assert_table(found, "school_year | unit | numerator | denominator\n2020/21 | all | 1 |")


def test_shares_of_the_authority_spread_the_whole_over_its_parts(tree: UnitTree) -> None:
    assert_table(
        shares_of_authority(counts(table(CASES), tree), tree),
        """
        unit  | numerator | denominator | people
        all   | 4         | 4           | 4
        north | 3         | 4           | 4
        south | 1         | 4           | 4
        n1    | 3         | 4           | 4
        n2    | 0         | 4           | 4
        s1    | 1         | 4           | 4
        """,
    )


def test_a_group_with_pupils_of_two_schools_counts_once_above_them(tree: UnitTree) -> None:
    rows = table(
        """
        school_year | unit | group | place
        2019/20     | n1   | ara-1 | on_site
        2020/21     | n1   | ara-1 | remote
        2020/21     | n1   | ara-1 | remote
        2020/21     | n2   | ara-1 | remote
        2020/21     | n2   | fin-1 | remote
        2020/21     | s1   | fin-1 | remote
        2020/21     | s1   | rus-1 | on_site
        """
    )
    expected = """
        school_year | unit  | numerator
        2019/20     | all   | 0
        2019/20     | north | 0
        2019/20     | south | 0
        2019/20     | n1    | 0
        2019/20     | n2    | 0
        2019/20     | s1    | 0
        2020/21     | all   | 2
        2020/21     | north | 2
        2020/21     | south | 1
        2020/21     | n1    | 1
        2020/21     | n2    | 2
        2020/21     | s1    | 1
        """
    assert_table(distinct(rows, tree, ["group"], where=rows["place"] == "remote"), expected)


def test_pairs_of_school_and_language_add_up(tree: UnitTree) -> None:
    """Had they been taught on site, each school would have had a group of its own."""
    rows = table("school_year | unit | language\n2020/21 | n1 | finnish\n2020/21 | n2 | finnish\n2020/21 | n2 | finnish")
    found = distinct(rows, tree, ["own_unit", "language"], where=rows["language"].notna())
    assert_table(
        found[found["unit"].isin(["all", "n1", "n2"])],
        """
        unit | numerator
        all  | 2
        n1   | 1
        n2   | 1
        """,
    )


def test_a_ratio_knows_the_people_behind_it(tree: UnitTree) -> None:
    rows = table(
        "school_year | unit | hours | scheduled | pupils\n2020/21 | n1 | 90 | 1000 | 12", ("hours", "scheduled", "pupils")
    )
    hours, scheduled, pupils = (
        counts(rows, tree, of=name, levels=("municipality",)) for name in ("hours", "scheduled", "pupils")
    )
    expected = "unit | numerator | denominator | people\nall | 90 | 1000 | {}"
    assert_table(ratios(hours, scheduled, people=pupils), expected.format(12))
    assert_table(ratios(hours, scheduled), expected.format(1000))


def test_flags_become_rows_and_an_open_answer_none() -> None:
    rows = table(
        """
        unit | mapping_1 | mapping_2
        n1   | True      | False
        n2   |           | True
        """
    )
    answers = rows.assign(**{name: rows[name].map({"True": True, "False": False}) for name in ("mapping_1", "mapping_2")})
    assert_table(
        melt_flags(answers, "mapping_step", {"mapping_1": "step_1", "mapping_2": "step_2_literacy"}),
        """
        unit | mapping_step    | is_so
        n1   | step_1          | 1
        n1   | step_2_literacy | 0
        n2   | step_2_literacy | 1
        """,
    )


def test_the_demos_schools_add_up_to_their_areas_and_the_areas_to_the_municipality(
    demo_statistics: pd.DataFrame, demo_tree: UnitTree
) -> None:
    """For every count but those of distinct groups, which units may share."""
    counted = demo_statistics[demo_statistics["denominator"].isna() & (demo_statistics["people"] == demo_statistics["numerator"])]
    levels = counted.assign(level=counted["unit"].map({unit.code: unit.level for unit in demo_tree.units}))
    sums = levels.pivot_table("numerator", ["statistic", "school_year", "breakdown"], "level", aggfunc="sum", observed=True)
    below = sums[["school", "preschool"]].sum(axis=1).where(sums["school"].notna() | sums["preschool"].notna())
    assert len(sums) > 300
    assert (sums["area"] - sums["municipality"]).abs().max() < 1e-6
    # of the preschools' cases only the number is given for each of them; the rest is told of their area
    finer = ["open_cases", "health_cases", "health_cases_type", "health_cases_profession"]
    has_schools = below.notna() & (sums["preschool"].notna() | ~sums.index.get_level_values("statistic").isin(finer))
    assert (below[has_schools] - sums.loc[has_schools, "municipality"]).abs().max() < 1e-6


ANSWERS = """
    school_year | unit | survey_item | year | is_so
    2019/20     | n1   | safe        | 4    | 1
    2019/20     | n1   | pain        | 4    | 0
    2020/21     | n1   | pain        |      | 1
    2020/21     | s1   | pain        |      | 0
"""


def test_a_question_that_nobody_answered_in_a_year_was_not_asked_and_has_no_figure(tree: UnitTree) -> None:
    """That it is not asked is not that nobody says so: pain is 0 in the south in 2019/20, safe has no figure in 2020/21."""
    assert_table(
        counts(table(ANSWERS), tree, [("survey_item",)], of="is_so", levels=("area",)),
        """
        school_year | unit  | breakdown        | numerator
        2019/20     | north | survey_item=pain | 0
        2019/20     | north | survey_item=safe | 1
        2019/20     | south | survey_item=pain | 0
        2019/20     | south | survey_item=safe | 0
        2020/21     | north | survey_item=pain | 1
        2020/21     | south | survey_item=pain | 0
        """,
    )


def test_a_column_that_is_empty_in_a_year_gives_no_figure_by_its_codes_in_that_year(tree: UnitTree) -> None:
    rows = table(ANSWERS)
    found = counts(rows, tree, [("year",), ()], levels=("municipality",))
    assert sorted(set(found.loc[found["breakdown"] != "", "school_year"])) == ["2019/20"]
    assert found.loc[found["breakdown"] == "", ["school_year", "numerator"]].values.tolist() == [["2019/20", 2], ["2020/21", 2]]

"""Blocks: which rows and series are shown, and in which order."""

from tests.section.figures import block, count, counts
from tests.section.units import SmallView, published, rows


def test_rows_sort_by_size_then_withheld_then_zeros_then_missing() -> None:
    made = counts(none=0, gone=".", small=6, hidden="..", large=40)
    assert made.sorted_by_size().rows == ("large", "small", "hidden", "none", "gone")


def test_rows_of_equal_size_keep_their_order() -> None:
    assert counts(b=7, a=7, c=9).sorted_by_size().rows == ("c", "b", "a")


def test_rows_that_say_nothing_are_left_out_and_withheld_ones_are_kept() -> None:
    made = counts(none=0, gone=".", hidden="..", nearly="~100", some=6)
    assert made.without_empty_rows().rows == ("hidden", "nearly", "some")
    assert set(made.without_empty_rows().cells) == {(row, "Antal") for row in ("hidden", "nearly", "some")}


def test_a_row_with_a_figure_in_any_series_is_kept() -> None:
    made = block({"a": {"x": count(0), "y": count(7)}, "b": {"x": count(0), "y": count(".")}})
    assert made.without_empty_rows().rows == ("a",)
    assert made.with_known_rows().rows == ("a",)


def test_a_series_without_any_figure_is_left_out() -> None:
    made = block(
        {"a": {"x": count(5), "y": count("."), "z": count("..")}, "b": {"x": count("."), "y": count("."), "z": count(".")}}
    )
    assert made.without_missing_series().series == ("x", "z")
    assert ("a", "y") not in made.without_missing_series().cells


def test_the_size_is_the_number_of_figures_shown() -> None:
    made = counts(none=0, gone=".", hidden="..", some=6)
    assert (made.size, [cell.value for cell in made.known()]) == (2, [0, 6])


def test_of_many_school_years_the_latest_stand_side_by_side_and_all_as_rows() -> None:
    years = ("2017/18", "2018/19", "2019/20", "2020/21")
    view = SmallView(published(*(rows("pupils", {"all": (100, 0)}, year) for year in years)))
    assert view.block("pupils", "units", "school_year").series == years[1:]
    assert view.block("pupils", "school_year").rows == years

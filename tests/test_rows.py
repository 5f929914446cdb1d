"""Published figures are kept so that a section reads those of the units that it asks for, and no others."""

from pathlib import Path

import pandas as pd
import pytest
from pyarrow import parquet

from sqa_lib.disclosure import PUBLISHED
from sqa_lib.rows import TABLE, Extent, KeptRows, TableRows, in_groups, keep_rows
from sqa_lib.units import UnitTree
from tests.spec import table

ROWS = """
    statistic | school_year     | unit  | breakdown   | numerator | value | mark
    cases     | 2020/21         | s1    |             |           |       | ..
    cases     | 2020/21         | n2    | gender=girl | 7         | 7     |
    cases     | 2020/21         | all   |             | 15        | 15    |
    cases     | 2019/20–2020/21 | n1    |             | 9         | 9     |
    grades    | 2020/21         | riket |             | 80        | 80    |
    cases     | 2020/21         | north |             | 10        | 10    |
    cases     | 2019/20         | n1    |             | 3         | 3     |
"""


@pytest.fixture
def rows(tree: UnitTree) -> pd.DataFrame:
    """In the order in which they are kept."""
    found = table(ROWS, numbers=("numerator", "value")).assign(denominator=float("nan"), low=float("nan"), high=float("nan"))
    found[["breakdown", "mark"]] = found[["breakdown", "mark"]].fillna("")
    return in_groups(found[PUBLISHED], tree)


@pytest.fixture
def kept(rows: pd.DataFrame, tree: UnitTree, tmp_path: Path) -> KeptRows:
    keep_rows(rows, tree, tmp_path, lambda path, save: save(path))
    return KeptRows(tmp_path)


def test_the_authority_and_the_country_come_first_then_each_area_with_all_below_it(rows: pd.DataFrame) -> None:
    assert list(rows["unit"]) == ["all", "riket", "n2", "n1", "north", "n1", "s1"]


def test_what_is_kept_is_what_was_given(kept: KeptRows, rows: pd.DataFrame) -> None:
    given = TableRows(rows)
    pd.testing.assert_frame_equal(kept.table, rows)
    assert kept.units == given.units == {"all", "riket", "north", "n1", "n2", "s1"}
    assert kept.extents == given.extents
    for unit in sorted(kept.units):
        pd.testing.assert_frame_equal(kept.of(unit).reset_index(drop=True), given.of(unit).reset_index(drop=True))


def test_the_extent_of_a_statistic_is_that_in_all_units(kept: KeptRows) -> None:
    assert kept.extents["cases"] == Extent(("2019/20", "2019/20–2020/21", "2020/21"), ("", "gender=girl"))
    assert kept.extents["grades"] == Extent(("2020/21",), ("",))


def test_one_unit_is_read_without_other_areas(kept: KeptRows) -> None:
    """What lies beyond the group of the unit's own area is never looked at: here it is broken."""
    path = kept.folder / TABLE
    file = parquet.ParquetFile(path)
    assert file.num_row_groups == 3
    columns = (file.metadata.row_group(2).column(at) for at in range(len(PUBLISHED)))
    starts = [column.dictionary_page_offset or column.data_page_offset for column in columns]
    content = bytearray(path.read_bytes())
    for start in starts:
        content[start : start + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert list(kept.of("n1")["value"]) == [9, 3]
    with pytest.raises(OSError):
        kept.of("s1")


def test_a_unit_without_rows_has_none(kept: KeptRows, rows: pd.DataFrame) -> None:
    assert list(kept.of("nowhere").columns) == PUBLISHED
    assert len(kept.of("nowhere")) == len(TableRows(rows).of("nowhere")) == 0


def test_no_rows_at_all_can_be_kept(rows: pd.DataFrame, tree: UnitTree, tmp_path: Path) -> None:
    keep_rows(rows.iloc[:0], tree, tmp_path, lambda path, save: save(path))
    kept = KeptRows(tmp_path)
    assert (len(kept.table), kept.units, kept.extents, len(kept.of("all"))) == (0, frozenset(), {}, 0)

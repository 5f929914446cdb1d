"""Files as authorities have them: every cell as text, every row with Excel's number; what can't be read is told of."""

import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from sqa_lib.sources.files import find_file, read_cells, text_of
from sqa_lib.sources.problems import SourceError

TEXT = "Skolår;Antal;Datum\n2020/21;1 234;2020-09-14\n\n;;\nÅrsta;1,5;\n"
CELLS = pd.DataFrame(
    {"Skolår": ["2020/21", "Årsta"], "Antal": ["1 234", "1,5"], "Datum": ["2020-09-14", ""]},
    index=pd.Index([2, 5], name="row"),
    dtype="str",
)


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_encodings_and_line_ends_of_excel_read_alike(tmp_path, encoding, line_end):
    table = read_cells(write(tmp_path / "a.csv", TEXT.replace("\n", line_end).encode(encoding)))
    pd.testing.assert_frame_equal(table.cells, CELLS)


def test_csv_cells_are_as_delivered(tmp_path):
    table = read_cells(write(tmp_path / "a.csv", 'A;B\n" två  ord ";"rad 1\nrad 2"\n"med ; och ""citat""";x\n'))
    assert table.cells.values.tolist() == [[" två  ord ", "rad 1\nrad 2"], ['med ; och "citat"', "x"]]
    assert table.cells.index.tolist() == [2, 3], "a row is a row of Excel, not a line of the file"


def test_xlsx_reads_as_csv(tmp_path):
    workbook = Workbook()
    workbook.create_sheet("tomt blad")
    for row in (["Skolår", "Antal", "Datum"], ["2020/21", "1 234", datetime.date(2020, 9, 14)], [], [], ["Årsta", 1.5, None]):
        workbook.active.append(row)
    workbook.save(tmp_path / "a.xlsx")
    pd.testing.assert_frame_equal(read_cells(tmp_path / "a.xlsx").cells, CELLS)


def test_parquet_reads_as_csv(tmp_path):
    CELLS.assign(Datum=[datetime.date(2020, 9, 14), None]).to_parquet(tmp_path / "a.parquet", index=False)
    assert read_cells(tmp_path / "a.parquet").cells.values.tolist() == CELLS.values.tolist()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"), (1.5, "1,5"), (1e-7, "0,0000001"), (1e16, "10000000000000000"), (float("nan"), ""), (7, "7"), (True, "Ja"),
        (None, ""), (datetime.date(2020, 9, 4), "2020-09-04"), (datetime.datetime(2020, 9, 4), "2020-09-04"),
        (datetime.datetime(2020, 9, 4, 12, 30), "2020-09-04 12:30:00"), (["a", "b"], "a|b"), (" x ", " x "),
    ],
)  # fmt: skip
def test_a_typed_cell_is_written_as_swedish_csv_has_it(cell, text):
    assert text_of(cell) == text


def test_rows_of_another_width_are_kept_whole(tmp_path):
    table = read_cells(write(tmp_path / "a.csv", "A;B\n1;2;3\n4\n5;6;;\n"))
    assert table.cells.values.tolist() == [["1", "2;3"], ["4", ""], ["5", "6"]]
    assert table.widths.tolist() == [3, 1, 2]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "a.csv: is empty; export it again, with a header row"),
        ("a.csv", "\n1;2\n", "a.csv, row 1: has no header; the first row must hold the columns' names"),
        ("a.csv", "A,B\n1,2\n", "a.csv, row 1: 'A,B' has commas between its columns; save it with semicolons (;)"),
        ("a.csv", "A\tB\n1\t2\n", r"a.csv, row 1: 'A\tB' has tabs between its columns; save it with semicolons (;)"),
        ("a.csv", "A;B;a\n", "a.csv, row 1, column a: is the name of two columns; keep one of them"),
        ("a.csv", "A;;B\n", "a.csv, row 1: column 2 has no name; name it or take the column away"),
        (
            "a.csv",
            'A;B\n1;2\n3;"4\n',
            "a.csv, row 3: can't be parted into cells (unexpected end of data);"
            " a quotation mark opens a cell and never closes, or stands inside one: write it twice",
        ),
        (
            "a.csv",
            "A;B\n".encode("utf-16"),
            "a.csv: is neither UTF-8 nor Windows-1252 text; save it as CSV UTF-8 (semicolon)",
        ),
        (
            "a.xlsx",
            "not a workbook",
            "a.xlsx: can't be read as an Excel file (invalid Zip archive: Could not find EOCD);"
            " open it in Excel and save it as .xlsx again",
        ),
        ("a.parquet", "not a parquet file", "a.parquet: can't be read as a Parquet file; write it again"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, name, content, message):
    with pytest.raises(SourceError) as error:
        read_cells(write(tmp_path / name, content))
    assert str(error.value) == message


def test_two_sheets_with_content_are_refused(tmp_path):
    workbook = Workbook()
    workbook.active.append(["A"])
    workbook.create_sheet("ett till").append(["B"])
    workbook.save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match=r"has 2 sheets with content \(.+, .+\); keep one sheet a file; one may be hidden"):
        read_cells(tmp_path / "a.xlsx")


def test_a_missing_file_names_a_file_that_is_like_it(tmp_path):
    write(tmp_path / "elver.csv", TEXT)
    with pytest.raises(SourceError) as error:
        find_file(tmp_path, "elever")
    expected = f"elever: is not there; put it in {tmp_path.name}/, as .csv, .xlsx, .parquet (did you mean elver.csv?)"
    assert str(error.value) == expected


def test_two_files_of_one_dataset_are_refused(tmp_path):
    write(tmp_path / "elever.csv", TEXT)
    write(tmp_path / "Elever.XLSX", TEXT)
    with pytest.raises(SourceError, match=r"Elever.XLSX: is there also as elever.csv; keep the one that is right"):
        find_file(tmp_path, "elever")


def test_a_missing_folder(tmp_path):
    with pytest.raises(SourceError, match="no such folder"):
        find_file(tmp_path / "none", "elever")


def test_a_file_that_went_away(tmp_path):
    with pytest.raises(SourceError, match=r"elever.csv: is not there"):
        read_cells(tmp_path / "elever.csv")


@pytest.mark.parametrize(
    "text",
    ["sep=;\nLäsår;Antal\n2020/21;3\n", "SEP=;\r\nLäsår;Antal\r\n2020/21;3\r\n", "\ufeff\ufeffLäsår;Antal\n2020/21;3\n",
     "Läs\u200bår;\u2060Antal\n2020/21;3\n", "Läs\u00adår;Antal\u200e\n2020/21;3\n"],
)  # fmt: skip
def test_what_nobody_sees_in_excel_is_no_part_of_the_header_and_no_row(text: str, tmp_path: Path) -> None:
    (tmp_path / "elever.csv").write_bytes(text.encode())
    table = read_cells(tmp_path / "elever.csv")
    assert list(table.cells.columns) == ["Läsår", "Antal"]
    assert table.cells.loc[2].tolist() == ["2020/21", "3"]

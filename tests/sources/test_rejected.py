"""Rejected rows on disk and problems on the screen."""

import pandas as pd
import pytest
from rich.console import Console
from source_samples import csv_text

from sqa_lib.sources.check import load
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.rejected import write_rejected
from sqa_lib.sources.show import show

HEADER = "Läsår;Skolenhetskod;Årskurs;Kön;Antal"


def test_rejected_rows_are_written_as_delivered_with_row_number_and_reasons(folder, tmp_path):
    (folder / "elever.csv").write_text(f"{HEADER}\n2020/21;99000001;4;Flicka;1\n2020/21;99000001;4;Kvinna; -3 \n", "utf-8")
    written = write_rejected(load(folder, "2020/21"), tmp_path / "rejected")
    assert [path.name for path in written] == ["enrolment.csv", "problems.csv"]
    assert written[0].read_bytes().decode("utf-8") == (
        f"\ufeff{HEADER};rad;orsak\r\n2020/21;99000001;4;Kvinna; -3 ;3;"
        '"Kön: is not an allowed word (one of: Flicka, Pojke);'
        ' Antal: is less than 0 (a number from 0, such as 1 234, or a mark: . .. ... - ~100)"\r\n'
    )
    problems = pd.read_csv(written[1], sep=";", encoding="utf-8-sig")
    assert problems[["file", "row", "column", "value"]].values.tolist() == [
        ["elever.csv", 3, "Kön", "Kvinna"],
        ["elever.csv", 3, "Antal", " -3 "],
    ]


def test_files_of_an_earlier_run_go_away(folder, tmp_path):
    (folder / "elever.csv").write_text(f"{HEADER}\n2020/21;99000001;4;Kvinna;1\n", "utf-8")
    write_rejected(load(folder, "2020/21"), tmp_path / "rejected")
    (folder / "elever.csv").write_text(f"{HEADER}\n2020/21;99000001;4;Flicka;1\n", "utf-8")
    assert write_rejected(load(folder, "2020/21"), tmp_path / "rejected") == []
    assert list((tmp_path / "rejected").iterdir()) == []


def test_no_folder_is_made_for_nothing(folder, tmp_path):
    assert write_rejected(load(folder, "2020/21"), tmp_path / "rejected") == []
    assert not (tmp_path / "rejected").exists()


@pytest.fixture
def printed(folder, tmp_path):
    """What is printed for a folder, as lines."""

    def lines() -> list[str]:
        console = Console(width=200, record=True, file=(tmp_path / "screen.txt").open("w", encoding="utf-8"))
        show(load(folder, "2020/21"), tmp_path / "rejected", console)
        return console.export_text().splitlines()

    return lines


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line[1:-1].split("│")]


def test_the_summary_counts_every_dataset(printed):
    lines = printed()
    assert ["enrolment", "elever.csv", "1", "1", "0"] in map(cells, lines)
    assert ["Total", "", *[str(len(DATASETS))] * 2, "0"] in map(cells, lines)
    assert not any("roblem" in line for line in lines)


def test_a_long_list_of_like_problems_is_cut_and_says_where_the_rest_is(folder, printed):
    rows = [{"row_id": str(n), "gender": "[red]x"} for n in range(9)]
    (folder / "nyanlanda.csv").write_text(csv_text(DATASETS["newly_arrived"], *rows, {"gender": ""}), "utf-8")
    lines = printed()
    problems = [cells(line) for line in lines if line.startswith("│ nyanlanda.csv") or "more like this" in line]
    like = ["Kön", "[red]x", "is not an allowed word", "one of: Flicka, Pojke"]
    assert problems == [
        *(["nyanlanda.csv", str(row), *like] for row in range(2, 7)),
        ["", "", "", "", "… and 4 more like this", ""],
        ["nyanlanda.csv", "11", "Kön", "", "is empty", "one of: Flicka, Pojke"],
    ]
    assert any(line.startswith("10 problems, all of them in ") for line in lines)

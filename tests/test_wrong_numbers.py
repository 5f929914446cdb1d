"""What real exports do, and `sqa check` must say: each fault with its brothers, in a report of five schools that is whole.

Nothing of the library is called but its command line, so that these can be run against any version of it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import sqa
from tests.faults import Files, whole, write_files
from tests.small_project import write_project

DATASETS = ["school_units", "enrolment", "absence", "newly_arrived"]
UNIT, OTHER, LAST, YEAR = "99000002", "99000004", "2019/20", "2020/21"
Change = Callable[[Files], object]


def said(files: Files, root: Path) -> tuple[int, str]:
    write_project(root, datasets=DATASETS)
    write_files(files, root / "data" / "small")
    done = sqa(root, "check", "small")
    return done.code, " ".join(done.out.split())


def test_of_whole_data_nothing_is_said(tmp_path: Path) -> None:
    code, text = said(whole(), tmp_path)
    assert (code, "No problems." in text) == (0, True)


# ---- changes --------------------------------------------------------------------------------------------------------


def cells(name: str, column: str, to: Callable[[str], str], *, year: str = YEAR, group: str = "", gender: str = "") -> Change:
    """The cells of a column of one unit and year are others."""

    def change(files: Files) -> None:
        heads, *rows = files[name]
        for row in rows:
            own = dict(zip(heads, row, strict=True))
            is_of_it = own["Skolenhetskod"] == UNIT and own["Läsår"] == year
            if is_of_it and group in ("", own["Årskurs"]) and gender in ("", own["Kön"]):
                row[heads.index(column)] = to(row[heads.index(column)])

    return change


def left_out(name: str, *, year: str = YEAR, group: str = "", gender: str = "") -> Change:
    def change(files: Files) -> None:
        heads, *rows = files[name]
        files[name] = [
            heads,
            *(
                row
                for row, own in ((row, dict(zip(heads, row, strict=True))) for row in rows)
                if not (
                    own["Skolenhetskod"] == UNIT
                    and own["Läsår"] == year
                    and group in ("", own["Årskurs"])
                    and gender in ("", own["Kön"])
                )
            ),
        ]

    return change


def rows_of(name: str, unit: str, year: str) -> Change:
    """What a unit says of a year is what another unit, or another year, says: all but whose it is."""

    def change(files: Files) -> None:
        heads, *rows = files[name]
        at = heads.index("Läsår"), heads.index("Skolenhetskod")
        source = [list(row) for row in rows if (row[at[0]], row[at[1]]) == (year, unit)]
        for row in source:
            row[at[0]], row[at[1]] = YEAR, UNIT
        files[name] = [heads, *(row for row in rows if (row[at[0]], row[at[1]]) != (YEAR, UNIT)), *source]

    return change


def more_arrived(files: Files) -> None:
    """As many newly arrived pupils as the school has pupils, and a hundred more."""
    like = next(row for row in files["nyanlanda"] if row[1:3] == [YEAR, UNIT])
    files["nyanlanda"] += [[f"MER-{number}", *like[1:]] for number in range(400)]


def twice(files: Files) -> None:
    again = [[f"{row[0]}-igen", *row[1:]] for row in files["nyanlanda"] if row[1] == YEAR]
    files["nyanlanda"] += again * 2


def swapped(files: Files) -> None:
    for row in files["franvaro"][1:]:
        if row[:2] == [YEAR, UNIT]:
            row[6], row[7] = row[7], row[6]


def ten_times(cell: str) -> str:
    return f"{cell}0" if "," not in cell else cell.replace(",", "")


def a_tenth(cell: str) -> str:
    return cell.partition(",")[0][:-1] or "0"


VALID, INVALID, HOURS, HIGH = (
    "Giltig frånvaro timmar", "Ogiltig frånvaro timmar", "Schemalagda timmar", "Elever med hög frånvaro",
)  # fmt: skip
CASES: dict[str, tuple[Change, str]] = {
    # a number that is not there
    "`..` in a cell of the pupils": (cells("elever", "Antal", lambda _: "..", group="4", gender="Flicka"), "is no number"),
    "`.` in a cell of the pupils": (cells("elever", "Antal", lambda _: ".", group="4", gender="Flicka"), "is no number"),
    "`-` in last year's pupils": (cells("elever", "Antal", lambda _: "-", year=LAST, group="5"), "is no number"),
    "`…` in hours": (cells("franvaro", VALID, lambda _: "…", group="6", gender="Pojke"), "is no number"),
    "`.` in all hours of a school": (cells("franvaro", HOURS, lambda _: "."), "is no number"),
    "`~100` among pupils with high absence": (cells("franvaro", HIGH, lambda _: "~100", group="4"), "is no number"),
    # what was not delivered
    "a school's absence": (left_out("franvaro"), f"Tallskolan ({UNIT}), {YEAR}: no rows"),
    "a school's absence last year": (left_out("franvaro", year=LAST), f"Tallskolan ({UNIT}), {LAST}: no rows"),
    "a school's pupils": (left_out("elever"), f"Tallskolan ({UNIT}), {YEAR}: no rows"),
    "a year group's pupils": (left_out("elever", group="5"), f"Tallskolan ({UNIT}), {YEAR}, årskurs 5, flickor: no row"),
    "a row of the pupils": (left_out("elever", group="6", gender="Pojke"), f"{YEAR}, årskurs 6, pojkar: no row"),
    "a row of the absence": (left_out("franvaro", group="6", gender="Pojke"), f"{YEAR}, årskurs 6, pojkar: no row"),
    # zeros and digits
    "no absence at all": (cells("franvaro", VALID, lambda _: "0"), f"Tallskolan ({UNIT}), {YEAR}: Giltig frånvaro timmar 0"),
    "no unauthorised absence": (cells("franvaro", INVALID, lambda _: "0"), f"({UNIT}), {YEAR}: Ogiltig frånvaro timmar 0"),
    "a year group ten times": (cells("elever", "Antal", ten_times, group="4", gender="Flicka"), "about ten times"),
    "a year group a tenth": (
        cells("elever", "Antal", a_tenth, group="4", gender="Flicka"),
        f"({UNIT}), {YEAR}, årskurs 4, flickor",
    ),
    "hours ten times": (cells("franvaro", HOURS, ten_times, group="5", gender="Pojke"), "Schemalagda timmar"),
    "absence ten times": (cells("franvaro", VALID, ten_times), f"({UNIT}), {YEAR}: Giltig frånvaro timmar"),
    # parts over their whole
    "a year group not delivered whole": (cells("elever", "Antal", lambda _: "2", group="5"), "but Antal 2 in elever"),
    "more newly arrived than pupils": (more_arrived, "error newly-arrived-above-pupils"),
    "more with high absence than pupils": (cells("franvaro", HIGH, lambda _: "90", group="4"), "error absence-high-above-pupils"),
    "more absent hours than hours": (cells("franvaro", VALID, lambda _: "99999", group="4"), "is more than Schemalagda timmar"),
    "absence of other pupils": (cells("franvaro", "Elever", lambda _: "90", group="4"), "Elever 90, but Antal"),
    "fewer pupils than in the absence": (cells("elever", "Antal", a_tenth, group="6"), "in elever"),
    # rows of others
    "last year's hours once more": (rows_of("franvaro", UNIT, LAST), f"({UNIT}), {YEAR}: 6 of 6 rows say the same as its own"),
    "another school's hours": (
        rows_of("franvaro", OTHER, YEAR),
        f"({UNIT}), {YEAR}: 6 of 6 rows say the same as those of {OTHER}",
    ),
    "last year's pupils once more": (rows_of("elever", UNIT, LAST), f"({UNIT}), {YEAR}: 6 of 6 rows say the same as its own"),
    "another school's pupils": (rows_of("elever", OTHER, YEAR), f"6 of 6 rows say the same as those of {OTHER}"),
    "a list delivered three times": (twice, "rows are alike another in everything but their number"),
    "swapped columns": (swapped, "columns may have been swapped"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_as_what_it_is(name: str, tmp_path: Path) -> None:
    change, words = CASES[name]
    files = whole()
    change(files)
    assert files != whole()
    _, text = said(files, tmp_path)
    assert words in text, text
    assert "No problems." not in text

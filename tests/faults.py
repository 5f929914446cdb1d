"""Faults in the input of a small report, at random: what happens to exports between the system that made them and ours.

A fault changes the files' text. What is right then is worked out by `brute_force`, from the files alone and with nothing of the
library: sums over the rows that can be read.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

Table = list[list[str]]
"""Cells, heads first."""
Files = dict[str, Table]

YEARS, GROUPS, GENDERS = ("2018/19", "2019/20", "2020/21"), ("4", "5", "6"), ("Flicka", "Pojke")
AREAS = {"99000001": "NORR", "99000002": "NORR", "99000003": "NORR", "99000004": "SÖDER", "99000005": "SÖDER"}
_HEADS = {
    "skolenheter": ["Skolenhetskod", "Skolenhet", "Skolform", "Skolområde", "Områdesnamn"],
    "elever": ["Läsår", "Skolenhetskod", "Årskurs", "Kön", "Antal"],
    "franvaro": [
        "Läsår", "Skolenhetskod", "Årskurs", "Kön", "Elever", "Schemalagda timmar", "Giltig frånvaro timmar",
        "Ogiltig frånvaro timmar", "Elever med hög frånvaro",
    ],
    "nyanlanda": [
        "Löpnummer", "Läsår", "Skolenhetskod", "Kön", "Årskurs", "Välkomstsamtal", "Kartläggning steg 1",
        "Kartläggning steg 2 litteracitet", "Kartläggning steg 2 numeracitet", "Kartläggning steg 3",
        "Individuell studieplan", "Behov av studiehandledning",
    ],
}  # fmt: skip


def whole(seed: int = 0) -> Files:
    """Five schools in two areas, three years: pupils, hours of absence, newly arrived pupils."""
    some = random.Random(seed)
    files = {name: [list(head)] for name, head in _HEADS.items()}
    for number, (unit, area) in enumerate(AREAS.items()):
        name = ("Granskolan", "Tallskolan", "Enskolan", "Videskolan", "Lindskolan")[number]
        files["skolenheter"].append([unit, name, "Grundskola", area, area.capitalize()])
    for year, unit, group, gender in product(YEARS, AREAS, GROUPS, GENDERS):
        pupils = some.randint(20, 40)
        files["elever"].append([year, unit, group, gender, str(pupils)])
        hours = 745 * pupils
        absent = (f"{hours * some.uniform(*share):.1f}".replace(".", ",") for share in ((0.04, 0.06), (0.008, 0.012)))
        files["franvaro"].append([year, unit, group, gender, str(pupils), str(hours), *absent, str(pupils // 10)])
    for number, (year, unit) in enumerate(sorted(product(YEARS, AREAS)) * 4):
        day = f"20{int(year[2:4]) + number % 2:02}-{9 if number % 2 == 0 else 3:02}-{1 + number % 28:02}"
        yes = [some.choice(("Ja", "Nej")) for _ in range(6)]
        files["nyanlanda"].append([f"NY-{number}", year, unit, some.choice(GENDERS), some.choice(GROUPS), day, *yes])
    return files


def text_of(table: Table) -> str:
    return "".join(";".join(row) + "\n" for row in table)


def write_files(files: Mapping[str, Table], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in files.items():
        (folder / f"{name}.csv").write_text(text_of(table), encoding="utf-8")


# ---- faults ---------------------------------------------------------------------------------------------------------

Fault = Callable[[Files, random.Random], str]


def _row(files: Files, some: random.Random, names: tuple[str, ...] = ("elever", "franvaro", "nyanlanda")) -> tuple[str, int]:
    name = some.choice(names)
    return name, some.randrange(1, len(files[name]))


def _number(files: Files, some: random.Random) -> tuple[Table, int, int]:
    name, row = _row(files, some, ("elever", "franvaro"))
    return files[name], row, some.randrange(4, len(files[name][0]))


def a_mark(files: Files, some: random.Random) -> str:
    table, row, column = _number(files, some)
    table[row][column] = some.choice([".", "..", "...", "…", "-", "–", "~100"])
    return f"{table[row]}"


def no_number(files: Files, some: random.Random) -> str:
    table, row, column = _number(files, some)
    table[row][column] = some.choice(["", "fel", "-3", "12 st", "1e3", "#N/A", "=A1", "NaN", "½", "1.234,5", "١٢", "∞"])
    return f"{table[row]}"


def another_spelling(files: Files, some: random.Random) -> str:
    """Of the same number: as other programs write it."""
    table, row, column = _number(files, some)
    cell = table[row][column]
    spelt = {"space": f" {cell} ", "zeros": f"0{cell}", "decimals": cell if "," in cell else f"{cell},0", "quoted": f'"{cell}"'}
    table[row][column] = spelt[some.choice(sorted(spelt))]
    return table[row][column]


def a_row_left_out(files: Files, some: random.Random) -> str:
    name, row = _row(files, some)
    return f"{files[name].pop(row)}"


def a_unit_left_out(files: Files, some: random.Random) -> str:
    name, row = _row(files, some, ("elever", "franvaro"))
    year, unit = files[name][row][:2]
    files[name][1:] = [each for each in files[name][1:] if each[:2] != [year, unit]]
    return f"{name} {year} {unit}"


def a_unit_of_another_code(files: Files, some: random.Random) -> str:
    """In one file only, or in the register only: the others speak of a unit that there is not."""
    name = some.choice(sorted(files))
    column = files[name][0].index("Skolenhetskod")
    unit, other = some.choice(sorted(AREAS)), some.choice(["99000009", "990000", "0", "99000001", "=99000001", "99000002 "])
    for row in files[name][1:]:
        if row[column] == unit:
            row[column] = other
    return f"{name}: {unit} → {other}"


def a_unit_of_another_area(files: Files, some: random.Random) -> str:
    row = some.randrange(1, len(files["skolenheter"]))
    area = some.choice(["SÖDER", "NORR", "VÄST", "norr", "–", "", "Lavhedens kommun"])
    files["skolenheter"][row][3] = area
    files["skolenheter"][row][4] = area.capitalize() or "Norr"
    return f"{files['skolenheter'][row]}"


def a_unit_of_another_name(files: Files, some: random.Random) -> str:
    row = some.randrange(1, len(files["skolenheter"]))
    files["skolenheter"][row][1] = some.choice(["Granskolan", "Lavhedens kommun", "", "<b>Skolan</b>", "Norr", "skolan; norra"])
    return f"{files['skolenheter'][row]}"


def a_unit_that_is_not_registered(files: Files, some: random.Random) -> str:
    return f"{files['skolenheter'].pop(some.randrange(1, len(files['skolenheter'])))}"


def swapped_contents(files: Files, some: random.Random) -> str:
    name, _ = _row(files, some)
    first, second = some.sample(range(len(files[name][0])), 2)
    for row in files[name][1:]:
        row[first], row[second] = row[second], row[first]
    return f"{name}: {files[name][0][first]} ↔ {files[name][0][second]}"


def swapped_columns(files: Files, some: random.Random) -> str:
    """Heads and all: the same table."""
    name = some.choice(sorted(files))
    first, second = some.sample(range(len(files[name][0])), 2)
    for row in files[name]:
        row[first], row[second] = row[second], row[first]
    return f"{name}: {first} ↔ {second}"


def a_repeated_block(files: Files, some: random.Random) -> str:
    name, row = _row(files, some)
    block = [list(each) for each in files[name][row : row + some.randrange(1, 12)]]
    place = some.randrange(1, len(files[name]) + 1)
    files[name][place:place] = block
    return f"{name}: {len(block)} rows"


def a_head_of_another_name(files: Files, some: random.Random) -> str:
    name = some.choice(sorted(files))
    column = some.randrange(len(files[name][0]))
    head = files[name][0][column]
    files[name][0][column] = some.choice([head.upper(), f" {head} ", head[:-1], head + "2", "", "Kolumn1"])
    return f"{name}: {head} → {files[name][0][column]!r}"


def a_column_left_out(files: Files, some: random.Random) -> str:
    name = some.choice(sorted(files))
    column = some.randrange(len(files[name][0]))
    for row in files[name]:
        del row[column]
    return f"{name}: {column}"


def a_file_cut_off(files: Files, some: random.Random) -> str:
    name = some.choice(sorted(files))
    rows = some.randrange(len(files[name]))
    cut = files[name][: rows + 1]
    cut[-1] = cut[-1][: some.randrange(1, len(cut[-1]) + 1)]
    files[name] = cut
    return f"{name}: {rows} rows and {cut[-1]}"


def another_word(files: Files, some: random.Random) -> str:
    name, row = _row(files, some)
    column = files[name][0].index(some.choice(["Kön", "Årskurs", "Läsår"]))
    files[name][row][column] = some.choice(["Hane", "flicka", "", "10", "F", "2020-21", "2020/22", "2021/22", "Pojke", "5"])
    return f"{files[name][row]}"


def a_row_of_other_width(files: Files, some: random.Random) -> str:
    name, row = _row(files, some)
    files[name][row] = [*files[name][row], "x"] if some.random() < 0.5 else files[name][row][:-1]
    return f"{files[name][row]}"


def rows_in_another_order(files: Files, some: random.Random) -> str:
    name = some.choice(sorted(files))
    head, *rows = files[name]
    some.shuffle(rows)
    files[name] = [head, *rows]
    return name


def another_number(files: Files, some: random.Random) -> str:
    table, row, column = _number(files, some)
    before = table[row][column]
    table[row][column] = some.choice([before + "0", before[:-1] or "0", "0", "999999999"])
    return f"{before} → {table[row]}"


FAULTS: tuple[Fault, ...] = (
    a_mark, no_number, another_spelling, a_row_left_out, a_unit_left_out, a_unit_of_another_code, a_unit_of_another_area,
    a_unit_of_another_name, a_unit_that_is_not_registered, swapped_contents, swapped_columns, a_repeated_block,
    a_head_of_another_name, a_column_left_out, a_file_cut_off, another_word, a_row_of_other_width, rows_in_another_order,
    another_number,
)  # fmt: skip


# ---- what is right --------------------------------------------------------------------------------------------------

Figures = dict[tuple[str, str, str, str], tuple[float, float]]
"""Statistic, school year, unit, breakdown → numerator and denominator (0 for counts)."""


def brute_force(files: Mapping[str, Table], left_out: Mapping[str, frozenset[int]]) -> tuple[Figures, dict[str, str]]:
    """Sums over the files' own cells, by unit, area and authority ("all"), and unit → area.

    left_out: file → row numbers (heads are 1) that are told to be left out; of the others every cell has to be what it should.
    """
    found: dict[tuple[str, str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    heads, *rows = files["skolenheter"]
    registered = [_named(heads, row) for row in _kept(rows, left_out.get("skolenheter"))]
    area = {cells["Skolenhetskod"]: cells["Skolområde"] for cells in registered}
    for statistic, name, of, over in (
        ("pupils", "elever", ["Antal"], []),
        ("absence", "franvaro", ["Giltig frånvaro timmar", "Ogiltig frånvaro timmar"], ["Schemalagda timmar"]),
        ("newly_arrived", "nyanlanda", [], []),
    ):
        for row in _kept(files[name][1:] if name in files else [], left_out.get(name)):
            cells = _named(files[name][0], row)
            unit, year = cells["Skolenhetskod"].strip('" ='), cells["Läsår"].strip()
            gender = {"flicka": "girl", "pojke": "boy"}[cells["Kön"].strip().lower()]
            part = sum(map(_value, (cells[column] for column in of))) if of else 1.0
            whole = sum(map(_value, (cells[column] for column in over)))
            group = cells.get("Årskurs", "") if of else ""  # lists have no figures of year groups in each unit
            breakdowns = ["", f"gender={gender}", *([f"year={group}"] if group else [])]
            for place, breakdown in product((unit, area[unit], "all"), breakdowns):
                sums = found[statistic, year, place, breakdown]
                sums[0] += part
                sums[1] += whole
    return {key: (part, whole) for key, (part, whole) in found.items()}, area


def _kept(rows: Table, left_out: frozenset[int] | None) -> Table:
    return [row for number, row in enumerate(rows, start=2) if number not in (left_out or frozenset())]


def _named(heads: list[str], row: list[str]) -> dict[str, str]:
    return {head.strip().capitalize(): cell.strip() for head, cell in zip(heads, row, strict=True)}


def _value(cell: str) -> float:
    return float(cell.strip(' "').replace(" ", "").replace("\u00a0", "").replace(",", "."))

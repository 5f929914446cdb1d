"""A small city: two areas, three compulsory and two upper-secondary schools, and tables of it as text."""

import pandas as pd

from sqa_lib.units import Unit, UnitTree
from tests.spec import table

BOTH = ("compulsory", "upper_secondary")
CITY = UnitTree(
    (
        Unit("all", "Lavhedens stad", "municipality", school_forms=BOTH),
        Unit("east", "Skolområde Öster", "area", "all", BOTH),
        Unit("west", "Skolområde Väster", "area", "all", BOTH),
        Unit("e1", "Granskolan", "school", "east", ("compulsory",)),
        Unit("e2", "Tallskolan", "school", "east", ("compulsory",)),
        Unit("w1", "Enskolan", "school", "west", ("compulsory",)),
        Unit("eg", "Björkgymnasiet", "school", "east", ("upper_secondary",)),
        Unit("wg", "Aspgymnasiet", "school", "west", ("upper_secondary",)),
    )
)

SCHOOL_UNITS = """
    unit | school_form
    e1   | compulsory
    e2   | compulsory
    w1   | compulsory
    eg   | upper_secondary
    wg   | upper_secondary
"""

ENROLMENT = """
    school_year | unit | gender | pupils
    2024/25     | e1   | girl   | 100
    2024/25     | e1   | boy    | 100
    2024/25     | e2   | girl   | 50
    2024/25     | e2   | boy    | 50
    2024/25     | w1   | girl   | 40
    2024/25     | w1   | boy    | 60
    2024/25     | eg   | girl   | 200
    2024/25     | wg   | boy    | 300
"""


def rows(text: str, numbers: tuple[str, ...] = (), flags: tuple[str, ...] = (), lists: tuple[str, ...] = ()) -> pd.DataFrame:
    """As `table`; flags: columns of `yes`, `no` or nothing; lists: columns of codes parted by commas."""
    frame = table(text, numbers)
    for name in flags:
        frame[name] = frame[name].map({"yes": True, "no": False}).astype("boolean")
    for name in lists:
        frame[name] = frame[name].map(lambda cell: () if pd.isna(cell) else tuple(cell.split(",")))
    return frame


def city(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of the small city: its units, its pupils of 2024/25, and those given."""
    return {"school_units": rows(SCHOOL_UNITS), "enrolment": rows(ENROLMENT, ("pupils",)), **tables}


def at(tally: pd.DataFrame, breakdown: str) -> pd.DataFrame:
    """The rows of a tally whose breakdown is of exactly these dimensions (`need;profession`), or has exactly these codes."""
    if "=" in breakdown:
        return tally[tally["breakdown"] == breakdown]
    dimensions = tally["breakdown"].str.replace(r"=[^;]*", "", regex=True)
    return tally[dimensions == breakdown]

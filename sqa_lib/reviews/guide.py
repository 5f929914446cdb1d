"""What a form tells its reader, in Swedish: the same in a workbook and in a text file."""

from sqa_lib.rubric import RUBRIC
from sqa_lib.words import school_years

EMPTY = "Lämna tomt det som du inte är klar med. En plan utan ett enda ord räknas som inte granskad."
FAIR = "Bedöm det som står i planen, inte hur skolan arbetar i övrigt."
NO_NAMES = "Skriv inga namn, varken på elever, personal eller granskare."


def heading(school_year: str) -> str:
    """`Granskning av elevhälsoplaner läsåret 2024/25`."""
    return f"{RUBRIC.title} {school_years(school_year)}"


def addressed(reviewer: str, plans: int) -> str:
    """`För granskare 1, 42 planer`."""
    return f"För {reviewer}, {plans} {'plan' if plans == 1 else 'planer'}"

"""School years as they are written: `2020/21`."""

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

WRITTEN = "write two years that follow each other, such as 2020/21"


def is_school_year(text: str) -> bool:
    """Two years that follow each other: `2020/21`."""
    years = re.fullmatch(r"(\d{4})/(\d\d)", text, re.ASCII)
    return bool(years) and (int(years[1]) + 1) % 100 == int(years[2])


def school_year(text: str) -> str:
    """For pydantic: the text, if it is one."""
    if not is_school_year(text):
        raise PydanticCustomError("school_year", f"no school year; {WRITTEN}")
    return text


SchoolYear = Annotated[str, AfterValidator(school_year)]
"""In the parameters and the files that people write."""

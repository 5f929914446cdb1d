"""Swedish numbers and words: how a figure is written in prose and in tables (Babel, sv_SE)."""

import datetime
import math
from collections.abc import Collection
from difflib import get_close_matches

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

LOCALE = "sv_SE"
NBSP = "\u00a0"
SPELLED = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


def number(value: float, decimals: int = 0) -> str:
    """`number(1104634) == "1 104 634"` (no-break spaces), `number(23.636, 1) == "23,6"`; halves are rounded up."""
    rounded = round_half_up(value, decimals)
    text = format_decimal(rounded, format=f"#,##0.{'0' * decimals}" if decimals else "#,##0", locale=LOCALE)
    return text.replace("-", "−")  # Babel writes a hyphen where the pattern is ours


def round_half_up(value: float, decimals: int = 0) -> float:
    """Rounding as Swedish reports do it: 0,5 upwards, away from zero; the tiny term undoes binary representation."""
    scale = 10**decimals
    return math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9) / scale, value) + 0.0  # −0 becomes 0


def percent(value: float, decimals: int = 0) -> str:
    """For prose: `percent(23.636, 1) == "23,6 procent"`."""
    return f"{number(value, decimals)}{NBSP}procent"


def points(value: float, decimals: int = 0) -> str:
    """A difference between shares: `points(1) == "1 procentenhet"`."""
    size = abs(round_half_up(value, decimals))
    return f"{number(size, decimals)}{NBSP}{'procentenhet' if size == 1 else 'procentenheter'}"


def spelled(value: int) -> str:
    """Whole numbers up to twelve as words, as Swedish prose has it (Språkrådet, Svenska skrivregler)."""
    return SPELLED[value] if 0 <= value < len(SPELLED) else number(value)


def counted(value: float, singular: str, plural: str, decimals: int = 0) -> str:
    """`counted(1, "ärende", "ärenden") == "1 ärende"`."""
    noun = singular if round_half_up(value, decimals) == 1 else plural
    return f"{number(value, decimals)}{NBSP}{noun}"


def listed(items: list[str]) -> str:
    """`listed(["a", "b", "c"]) == "a, b och c"`; items that hold an "och" themselves are parted by "samt"."""
    if len(items) > 1 and any(" och " in item for item in items):
        return f"{', '.join(items[:-1])} samt {items[-1]}"
    return format_list(items, style="standard", locale=LOCALE)


def either(items: list[str]) -> str:
    """`either(["a", "b", "c"]) == "a, b eller c"`."""
    return format_list(items, style="or", locale=LOCALE)


def day(date: datetime.date) -> str:
    """`day(date(2021, 10, 15)) == "15 oktober 2021"`."""
    return format_date(date, format="d MMMM y", locale=LOCALE)


def sentence(text: str) -> str:
    """The text with a capital first letter; the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, for use within a sentence."""
    return text[:1].lower() + text[1:]


def nearest(name: str, known: Collection[str]) -> str:
    """The end of an error's message: the names that a wrong one is like, or all where it is like none."""
    if close := get_close_matches(name, list(known), n=3):
        return f"; did you mean {' or '.join(f'`{other}`' for other in close)}?"
    return f"; there are: {', '.join(known)}"


def genitive(name: str) -> str:
    """`genitive("Luleå kommun") == "Luleå kommuns"`; `HÖB` gets a colon; names on s, x and z stay as they are."""
    if name[-2:].isupper():
        return name + ":s"
    return name if name[-1:] in "sxz" else name + "s"


def definite(noun: str) -> str:
    """`definite("grundskola") == "grundskolan"`, for nouns on -a."""
    return noun + "n"


def plural(noun: str) -> str:
    """`plural("grundskola") == "grundskolor"`, for nouns on -a."""
    return noun.removesuffix("a") + "or"


def previous_year(school_year: str) -> str:
    """`previous_year("2020/21") == "2019/20"`."""
    return school_year_from(int(school_year[:4]) - 1)


def next_year(school_year: str) -> str:
    """`next_year("2020/21") == "2021/22"`."""
    return school_year_from(int(school_year[:4]) + 1)


def school_year_from(year: int) -> str:
    """`school_year_from(2020) == "2020/21"`."""
    return f"{year}/{(year + 1) % 100:02d}"


def period(first: str, last: str) -> str:
    """School years counted together: `period("2018/19", "2020/21") == "2018/19–2020/21"`."""
    return f"{first}–{last}"


def years_of(school_year: str) -> list[str]:
    """`years_of("2018/19–2020/21") == ["2018/19", "2019/20", "2020/21"]`; a single school year is its own only one."""
    first, _, last = school_year.partition("–")
    return [school_year_from(year) for year in range(int(first[:4]), int((last or first)[:4]) + 1)]


def is_period(school_year: str) -> bool:
    """Whether it is several school years together."""
    return "–" in school_year


def school_years(text: str) -> str:
    """For prose: `läsåret 2020/21`, `läsåren 2019/20–2020/21`."""
    return f"{'läsåren' if is_period(text) else 'läsåret'} {text}"

"""The years that stand in a text, as Swedish prose writes them: *läsåret 2020/21*, *2020/2021*, *2020–21*, *läsåret 20/21*,
*hösten 2020*, *vt 21*, *oktober 2020*, *2021*.

*I år* and *förra läsåret* name none: they are right every year. Nor do the numbers of laws and bills (2010:800, 2022/23:54).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqa_lib.words import period, school_year_from, years_of

_MONTHS = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
_FIRST_MONTH = 8
"""Of a school year: 1 August to 31 July."""
_SCHOOL_YEARS = r"läsår(?:et|en|ets|ens)?|lå"
_CALENDAR = r"(?:kalender|verksamhets|budget)?år(?:et|en)?"
_Y = r"(?:19|20)\d\d"
_YEAR = re.compile(
    rf"""(?<![\w:/.,§-])(?:
      (?P<month>{"|".join(_MONTHS)})\s+(?P<month_year>{_Y})
    | (?P<date_year>{_Y})-(?P<date_month>\d\d)-\d\d
    | (?P<term>höst(?:en|terminen|termin)?|vår(?:en|terminen|termin)?)\s+(?:år\s+)?(?P<term_year>{_Y}|[-–’']\d\d)
    | (?P<short_term>[hv]t)\s?[-–’']?\s?(?P<short_year>{_Y}|\d\d)
    | (?:(?P<lead>{_SCHOOL_YEARS}|{_CALENDAR})\s+)?(?:
        (?P<first>{_Y}/\d\d)\s?(?:–|-|till)\s?(?P<last>{_Y}/\d\d)
      | (?P<a>{_Y})\s?(?P<sign>[/–-])\s?(?P<b>{_Y}|\d\d)
      | (?P<bare>{_Y})
      | (?P<short_a>\d\d)/(?P<short_b>\d\d)
      )
    )(?![\w§]|[:/-]\w|[.,]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?:{_SCHOOL_YEARS})\b", re.IGNORECASE)


@dataclass(frozen=True)
class WrittenYear:
    """A year, or several together. typed: as it stands; start: where in the text.

    means: the school years that it can be of, the likeliest first; several school years together are a period and each of them,
    a calendar year lies in two. is_school_year: whether a school year is named; is_bare: whether nothing but calendar years are,
    which may be part of a name (*programmet 2018–2021*).
    """

    typed: str
    start: int
    means: tuple[str, ...]
    is_school_year: bool = False
    is_bare: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.typed)


def years_in(text: str) -> Iterator[WrittenYear]:
    """The years of a text, in order. References (`{{ … }}`) should be blank: theirs are not typed."""
    for found in _YEAR.finditer(text):
        if year := _read(found, text):
            yield year


def _read(found: re.Match, text: str) -> WrittenYear | None:
    parts = {name: part for name, part in found.groupdict().items() if part}
    match parts:
        case {"month": month, "month_year": year}:
            return _year(found, _of_month(int(year), _MONTHS.index(month.casefold()) + 1))
        case {"date_year": year, "date_month": month}:
            return _year(found, _of_month(int(year), int(month)))
        case {"term": term, "term_year": year} | {"short_term": term, "short_year": year}:
            return _year(found, _of_month(_whole(year), _FIRST_MONTH if term[0] in "hH" else 1))
        case {"first": first, "last": last}:
            return _year(found, period(first, last), *years_of(period(first, last)), is_school_year=True)
        case {"a": a, "sign": sign, "b": b}:
            return _pair(found, int(a), sign, b)
        case {"bare": year}:
            return _year(found, *_of_calendar(int(year), int(year)), is_bare="lead" not in parts)
        case {"short_a": a, "short_b": b} if _follow(a, b) and _NAMED.search(text[: found.start() + len(parts.get("lead", ""))]):
            return _year(found, school_year_from(_whole(a)), is_school_year=True)
    return None


def _pair(found: re.Match, a: int, sign: str, b: str) -> WrittenYear | None:
    """Two years: a school year, but `2020–2021` without *läsåret* may be calendar years as well; a range of others."""
    is_named = bool(found["lead"] and _NAMED.match(found["lead"]))
    if _follow(str(a), b):
        also = _of_calendar(a, a + 1) if sign != "/" and len(b) == 4 and not is_named else ()
        own = school_year_from(a)
        return _year(found, *dict.fromkeys([own, *also]), is_school_year=not also)
    last = int(b) if len(b) == 4 else a - a % 100 + int(b)
    return _year(found, *_of_calendar(a, last), is_bare=not found["lead"]) if last > a and sign != "/" else None


def _follow(a: str, b: str) -> bool:
    """Whether the second year is the one after the first."""
    return (int(a) + 1) % 100 == int(b) % 100 and (len(b) == 2 or int(b) == int(a) + 1)


def _year(found: re.Match, *means: str, is_school_year: bool = False, is_bare: bool = False) -> WrittenYear:
    return WrittenYear(found[0], found.start(), means, is_school_year, is_bare)


def _whole(written: str) -> int:
    """A year in four digits, or in two of this century."""
    year = int(written.lstrip("-–’'"))
    return year if year > 99 else 2000 + year


def _of_month(year: int, month: int) -> str:
    return school_year_from(year if month >= _FIRST_MONTH else year - 1)


def _of_calendar(first: int, last: int) -> tuple[str, ...]:
    """The school years that calendar years lie in."""
    return tuple(school_year_from(year) for year in range(first - 1, last + 1))

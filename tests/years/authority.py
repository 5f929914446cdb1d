"""An authority that is made up, year by year: its schools with all that happens to them, its pupils, and their rows.

The history is drawn first, from a seed; what the analyst gets of it each year, and when, are the deliveries (`deliveries.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

AREAS = {"NORR": "Norra", "MITT": "Mellersta", "SYD": "Södra"}
AUTHORITY = "lavheden"
GRADES = ("F", "1", "2", "3", "4", "5", "6", "7", "8", "9")
GENDERS = ("Flicka", "Pojke")
LANGUAGES = ("Arabiska", "Somaliska", "Finska", "Meänkieli")
ANSWERS = ("Alltid", "Ofta", "Ibland", "Sällan", "Aldrig")
SURVEY = ("Trygg i skolan", "Arbetsro", "Stress")
ITEM_ADDED, ITEM_DROPPED = "Mår dåligt", "Stress"
SUBJECTS = ("Kränkande behandling", "Särskilt stöd", "Frånvaro", "Trygghet och studiero", "Övrigt")
DECISIONS = ("Brist konstaterad", "Ingen brist", "Överlämnad till huvudmannen", "Pågående")
OF_SCHOOLS = ("closed", "new", "renamed", "moved", "merged", "split", "new code")
OF_SURVEY = ("item dropped", "item added")
OF_DELIVERIES = ("late file", "late school", "rejected rows", "correction", "second release")
POLICY = "stricter policy"
KINDS = (*OF_SCHOOLS, *OF_SURVEY, *OF_DELIVERIES, POLICY)
Rng = np.random.Generator
Cells = dict[tuple[str, str], int]
"""(grade, gender) → pupils."""


@dataclass(frozen=True)
class Setting:
    """How large, how long and from which seed. schools: at the start; kinds: of events, each of which happens once; often: events
    a year besides these."""

    seed: int
    years: int
    schools: int
    kinds: tuple[str, ...] = KINDS
    often: int = 0
    first: int = 2016

    @property
    def school_years(self) -> list[str]:
        return [f"{year}/{(year + 1) % 100:02}" for year in range(self.first, self.first + self.years)]


@dataclass(frozen=True)
class School:
    """A school unit in one school year. sizes: its pupils; takes: which part of them reads a mother tongue;
    replaces: the codes whose place it took when it opened."""

    code: str
    name: str
    area: str
    sizes: Mapping[tuple[str, str], int]
    takes: float
    replaces: tuple[str, ...] = ()

    @property
    def pupils(self) -> int:
        return sum(self.sizes.values())


@dataclass(frozen=True)
class Event:
    """Something that happened. about: the codes of the schools that it happened to, or what it is about."""

    school_year: str
    kind: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Year:
    """One school year as it truly was. rows: dataset → its rows, columns as in the files; items: questions of the survey."""

    name: str
    schools: tuple[School, ...]
    events: tuple[Event, ...]
    items: tuple[str, ...]
    rows: Mapping[str, pd.DataFrame] = field(repr=False)


def history(setting: Setting) -> list[Year]:
    """All years, the first first. Every kind of event happens at least once, none in the first year."""
    return list(_years(setting))


def _years(setting: Setting) -> Iterator[Year]:
    rng = np.random.default_rng(setting.seed)
    numbers = iter(range(1, 10_000))
    schools = tuple(_opened(next(numbers), rng) for _ in range(setting.schools))
    items = tuple(SURVEY)
    planned = _planned(setting, rng)
    for school_year in setting.school_years:
        if school_year != setting.school_years[0]:
            schools = tuple(_a_year_older(school, rng) for school in schools)
        events = []
        for kind in planned[school_year]:
            schools, about = _happens(kind, schools, numbers, rng) if kind in OF_SCHOOLS else (schools, ())
            items = _items_after(kind, items)
            events.append(Event(school_year, kind, about))
        yield Year(school_year, schools, tuple(events), items, _rows(school_year, schools, items, rng))


def _planned(setting: Setting, rng: Rng) -> dict[str, list[str]]:
    """School year → the kinds of its events, in random order."""
    later = setting.school_years[1:]
    often = [str(kind) for kind in rng.choice(setting.kinds, setting.often * len(later))] if setting.often else []
    kinds = [str(kind) for kind in rng.permutation([*setting.kinds, *often])]
    planned: dict[str, list[str]] = {year: [] for year in setting.school_years}
    for place, kind in enumerate(kinds):
        planned[later[place % len(later)]].append(kind)
    return planned


# ---- schools --------------------------------------------------------------------------------------------------------


def _opened(number: int, rng: Rng, area: str = "") -> School:
    """Some are so small that hardly anything of them can be shown."""
    grades = GRADES[:7] if rng.random() < 0.6 else (GRADES[7:] if rng.random() < 0.3 else GRADES)
    size = float(rng.choice([2.0, 5.0, 12.0, 24.0]))
    sizes = {(grade, gender): int(rng.poisson(size / 2)) for grade in grades for gender in GENDERS}
    area = area or str(rng.choice(list(AREAS)))
    return School(f"9900{number:04}", f"Skola {number}", area, sizes, float(rng.uniform(0.05, 0.4)))


def _a_year_older(school: School, rng: Rng) -> School:
    """Everyone moves up a grade, a few come and go."""
    grades = [grade for grade in GRADES if (grade, GENDERS[0]) in school.sizes]
    mean = max(1.0, school.pupils / len(school.sizes))
    sizes: Cells = {}
    for gender in GENDERS:
        before = [int(rng.poisson(mean)), *(school.sizes[grade, gender] for grade in grades[:-1])]
        sizes |= {(grade, gender): max(0, n + int(rng.integers(-1, 2))) for grade, n in zip(grades, before, strict=True)}
    return replace(school, sizes=sizes)


def _happens(
    kind: str, schools: Sequence[School], numbers: Iterator[int], rng: Rng
) -> tuple[tuple[School, ...], tuple[str, ...]]:
    """The schools after an event, and the codes of those that it was about: those of before, then those of after."""
    order = [schools[at] for at in rng.permutation(len(schools))]
    one, other, rest = order[0], order[1], order[2:]
    match kind:
        case "closed":
            changed = [_with_more(other, one.sizes)]
            about = (one.code,)
        case "new":
            changed = [one, other, _opened(next(numbers), rng)]
            about = (changed[-1].code,)
        case "renamed":
            changed = [replace(one, name=f"{one.name} Nya"), other]
            about = (one.code,)
        case "moved":
            changed = [replace(one, area=str(rng.choice([area for area in AREAS if area != one.area]))), other]
            about = (one.code,)
        case "merged":
            number = next(numbers)
            both = _with_more(replace(one, code=f"9900{number:04}", name=f"Skola {number}"), other.sizes)
            changed = [replace(both, replaces=(one.code, other.code))]
            about = (one.code, other.code, both.code)
        case "split":
            number = next(numbers)
            part = {cell: n // 2 for cell, n in one.sizes.items()}
            left = {cell: n - part[cell] for cell, n in one.sizes.items()}
            new = replace(one, code=f"9900{number:04}", name=f"Skola {number}", sizes=part, replaces=(one.code,))
            changed = [replace(one, sizes=left), other, new]
            about = (one.code, new.code)
        case "new code":
            new = replace(one, code=f"9900{next(numbers):04}", replaces=(one.code,))
            changed = [new, other]
            about = (one.code, new.code)
    return tuple(sorted([*rest, *changed], key=lambda school: school.code)), about


def _with_more(school: School, more: Mapping[tuple[str, str], int]) -> School:
    cells = sorted({*school.sizes, *more})
    return replace(school, sizes={cell: school.sizes.get(cell, 0) + more.get(cell, 0) for cell in cells})


def _items_after(kind: str, items: tuple[str, ...]) -> tuple[str, ...]:
    if kind == "item dropped":
        return tuple(item for item in items if item != ITEM_DROPPED)
    return (*items, ITEM_ADDED) if kind == "item added" else items


# ---- rows -----------------------------------------------------------------------------------------------------------


def _rows(school_year: str, schools: Sequence[School], items: Sequence[str], rng: Rng) -> dict[str, pd.DataFrame]:
    pupils = _pupils(schools)
    return {
        "elever": _enrolment(school_year, schools),
        "modersmal": _mother_tongue(school_year, pupils, {school.code: school.takes for school in schools}, rng),
        "elevhalsoenkat": _survey(school_year, pupils, items, rng),
        "skolinspektionsanmalningar": _complaints(school_year, schools, rng),
    }


def _enrolment(school_year: str, schools: Sequence[School]) -> pd.DataFrame:
    rows = [
        (school_year, school.code, grade, gender, n) for school in schools for (grade, gender), n in school.sizes.items() if n
    ]
    return pd.DataFrame(rows, columns=["Läsår", "Skolenhetskod", "Årskurs", "Kön", "Antal"])


def _pupils(schools: Sequence[School]) -> pd.DataFrame:
    """One row a pupil."""
    rows = [(s.code, grade, gender) for s in schools for (grade, gender), n in s.sizes.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["Skolenhetskod", "Årskurs", "Kön"])


def _numbered(table: pd.DataFrame, school_year: str) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    table.insert(0, "Löpnummer", [f"{school_year[:4]}-{n:05}" for n in range(1, len(table) + 1)])
    table.insert(1, "Läsår", school_year)
    return table


def _mother_tongue(school_year: str, pupils: pd.DataFrame, takes: Mapping[str, float], rng: Rng) -> pd.DataFrame:
    rows = pupils[rng.random(len(pupils)) < pupils["Skolenhetskod"].map(takes)]
    n = len(rows)
    language = rng.choice(LANGUAGES, n, p=[0.5, 0.3, 0.12, 0.08])
    has_left = rng.random(n) < 0.08
    is_graded = rows["Årskurs"].isin(["6", "7", "8", "9"]).to_numpy() & ~has_left & (rng.random(n) < 0.95)
    grade = rng.choice(list("ABCDEF"), n, p=[0.2, 0.2, 0.2, 0.15, 0.15, 0.1])
    rows = rows.assign(
        Språk=language,
        **{"Nationellt minoritetsspråk": np.where(np.isin(language, ["Finska", "Meänkieli"]), "Ja", "Nej")},
        Undervisningsform="På plats",
        Undervisningsgrupp=[f"{name} {int(group)}" for name, group in zip(language, rng.integers(1, 4, n), strict=True)],
        **{"Avslutat under läsåret": np.where(has_left, "Ja", "Nej")},
        Betyg=np.where(is_graded, grade, ""),
    )
    return _numbered(rows, school_year)


def _survey(school_year: str, pupils: pd.DataFrame, items: Sequence[str], rng: Rng) -> pd.DataFrame:
    rows = pupils[pupils["Årskurs"].isin(["4", "7"]) & (rng.random(len(pupils)) < 0.88)]
    for item in (*SURVEY, ITEM_ADDED):
        answers = rng.choice((*ANSWERS, ""), len(rows), p=[0.35, 0.3, 0.15, 0.1, 0.06, 0.04])
        rows = rows.assign(**{item: answers if item in items else ""})
    return _numbered(rows, school_year)


def _complaints(school_year: str, schools: Sequence[School], rng: Rng) -> pd.DataFrame:
    codes = [school.code for school in schools for _ in range(int(rng.poisson(1 + school.pupils / 150)))]
    n = len(codes)
    rows = pd.DataFrame(
        {
            "Skolenhetskod": codes,
            "Inkommen": [
                f"{school_year[:4]}-{int(month):02}-{int(day):02}"
                for month, day in zip(rng.integers(9, 13, n), rng.integers(1, 29, n), strict=True)
            ],
            "Gäller": rng.choice(SUBJECTS, n),
            "Beslut": rng.choice(DECISIONS, n),
        }
    )
    return _numbered(rows, school_year)

"""Mother-tongue teaching: who reads it, in which group, with which grade; and the new applications."""

import datetime
from dataclasses import dataclass

import pandas as pd

from sqa_lib.codebook import DIMENSIONS, NATIONAL_MINORITY_LANGUAGES
from sqa_lib.demo.chance import Rng, days_between, deal, draw, uneven
from sqa_lib.demo.languages import COMMON, LANGUAGES, RARE, languages
from sqa_lib.demo.school_year import SchoolYear

_LANGUAGE = DIMENSIONS["language"]
YOUNGER, OLDER = ("1", "2", "3", "4", "5"), ("6", "7", "8", "9")


@dataclass(frozen=True)
class Teaching:
    """A school year's figures.

    younger, older: pupils in June in years 1–5 and 6–9, by gender. passed: of the older, with grade A–E.
    left: pupils who stopped during the year, by year. remote_left: of them, taught at a distance.
    own_groups: the groups that the remote pupils in June would have had at their own schools, as size: number of groups.
    remote_groups: how many groups they have, several schools together.
    """

    younger: dict[str, int]
    older: dict[str, int]
    passed: dict[str, int]
    left: dict[str, int]
    remote_left: int
    own_groups: dict[int, int]
    remote_groups: int


TEACHING = {
    "2018/19": Teaching(
        {"girl": 268, "boy": 246},
        {"girl": 101, "boy": 99},
        {"girl": 97, "boy": 94},
        {"3": 2, "4": 3, "5": 12, "6": 14, "7": 13, "8": 9, "9": 6},
        5,
        {1: 33, 2: 19, 3: 4},
        43,
    ),
    "2019/20": Teaching(
        {"girl": 279, "boy": 251},
        {"girl": 104, "boy": 102},
        {"girl": 101, "boy": 97},
        {"3": 1, "4": 3, "5": 14, "6": 16, "7": 15, "8": 9, "9": 5},
        6,
        {1: 36, 2: 21, 3: 5},
        46,
    ),
    "2020/21": Teaching(
        {"girl": 286, "boy": 242},
        {"girl": 97, "boy": 100},
        {"girl": 94, "boy": 96},
        {"2": 1, "3": 2, "4": 4, "5": 18, "6": 19, "7": 16, "8": 10, "9": 4},
        9,
        {1: 41, 2: 27, 3: 6},
        52,
    ),
}

RAREST = 12
"""How many of the languages are so rare that fewer than five pupils may want them."""

APPLICATIONS = {
    "2018/19": {"granted": 221, "no_teacher": 16, "fewer_than_five": 13},
    "2019/20": {"granted": 228, "no_teacher": 19, "fewer_than_five": 14},
    "2020/21": {"granted": 212, "no_teacher": 23, "fewer_than_five": 15},
}
"""New applications for the autumn term that begins the school year."""


def mother_tongue(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per pupil, those who left during the year included."""
    figures = TEACHING[year.name]
    weight = pd.Series(uneven(year.pupils.unit, rng), year.pupils.index)
    june = _in_june(year.pupils, weight, figures, rng)
    left = _left(year.pupils.drop(june.index), weight, figures, rng)
    june = _placed(june, figures.own_groups, figures.remote_groups, "vår", rng)
    table = pd.concat([june.assign(has_left=False), left.assign(has_left=True)])
    return table.assign(is_minority=table.language.isin(NATIONAL_MINORITY_LANGUAGES)).sort_values(["unit", "year", "language"])


def applications(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per new application; all in a national minority language are granted."""
    outcomes = deal(APPLICATIONS[year.name], rng)
    others = [language for language in LANGUAGES if language not in NATIONAL_MINORITY_LANGUAGES]
    pools = {"granted": LANGUAGES, "no_teacher": others, "fewer_than_five": others[-RAREST:]}
    spring = year.first_calendar_year
    return draw(year.pupils, len(outcomes), rng, uneven(year.pupils.unit, rng)).assign(
        language=[languages(1, rng, pools[outcome])[0] for outcome in outcomes],
        applied=days_between(datetime.date(spring, 3, 2), datetime.date(spring, 8, 31), len(outcomes), rng),
        outcome=outcomes,
    )


def _in_june(pupils: pd.DataFrame, weight: pd.Series, figures: Teaching, rng: Rng) -> pd.DataFrame:
    """unit, area, year, gender and grade of the pupils who read the subject in June; years 6–9 are graded."""
    drawn = []
    for gender in ("girl", "boy"):
        younger = _some(pupils, weight, pupils.year.isin(YOUNGER) & (pupils.gender == gender), figures.younger[gender], rng)
        older = _some(pupils, weight, pupils.year.isin(OLDER) & (pupils.gender == gender), figures.older[gender], rng)
        drawn += [younger.assign(grade=None), older.assign(grade=_grades(len(older), figures.passed[gender], rng))]
    return pd.concat(drawn)


def _left(pupils: pd.DataFrame, weight: pd.Series, figures: Teaching, rng: Rng) -> pd.DataFrame:
    """The pupils who stopped, most of them from year 5, placed; they have no grade."""
    left = pd.concat([_some(pupils, weight, pupils.year == year, count, rng) for year, count in figures.left.items()])
    return _placed(left, {1: figures.remote_left}, figures.remote_left, "höst", rng).assign(grade=None)


def _some(pupils: pd.DataFrame, weight: pd.Series, mask: pd.Series, count: int, rng: Rng) -> pd.DataFrame:
    return draw(pupils[mask], count, rng, weight[pupils.index[mask]].to_numpy())


def _grades(count: int, passed: int, rng: Rng) -> list[str]:
    shares = rng.multinomial(passed, [0.30, 0.22, 0.24, 0.13, 0.11])
    return deal(dict(zip("ABCDE", shares, strict=True)) | {"F": count - passed}, rng)


def _placed(pupils: pd.DataFrame, own_groups: dict[int, int], remote_groups: int, term: str, rng: Rng) -> pd.DataFrame:
    """Adds language, place and group; on site a group is a language at a school."""
    remote = _own_groups(draw(pupils, len(pupils), rng), own_groups, rng)
    on_site = pupils.drop(remote.index)
    on_site = on_site.assign(language=languages(len(on_site), rng, COMMON))
    return pd.concat(
        [
            remote.assign(place="remote", group=_shared_groups(remote, remote_groups, term)),
            on_site.assign(place="on_site", group=on_site.language.map(_LANGUAGE.label_of) + " " + on_site.unit),
        ]
    )


def _own_groups(pupils: pd.DataFrame, sizes: dict[int, int], rng: Rng) -> pd.DataFrame:
    """The pupils taught at a distance, with a language: for every size that many pairs of school and language.

    The largest groups are placed first, then any school that has pupils left and does not have the language yet.
    """
    waiting = {unit: list(index) for unit, index in pupils.groupby("unit").groups.items()}
    taken: dict[int, str] = {}
    pairs: set[tuple[str, str]] = set()
    for size in sorted((size for size, count in sizes.items() for _ in range(count)), reverse=True):
        unit = rng.choice([unit for unit, index in waiting.items() if len(index) >= size])
        language = languages(1, rng, [language for language in RARE if (unit, language) not in pairs])[0]
        pairs.add((unit, language))
        taken |= {waiting[unit].pop(): language for _ in range(size)}
    return pupils.loc[list(taken)].assign(language=list(taken.values()))


def _shared_groups(remote: pd.DataFrame, count: int, term: str) -> pd.Series:
    """A label per pupil: schools' groups in a language are put together, two small ones at a time, until `count` are left."""
    groups: dict[str, list[list]] = {}
    for (language, _), index in remote.groupby(["language", "unit"]).groups.items():
        groups.setdefault(language, []).append(list(index))
    for _ in range(sum(map(len, groups.values())) - count):
        language = max(groups, key=lambda name: len(groups[name]))
        first, second, *others = sorted(groups[language], key=len)
        groups[language] = [*others, first + second]
    labels = {
        pupil: f"{_LANGUAGE.label_of(language)} fjärr {term} {number}"
        for language, shared in groups.items()
        for number, pupils in enumerate(shared, start=1)
        for pupil in pupils
    }
    return pd.Series(labels)

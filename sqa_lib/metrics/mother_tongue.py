"""Mother-tongue teaching: who takes part, how it goes, who applies, and what remote teaching does to the groups."""

import pandas as pd

from sqa_lib.metrics.pupils import at_most_enrolled, enrolled
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, counts, distinct, ratios, shares
from sqa_lib.units import UnitTree

_POPULATION = "elever som läste ämnet modersmål i grundskolan i juni"
_REMOTE = "elever med fjärrundervisning i modersmål i juni"
_JUNE = "juni, läsårets slut"
_NEED = ("mother_tongue",)


def in_june(tables: Tables) -> pd.DataFrame:
    """Pupils who still took the subject in June."""
    rows = tables["mother_tongue"]
    return rows[~rows["has_left"].astype(bool)]


def _graded(tables: Tables) -> pd.DataFrame:
    rows = in_june(tables)
    return rows[rows["grade"].notna()]


def _is_remote(rows: pd.DataFrame) -> pd.Series:
    return rows["place"] == "remote"


@statistic(
    "Modersmålselever",
    "count",
    population=_POPULATION,
    numerator="antal elever",
    date=_JUNE,
    datasets=_NEED,
    noun=("elev", "elever"),
)
def mother_tongue_pupils(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(in_june(tables), tree, [(), ("gender",), ("year",), ("stage",), ("language",), ("place",)])


@statistic(
    "Deltagande i modersmål",
    "share",
    population="elever i grundskolan",
    numerator="elever som läste modersmål i juni",
    denominator="elever i grundskolan den 15 oktober",
    date=_JUNE,
    datasets=("mother_tongue", "enrolment"),
)
def mother_tongue_participation(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    by = [(), ("year",), ("stage",), ("gender",)]
    pupils = enrolled(tables, tree, "compulsory")
    takes_part = at_most_enrolled(in_june(tables), pupils, ["year", "gender"])
    return shares(counts(takes_part, tree, by), counts(pupils, tree, by, of="pupils"))


@statistic(
    "Elever i nationella minoritetsspråk",
    "count",
    population=_POPULATION,
    numerator="elever i ett nationellt minoritetsspråk",
    date=_JUNE,
    datasets=_NEED,
    noun=("elev", "elever"),
)
def mother_tongue_minority(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = in_june(tables)
    return counts(rows, tree, levels=BOOKS, where=rows["is_minority"].astype(bool))


@statistic(
    "Betyg A–E i modersmål",
    "share",
    population="modersmålselever i årskurs 6–9 med betyg i juni",
    numerator="elever med betyg A–E",
    denominator="elever med betyg A–F",
    date=_JUNE,
    datasets=_NEED,
    decimals=1,
)
def mother_tongue_passed(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _graded(tables)
    by = [(), ("gender",)]
    passed = counts(rows, tree, by, levels=BOOKS, where=rows["grade"] != "F")
    return shares(passed, counts(rows, tree, by, levels=BOOKS))


@statistic(
    "Betygsfördelning i modersmål",
    "share",
    population="modersmålselever i årskurs 6–9 med betyg i juni",
    numerator="elever med betyget",
    denominator="elever med betyg A–F",
    date=_JUNE,
    datasets=_NEED,
)
def mother_tongue_grades(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _graded(tables)
    return shares(counts(rows, tree, [("grade",)], levels=BOOKS), counts(rows, tree, levels=BOOKS), drop=("grade",))


@statistic(
    "Avhopp från modersmål",
    "share",
    population="elever som läste modersmål under läsåret",
    numerator="elever som slutade före juni",
    denominator="elever som läste modersmål någon del av läsåret",
    date="läsåret",
    datasets=_NEED,
)
def mother_tongue_left(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["mother_tongue"]
    by = [(), ("year",), ("stage",), ("gender",)]
    left = counts(rows, tree, by, levels=BOOKS, where=rows["has_left"].astype(bool))
    return shares(left, counts(rows, tree, by, levels=BOOKS))


@statistic(
    "Nya ansökningar om modersmålsundervisning",
    "count",
    population="nya ansökningar inför höstterminen",
    numerator="antal ansökningar",
    date="inför höstterminen",
    datasets=("mother_tongue_applications",),
    pooled=((),),
    noun=("ansökan", "ansökningar"),
)
def mother_tongue_applications(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["mother_tongue_applications"].rename(columns={"outcome": "application_outcome"})
    return counts(rows, tree, [(), ("application_outcome",), ("gender",)])


@statistic(
    "Ansökningar som inte kunde beviljas",
    "count",
    population="nya ansökningar inför höstterminen",
    numerator="ansökningar där lärare saknas eller färre än fem elever sökt språket",
    date="inför höstterminen",
    datasets=("mother_tongue_applications",),
    noun=("ansökan", "ansökningar"),
)
def mother_tongue_not_granted(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["mother_tongue_applications"]
    return counts(rows, tree, levels=BOOKS, where=rows["outcome"] != "granted")


@statistic(
    "Elever med fjärrundervisning",
    "count",
    population=_REMOTE,
    numerator="antal elever",
    date=_JUNE,
    datasets=_NEED,
    noun=("elev", "elever"),
)
def remote_pupils(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = in_june(tables)
    return counts(rows, tree, levels=BOOKS, where=_is_remote(rows))


@statistic(
    "Grupper med fjärrundervisning",
    "count",
    population=_REMOTE,
    numerator="antal undervisningsgrupper",
    date=_JUNE,
    datasets=_NEED,
    noun=("grupp", "grupper"),
    is_about_people=False,
)
def remote_groups(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = in_june(tables)
    return distinct(rows, tree, ["group"], where=_is_remote(rows))


@statistic(
    "Grupper om undervisningen varit på plats",
    "count",
    population=_REMOTE,
    numerator="antal par av skola och språk, det vill säga en grupp per skola och språk",
    date=_JUNE,
    datasets=_NEED,
    noun=("grupp", "grupper"),
    is_about_people=False,
)
def remote_groups_on_site(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = in_june(tables)
    return distinct(rows, tree, ["own_unit", "language"], where=_is_remote(rows))


@statistic(
    "Elever per grupp med fjärrundervisning",
    "ratio",
    population=_REMOTE,
    numerator="antal elever",
    denominator="antal grupper",
    date=_JUNE,
    datasets=_NEED,
    decimals=2,
)
def remote_pupils_per_group(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return ratios(remote_pupils(tables, tree), remote_groups(tables, tree), people=remote_pupils(tables, tree))


@statistic(
    "Elever per grupp om undervisningen varit på plats",
    "ratio",
    population=_REMOTE,
    numerator="antal elever",
    denominator="antal par av skola och språk",
    date=_JUNE,
    datasets=_NEED,
    decimals=1,
)
def remote_pupils_per_group_on_site(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return ratios(remote_pupils(tables, tree), remote_groups_on_site(tables, tree), people=remote_pupils(tables, tree))

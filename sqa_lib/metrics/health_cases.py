"""Health cases: how many, at what level, for whom, about what, how long they take; and assessments of school form."""

import pandas as pd

from sqa_lib.codebook import LANGUAGE_VULNERABILITY
from sqa_lib.metrics.pupils import enrolled
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, WIDE, counts, ratios, shares, shares_of_authority
from sqa_lib.units import UnitTree

_POPULATION = "ärenden som kommit in till elevhälsan genom e-tjänsten; skolformsbedömningar ingår inte"
_COMPULSORY = "ärenden från grundskolan som kommit in till elevhälsan genom e-tjänsten"
_DATE = "läsåret, datum då ärendet kom in"
_NEED = ("health_cases", "school_units")
_CASES = ("ärende", "ärenden")
_HANDLED_BY = [(), ("school_form",), ("level",)]


def cases(tables: Tables) -> pd.DataFrame:
    """The cases with the school form of the unit they came from."""
    forms = tables["school_units"][["unit", "school_form"]]
    return tables["health_cases"].merge(forms, on="unit", how="left")


def compulsory_cases(tables: Tables) -> pd.DataFrame:
    """Cases from compulsory schools."""
    rows = cases(tables)
    return rows[rows["school_form"] == "compulsory"]


def _by_type(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per (case, type): a case with two types counts under both."""
    return rows.explode("case_types").rename(columns={"case_types": "case_type"})


def _is_about_language(rows: pd.DataFrame) -> pd.Series:
    return rows["case_types"].map(lambda types: not set(types).isdisjoint(LANGUAGE_VULNERABILITY)).astype(bool)


def _handled(tables: Tables) -> pd.DataFrame:
    rows = cases(tables)
    rows = rows[rows["closed"].notna()]
    return rows.assign(days=(rows["closed"] - rows["received"]).dt.days.astype(float))


@statistic(
    "Elevhälsans ärenden",
    "count",
    population=_POPULATION,
    numerator="antal ärenden",
    date=_DATE,
    datasets=_NEED,
    noun=_CASES,
    pooled=(("school_form",), ("school_form", "level")),
)
def health_cases(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = cases(tables)
    finer = counts(rows, tree, [("school_form", "level"), ("gender", "school_form")], levels=BOOKS)
    return pd.concat([counts(rows, tree, [(), ("school_form",)]), finer], ignore_index=True)


@statistic(
    "Ärenden per nivå",
    "share",
    population=_POPULATION,
    numerator="ärenden på nivån",
    denominator="alla ärenden i skolformen",
    date=_DATE,
    datasets=_NEED,
    pooled=(("school_form", "level"),),
)
def health_cases_level(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = cases(tables)
    part = counts(rows, tree, [("school_form", "level")], levels=BOOKS)
    return shares(part, counts(rows, tree, [("school_form",)]), drop=("level",))


@statistic(
    "Individärenden per kön",
    "share",
    population="ärenden på individnivå med uppgift om kön",
    numerator="ärenden som gäller könet",
    denominator="alla ärenden på individnivå i skolformen",
    date=_DATE,
    datasets=_NEED,
)
def health_cases_gender(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = cases(tables)
    rows = rows[(rows["level"] == "individual") & rows["gender"].notna()]
    part = counts(rows, tree, [("school_form", "gender")], levels=BOOKS)
    return shares(part, counts(rows, tree, [("school_form",)]), drop=("gender",))


@statistic(
    "Andel av kommunens ärenden från grundskolan",
    "share",
    population=_COMPULSORY,
    numerator="enhetens ärenden",
    denominator="kommunens ärenden från grundskolan",
    date=_DATE,
    datasets=_NEED,
    of_authority=True,
)
def health_cases_of_authority(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return shares_of_authority(counts(compulsory_cases(tables), tree), tree)


@statistic(
    "Ärenden per ärendetyp",
    "count",
    population=_POPULATION + ". Ett ärende kan ha flera typer",
    numerator="ärenden med typen",
    date=_DATE,
    datasets=_NEED,
    noun=_CASES,
    pooled=(("school_form", "case_type"),),
)
def health_cases_type(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _by_type(cases(tables))
    by_gender = counts(rows, tree, [("school_form", "case_type", "gender")], levels=WIDE)
    return pd.concat([counts(rows, tree, [("school_form", "case_type")], levels=BOOKS), by_gender], ignore_index=True)


@statistic(
    "Ärenden om språklig sårbarhet",
    "count",
    population=_COMPULSORY,
    numerator="ärenden med minst en typ som rör språk: läs- och skrivutredning, flerspråkighet, språkstörning eller "
    "språklig utveckling",
    date=_DATE,
    datasets=_NEED,
    noun=_CASES,
)
def language_vulnerability(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = compulsory_cases(tables)
    return counts(rows, tree, levels=BOOKS, where=_is_about_language(rows))


@statistic(
    "Andel ärenden om språklig sårbarhet",
    "share",
    population=_COMPULSORY,
    numerator="ärenden om språklig sårbarhet",
    denominator="alla ärenden från grundskolan",
    date=_DATE,
    datasets=_NEED,
)
def language_vulnerability_share(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return shares(language_vulnerability(tables, tree), counts(compulsory_cases(tables), tree))


@statistic(
    "Ärenden per 1 000 elever",
    "ratio",
    population=_COMPULSORY,
    numerator="antal ärenden",
    denominator="elever i grundskolan den 15 oktober",
    date=_DATE,
    datasets=(*_NEED, "enrolment"),
    decimals=0,
    per=1000,
)
def health_cases_per_1000(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    found = counts(compulsory_cases(tables), tree)
    return ratios(found, counts(enrolled(tables, tree, "compulsory"), tree, of="pupils"), people=found)


@statistic(
    "Ärenden per medverkande profession",
    "count",
    population=_POPULATION + ". Flera professioner kan medverka i ett ärende",
    numerator="ärenden där professionen medverkade",
    date=_DATE,
    datasets=_NEED,
    noun=_CASES,
)
def health_cases_profession(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = cases(tables).explode("professions").rename(columns={"professions": "profession"})
    return counts(rows, tree, [("profession",)], levels=BOOKS)


@statistic(
    "Handläggningstid",
    "ratio",
    population="ärenden som avslutats",
    numerator="dagar från inkommet till avslutat",
    denominator="avslutade ärenden",
    date="läsåret då ärendet kom in",
    datasets=_NEED,
    decimals=0,
    pooled=((),),
)
def handling_days(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _handled(tables)
    closed = counts(rows, tree, _HANDLED_BY, levels=BOOKS)
    return ratios(counts(rows, tree, _HANDLED_BY, of="days", levels=BOOKS), closed, people=closed)


@statistic(
    "Ärenden som avslutats inom 60 dagar",
    "share",
    population="ärenden som avslutats",
    numerator="ärenden som avslutats inom 60 dagar",
    denominator="avslutade ärenden",
    date="läsåret då ärendet kom in",
    datasets=_NEED,
    pooled=((),),
)
def handled_within_60_days(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = _handled(tables)
    soon = counts(rows, tree, _HANDLED_BY, where=rows["days"] <= 60, levels=BOOKS)
    return shares(soon, counts(rows, tree, _HANDLED_BY, levels=BOOKS))


@statistic(
    "Pågående ärenden",
    "count",
    population=_POPULATION,
    numerator="ärenden utan avslutsdatum",
    date="uttagsdatum efter läsårets slut",
    datasets=_NEED,
    noun=_CASES,
)
def open_cases(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = cases(tables)
    return counts(rows, tree, levels=BOOKS, where=rows["closed"].isna())


_ASSESSED = "utredningar om rätt till mottagande i grundsärskolan"


@statistic(
    "Skolformsbedömningar",
    "count",
    population=_ASSESSED,
    numerator="antal inkomna utredningar",
    date=_DATE,
    datasets=("school_form_assessments",),
    noun=("utredning", "utredningar"),
)
def assessments(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["school_form_assessments"].rename(columns={"decision": "assessment_decision", "received_from": "school_form"})
    by = [(), ("assessment_decision",), ("school_form",), ("assessment_decision", "gender")]
    return counts(rows, tree, by, levels=WIDE)


@statistic(
    "Beslut om skolform per kön",
    "share",
    population=_ASSESSED,
    numerator="beslut som gäller könet",
    denominator="alla beslut av slaget",
    date=_DATE,
    datasets=("school_form_assessments",),
)
def assessments_gender(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["school_form_assessments"].rename(columns={"decision": "assessment_decision"})
    part = counts(rows, tree, [("assessment_decision", "gender")], levels=WIDE)
    return shares(part, counts(rows, tree, [("assessment_decision",)], levels=WIDE), drop=("gender",))

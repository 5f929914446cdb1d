"""Skolverket's official statistics of one authority: values taken as they are, beside what they can be compared with."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sqa_lib.marks import Mark
from sqa_lib.metrics.country import COUNTRY as WITH_COUNTRY
from sqa_lib.metrics.country import (
    EXPECTED,
    GENDER,
    PREVIOUS,
    SIMILAR,
    TREND,
    Country,
    gender_gaps,
    how_unusual,
    middle_of,
    peers_of,
    trends,
)
from sqa_lib.metrics.expected import OUTCOMES, TERMS, Model
from sqa_lib.metrics.statistic import STATISTICS, Statistic
from sqa_lib.metrics.tally import breakdown_key
from sqa_lib.report import Authority
from sqa_lib.sources.skolverket.authorities import find_authority, is_municipality, schools_of
from sqa_lib.sources.skolverket.measures import ALL_MEASURES, MEASURE_OF, Measure
from sqa_lib.units import LEVEL_OF, MOVED, Unit, UnitTree, told_apart
from sqa_lib.words import next_year

COUNTRY, SIMILAR_GROUP, MUNICIPALITIES = "riket", "liknande", "kommuner"
"""Whose figures stand beside: the country, the middle of the similar authorities, the middle of all municipalities."""
FORM = "compulsory"
"""The school form that Skolverket's files are about."""
_FIGURE = ["measure", "school_year", "codes"]
_CALENDAR_YEAR = "kalenderåret som läsåret börjar i"


def statistic_name(measure: str) -> str:
    """`statistic_name("pupils") == "national_pupils"`."""
    return f"national_{measure}"


def expected_name(measure: str) -> str:
    """The statistic that is what could be expected."""
    return f"expected_{measure}"


def unusual_name(measure: str) -> str:
    """The statistic that says how unusual a difference is; broken down by `compared_with`."""
    return f"unusual_{measure}"


def model_name(measure: str) -> str:
    """The statistic that holds the parts of an expected value's model; broken down by `model_term`."""
    return f"model_{measure}"


def national_definitions() -> dict[str, Statistic]:
    """A definition for each measure of Skolverket's files, and for what is reckoned from them."""
    own = [_definition(measure) for measure in ALL_MEASURES]
    outcomes = [MEASURE_OF[name] for name in OUTCOMES]
    compared = [_unusual(measure) for measure in ALL_MEASURES if not measure.is_total]
    reckoned = [*(_expected(measure) for measure in outcomes), *(_model(measure) for measure in outcomes), *compared]
    return {definition.id: definition for definition in [*own, *reckoned]}


def _definition(measure: Measure) -> Statistic:
    population = "elever, vårdnadshavare eller personal som besvarat Skolenkäten" if measure.is_from_survey else "grundskolan"
    return Statistic(
        statistic_name(measure.name),
        measure.label[:1].upper() + measure.label[1:],
        "official",
        population,
        numerator="Skolverkets uppgift, hämtad som den är",
        denominator="",
        date=_CALENDAR_YEAR if measure.is_of_calendar_year else "läsåret, enligt Skolverket",
        datasets=(),
        decimals=measure.decimals,
        is_about_people=False,
        unit_of_measure=measure.unit,
    )


def _reckoned(name: str, label: str, numerator: str, unit: str, decimals: int = 1) -> Statistic:
    return Statistic(
        name, label, "official", "grundskolan", numerator, "", "läsåret, räknat ur Skolverkets uppgifter", (), decimals=decimals,
        is_about_people=False, unit_of_measure=unit,
    )  # fmt: skip


def _expected(measure: Measure) -> Statistic:
    label = f"Väntat utifrån elevernas bakgrund: {measure.label}"
    return _reckoned(expected_name(measure.name), label, "skattat med den modell som beskrivs i metodkapitlet", measure.unit)


def _model(measure: Measure) -> Statistic:
    return _reckoned(model_name(measure.name), f"Modell för {measure.label}", "skattad på landets skolenheter", "", decimals=3)


def _unusual(measure: Measure) -> Statistic:
    label = f"Hur stor del av enheterna som har en mindre skillnad: {measure.label}"
    return _reckoned(unusual_name(measure.name), label, "räknat bland landets huvudmän eller skolenheter", "procent", decimals=0)


# ---- who there is ---------------------------------------------------------------------------------------------------


def national_tree(country: Country, authority: Authority, school_year: str, similar: Sequence[str] = ()) -> UnitTree:
    """The authority and its school units of a school year, and beside them those that they are compared with.

    Units that share a name get their code behind it. similar: see `national_statistics`.
    """
    schools = schools_of(country.units, authority.organisation_number)
    there = schools[(schools["first_year"] <= school_year) & (schools["last_year"] >= school_year)]
    units = [
        Unit(school.unit, school.unit_name, LEVEL_OF[FORM], authority.code, (FORM,))
        for school in there.sort_values(["unit_name", "unit"]).itertuples()
    ]
    top = Unit(authority.code, authority.name, "municipality", school_forms=(FORM,))
    beside = beside_of(country, authority, similar)
    return UnitTree(told_apart((top, *units), [other.name for other in beside if other.level not in MOVED]), beside)


def beside_of(country: Country, authority: Authority, similar: Sequence[str] = ()) -> tuple[Unit, ...]:
    """The country, the group of similar authorities, the country's municipalities, and each of the similar ones by name."""
    kind = "kommuner" if is_municipality(authority.organisation_number) else "huvudmän"
    names = country.units[country.units["level"] == "authority"].set_index("organisation_number")["unit_name"]
    members = [Unit(number, names[number], "similar") for number in similar_to(country, authority, similar)]
    groups = [(COUNTRY, "Riket"), (SIMILAR_GROUP, f"Liknande {kind}"), (MUNICIPALITIES, "Landets kommuner")]
    return (*(Unit(code, name, "beside") for code, name in groups), *members, *_moved(country, authority))


def similar_to(country: Country, authority: Authority, chosen: Sequence[str] = ()) -> list[str]:
    """The organisation numbers of the similar authorities. chosen: the report's own, by name or number."""
    if chosen:
        return [find_authority(country.units, wanted).organisation_number for wanted in chosen]
    return country.similar(authority.organisation_number)


def _moved(country: Country, authority: Authority) -> list[Unit]:
    """The units that came or went between the national files' years, as levels `new` and `closed`; none where there is one
    file."""
    schools, years = schools_of(country.units, authority.organisation_number), country.units
    first, last = min(years["first_year"]), country.school_year
    came = [Unit(s.unit, s.unit_name, "new", since=s.first_year) for s in schools.itertuples() if s.first_year > first]
    went = [Unit(s.unit, s.unit_name, "closed", since=s.last_year) for s in schools.itertuples() if s.last_year < last]
    return [*came, *went]


# ---- what is known --------------------------------------------------------------------------------------------------


def national_statistics(
    country: Country, authority: Authority, tree: UnitTree, school_year: str, similar: Sequence[str] = ()
) -> pd.DataFrame:
    """The values of the report's units and of those beside them, what could be expected, and how unusual the differences are.

    Columns `STATISTICS`. similar: authorities to compare with, by name or number, instead of the nearest.
    """
    others = similar_to(country, authority, similar)
    number = authority.organisation_number
    values = country.values(["", number, *others])
    own = _coded(values[values["organisation_number"] == number], authority, tree)
    of_country = values[values["organisation_number"] == ""].assign(code=COUNTRY)
    group = middle_of(values, others).assign(code=SIMILAR_GROUP)
    members = values[values["organisation_number"].isin(others) & (values["unit"] == "") & (values["codes"] == "")]
    expectation = _coded(country.expected(number), authority, tree)
    parts = [
        _as_statistics(own),
        _as_statistics(of_country),
        _as_statistics(group),
        _as_statistics(country.municipalities.assign(code=MUNICIPALITIES)),
        _as_statistics(members.assign(code=members["organisation_number"])),
        _as_statistics(expectation.assign(codes="", mark=""), expected_name),
        *_unusual_differences(country, own, of_country, group, expectation),
        _spread(country),
        _models(country.models),
    ]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _coded(rows: pd.DataFrame, authority: Authority, tree: UnitTree) -> pd.DataFrame:
    """An authority's rows with the code of the report's unit; without units that the report does not have."""
    coded = rows.assign(code=rows["unit"].mask(rows["unit"] == "", authority.code))
    return coded[coded["code"].isin([unit.code for unit in tree.units])]


def _as_statistics(rows: pd.DataFrame, name=statistic_name) -> pd.DataFrame:
    """Columns `STATISTICS` of rows with `_FIGURE`, code, value, mark, and low and high where they have them."""
    known = rows[rows["measure"].isin(MEASURE_OF)]
    table = known.assign(statistic=known["measure"].map(name), unit=known["code"], breakdown=known["codes"])
    nothing = dict.fromkeys(("numerator", "denominator", "people"), np.nan)
    limits = {limit: np.nan for limit in ("low", "high") if limit not in table}
    return table.assign(**nothing, **limits)[STATISTICS]


def _unusual_differences(
    country: Country, own: pd.DataFrame, of_country: pd.DataFrame, group: pd.DataFrame, expectation: pd.DataFrame
) -> list[pd.DataFrame]:  # fmt: skip
    """For each comparison of a school year's figures: how large a share of the country's units differ less."""
    comparable = own[own["measure"].isin(_COMPARABLE)]
    latest = comparable.groupby(["measure", "codes", "code"])["school_year"].transform("max")
    now = comparable[comparable["school_year"] == latest]
    before = own.assign(school_year=own["school_year"].map(next_year))
    expectation = expectation.assign(codes="")
    beside = {
        EXPECTED: _less(now, expectation, [*_FIGURE, "code"]),
        SIMILAR: _less(now, group, _FIGURE),
        PREVIOUS: _less(now, before, [*_FIGURE, "code"]),
        WITH_COUNTRY: _less(now, of_country, _FIGURE),
        TREND: trends(comparable).merge(own[["unit", "code"]].drop_duplicates(), on="unit"),
        GENDER: gender_gaps(now).assign(value=0.0),
    }
    parts = []
    for compared, rows in beside.items():
        for kind, of_kind in rows.groupby(peers_of(rows, own)):
            unusual = 100 * how_unusual(country, of_kind.reset_index(drop=True), compared, str(kind))
            codes = [breakdown_key(**_codes(text), compared_with=compared) for text in of_kind["codes"]]
            told = of_kind.assign(value=unusual.to_numpy(), codes=codes, mark="")
            parts.append(_as_statistics(told.dropna(subset=["value"]), unusual_name))
    return parts


def _less(own: pd.DataFrame, other: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The figures that others stand beside, with their difference."""
    both = own.merge(other[[*key, "value"]], on=key, suffixes=("", "_other"))
    return both.assign(difference=both["value"] - both["value_other"])


_COMPARABLE = frozenset(measure.name for measure in ALL_MEASURES if not measure.is_total)


def _codes(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(";") if part)


def _spread(country: Country) -> pd.DataFrame:
    """The quantiles of the country's school units."""
    spread = country.spread
    codes = [breakdown_key(quantile=name, spread_over="school") for name in spread["quantile"]]
    return _as_statistics(spread.assign(codes=codes, mark=Mark.NONE.value, code=COUNTRY))


def _models(models: Sequence[Model]) -> pd.DataFrame:
    """The parts of each model, one row each."""
    rows = []
    for model in models:
        parts = dict(zip(TERMS, model.coefficients, strict=True)) | {
            "spread": model.spread, "spread_municipalities": model.spread_municipalities, "spread_others": model.spread_others,
            "explained": 100 * model.explained,
            "units": model.units, "nearly_all": model.nearly_all,
        }  # fmt: skip
        rows += [(model.outcome, model.school_year, breakdown_key(model_term=term), value) for term, value in parts.items()]
    table = pd.DataFrame(rows, columns=["measure", "school_year", "codes", "value"])
    return _as_statistics(table.assign(mark="", code=COUNTRY), model_name)

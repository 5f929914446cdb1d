"""Every figure of the made-up authority's reports once more, from the rows and the register, by the definitions in words.

Nothing here is from the product: the files' Swedish words go in, the published names of figures come out.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from tests.years.authority import AUTHORITY

KEY = ["statistic", "school_year", "unit", "breakdown"]
FIGURES = [*KEY, "numerator", "denominator"]
ALL, WIDE = ("school", "area", "municipality"), ("area", "municipality")
CODES = {
    "gender": {"Flicka": "girl", "Pojke": "boy"},
    "language": {"Arabiska": "arabic", "Somaliska": "somali", "Finska": "finnish", "Meänkieli": "meankieli"},
    "place": {"På plats": "on_site", "Fjärr": "remote"},
    "complaint_subject": {
        "Kränkande behandling": "degrading_treatment",
        "Särskilt stöd": "special_support",
        "Frånvaro": "attendance",
        "Trygghet och studiero": "safety",
        "Övrigt": "other",
    },
    "complaint_decision": {
        "Brist konstaterad": "criticism",
        "Ingen brist": "no_criticism",
        "Överlämnad till huvudmannen": "handed_over",
        "Pågående": "open",
    },
}
COLUMNS = {"gender": "Kön", "year": "Årskurs", "language": "Språk", "place": "Undervisningsform", "grade": "Betyg"} | {
    "survey_year": "Årskurs",
    "complaint_subject": "Gäller",
    "complaint_decision": "Beslut",
}
STAGES = {grade: stage for stage, grades in {"F-3": "F123", "4-6": "456", "7-9": "789"}.items() for grade in grades}
ITEMS = {"Trygg i skolan": "safe", "Arbetsro": "work_peace", "Stress": "stressed", "Mår dåligt": "feels_low"}
OFTEN = ("Alltid", "Ofta")
BY_GROUPS = [(), ("gender",), ("year",), ("stage",)]


def recomputed(rows: dict[str, pd.DataFrame], register: pd.DataFrame, wide: Sequence[str] = WIDE) -> pd.DataFrame:
    """Columns `FIGURES`. rows: dataset → usable rows; what is not there counts 0 and has no line. wide: the levels of figures
    that are too fine for schools."""
    found = _Counter(register)
    tables = {name: found.coded(table) for name, table in rows.items()}
    parts = [*_of_pupils(tables["elever"], found)]
    if "modersmal" in tables:
        parts += _of_mother_tongue(tables["modersmal"], tables["elever"], found)
    if "elevhalsoenkat" in tables:
        parts += _of_survey(tables["elevhalsoenkat"], tables["elever"], found, wide)
    if "skolinspektionsanmalningar" in tables:
        parts += _of_complaints(tables["skolinspektionsanmalningar"], found, wide)
    return pd.concat(parts, ignore_index=True)


class _Counter:
    """Counts for schools, areas and the municipality. register: which area a school lies in."""

    def __init__(self, register: pd.DataFrame) -> None:
        self._area = dict(zip(register["Skolenhetskod"], register["Skolområde"].str.lower(), strict=True))

    def coded(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows with a column for each dimension, and `unit`, `n`: how many the row is of."""
        coded = table.rename(columns={"Läsår": "school_year", "Skolenhetskod": "unit"})
        for dimension, column in COLUMNS.items():
            if column in table:
                coded[dimension] = table[column].map(CODES[dimension]) if dimension in CODES else table[column]
        if "Årskurs" in table:
            coded["stage"] = table["Årskurs"].map(STAGES)
        return coded.assign(n=table.get("Antal", 1))

    def of(self, rows: pd.DataFrame, by: Iterable[Sequence[str]] = ((),), levels: Sequence[str] = ALL) -> pd.Series:
        """How many, index school_year, unit, breakdown."""
        return pd.concat([self._of_level(rows, sorted(dimensions), level) for dimensions in by for level in levels])

    def _of_level(self, rows: pd.DataFrame, dimensions: list[str], level: str) -> pd.Series:
        places = {"school": rows["unit"], "area": rows["unit"].map(self._area), "municipality": AUTHORITY}
        rows = rows.assign(where=places[level])
        found: dict[tuple[str, str, str], float] = {}
        for row in rows[["school_year", "where", "n", *dimensions]].itertuples(index=False, name=None):
            year, where, n, *codes = row
            breakdown = ";".join(f"{name}={code}" for name, code in zip(dimensions, codes, strict=True))
            found[year, where, breakdown] = found.get((year, where, breakdown), 0) + n
        index = pd.MultiIndex.from_frame(pd.DataFrame([*found], columns=["school_year", "unit", "breakdown"], dtype="str"))
        return pd.Series([float(n) for n in found.values()], index, dtype=float)

    def of_distinct(self, rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
        """How many different ones of these columns there are in each unit."""
        pieces = []
        for level in ALL:
            places = {"school": rows["unit"], "area": rows["unit"].map(self._area), "municipality": AUTHORITY}
            once = rows.assign(where=places[level]).drop_duplicates(["school_year", "where", *columns])
            counted = once.groupby(["school_year", "where"]).size().astype(float)
            counted.index = pd.MultiIndex.from_tuples(
                [(*key, "") for key in counted.index], names=["school_year", "unit", "breakdown"]
            )
            pieces.append(counted)
        return pd.concat(pieces)


def _count(statistic: str, part: pd.Series) -> pd.DataFrame:
    return part.rename("numerator").reset_index().assign(statistic=statistic, denominator=float("nan"))[FIGURES]


def _share(statistic: str, part: pd.Series, whole: pd.Series, codes: Sequence[str] = ()) -> pd.DataFrame:
    """Every whole with its part, 0 where there is none. codes: of the dimension that only the part is broken down by."""
    if codes:
        index = pd.MultiIndex.from_tuples([(year, unit, code) for year, unit, _ in whole.index for code in codes])
        whole = pd.Series(np.repeat(whole.to_numpy(), len(codes)), index)
    table = pd.DataFrame({"numerator": part.reindex(whole.index, fill_value=0.0), "denominator": whole})
    table.index.names = ["school_year", "unit", "breakdown"]
    return table.reset_index().assign(statistic=statistic)[FIGURES]


def _of_pupils(pupils: pd.DataFrame, found: _Counter) -> Iterator[pd.DataFrame]:
    yield _count("pupils", found.of(pupils, BY_GROUPS))


def _of_mother_tongue(rows: pd.DataFrame, pupils: pd.DataFrame, found: _Counter) -> Iterator[pd.DataFrame]:
    june = rows[rows["Avslutat under läsåret"] == "Nej"]
    graded, remote = june[june["grade"] != ""], june[june["place"] == "remote"]
    in_june = found.of(june, [*BY_GROUPS, ("language",), ("place",)])
    yield _count("mother_tongue_pupils", in_june)
    as_enrolled = _at_most(june, pupils, ["year", "gender"])
    pupils = _of_years_with(rows, pupils)
    yield _share("mother_tongue_participation", found.of(as_enrolled, BY_GROUPS), found.of(pupils, BY_GROUPS))
    yield _count("mother_tongue_minority", found.of(june[june["Nationellt minoritetsspråk"] == "Ja"]))
    by = [(), ("gender",)]
    yield _share("mother_tongue_passed", found.of(graded[graded["grade"] != "F"], by), found.of(graded, by))
    yield _share(
        "mother_tongue_grades", found.of(graded, [("grade",)]), found.of(graded), [f"grade={grade}" for grade in "ABCDEF"]
    )
    yield _share(
        "mother_tongue_left", found.of(rows[rows["Avslutat under läsåret"] == "Ja"], BY_GROUPS), found.of(rows, BY_GROUPS)
    )
    yield _count("remote_pupils", found.of(remote))
    for statistic, columns in {"groups": ["Undervisningsgrupp"], "groups_on_site": ["unit", "language"]}.items():
        groups = found.of_distinct(remote, columns)
        yield _count(f"remote_{statistic}", groups)
        one = statistic.replace("groups", "group")
        yield _share(f"remote_pupils_per_{one}", found.of(remote), groups)


def _of_years_with(rows: pd.DataFrame, pupils: pd.DataFrame) -> pd.DataFrame:
    """The pupils of the school years that there are rows of: where a file has not come nothing is said of its year."""
    return pupils[pupils["school_year"].isin(rows["school_year"])]


def _at_most(rows: pd.DataFrame, pupils: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """No more rows of a school, year and group than are enrolled there."""
    cell = ["unit", "school_year", *by]
    most = pupils.groupby(cell)["n"].sum()
    kept = [group.head(int(most.get(key, 0))) for key, group in rows.groupby(cell)]
    return pd.concat([rows.head(0), *kept])


def _of_survey(rows: pd.DataFrame, pupils: pd.DataFrame, found: _Counter, wide: Sequence[str]) -> Iterator[pd.DataFrame]:
    asked = _of_years_with(rows, pupils[pupils["year"].isin(["4", "7"])])
    by_year = [(), ("survey_year",)]
    yield _share("survey_response", found.of(_at_most(rows, asked, ["survey_year"]), by_year), found.of(asked, by_year))
    answers = rows.melt([name for name in rows if name not in ITEMS], [*ITEMS], "item", "answer")
    answered = answers[answers["answer"] != ""]
    answered = answered.assign(survey_item=answered["item"].map(ITEMS), is_so=answered["answer"].isin(OFTEN))
    by = ("survey_item", "survey_year")
    single = pd.concat(
        [
            _share("survey", *_some(answered, found, [by], ALL)),
            _share("survey", *_some(answered, found, [(*by, "gender")], wide)),
        ]
    )
    yield single
    yield _together(single[~single["breakdown"].str.contains("gender")])


def _some(rows: pd.DataFrame, found: _Counter, by: list, levels: Sequence[str]) -> tuple[pd.Series, pd.Series]:
    return found.of(rows[rows["is_so"]], by, levels), found.of(rows, by, levels)


def _together(single: pd.DataFrame) -> pd.DataFrame:
    """The last school years, three at most, added up, of the questions that were asked in all of them."""
    years = sorted(set(single["school_year"]))[-3:]
    if len(years) < 2:
        return single.head(0)
    rows = single[single["school_year"].isin(years)]
    asked = rows.groupby("breakdown")["school_year"].nunique()
    summed = rows[rows["breakdown"].map(asked) == len(years)].groupby(["statistic", "unit", "breakdown"], as_index=False)
    return summed[["numerator", "denominator"]].sum().assign(school_year=f"{years[0]}–{years[-1]}")[FIGURES]


def _of_complaints(rows: pd.DataFrame, found: _Counter, wide: Sequence[str]) -> Iterator[pd.DataFrame]:
    yield _count("complaints", found.of(rows, [(), ("complaint_subject",), ("complaint_decision",)], wide))

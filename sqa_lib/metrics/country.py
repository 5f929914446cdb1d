"""What is the same for every report of the same official files: computed once, kept, and read a few authorities at a time.

The models of expected results, who is similar to whom, how the country's units spread, and how large differences usually are.
"""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sqa_lib.code import code_digest
from sqa_lib.marks import Mark
from sqa_lib.metrics.expected import BACKGROUND, OUTCOMES, Model, expected, fit, number_of_pupils
from sqa_lib.metrics.similar import CHARACTERISTICS, middles, similar_authorities
from sqa_lib.sources.check import Input
from sqa_lib.sources.problems import problem_table
from sqa_lib.sources.skolverket.authorities import is_municipality
from sqa_lib.sources.skolverket.measures import MEASURE_OF
from sqa_lib.sources.skolverket.national import National, problems_of, read_national
from sqa_lib.words import next_year

KEPT, CONTENTS = "country", "contents.json"
"""The folder under `output/` that holds what is kept, and the file of it that tells whether the others are whole."""
_log = logging.getLogger(__name__)
QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
EXPECTED, SIMILAR, PREVIOUS, COUNTRY, TREND, GENDER = ("expected", "similar", "previous", "country", "trend", "gender")
"""What a figure is compared with: what could be expected, similar authorities, last year, the country; what it was in the
first years that the files have (the mean of three years with the mean of the last three); girls with boys."""
TREND_YEARS, LEAST_YEARS = 3, 8
KINDS = ("school", "municipality", "other")
"""Who is among whom: school units, municipalities, other authorities."""
SIZES = (100, 300)
"""Pupils from which a school unit is of middle size, and large: in small ones chance alone makes larger differences."""
_FIGURE = ["measure", "school_year", "codes"]
_UNIT = ["organisation_number", "unit"]
_HIGH = [Mark.NEARLY_ALL.value, Mark.ALL_BUT_FEW.value]
_GRID = np.linspace(0, 1, 201)
LEAST_COMPARED = 20
"""Among so many units at least it can be told how large differences usually are."""


@dataclass(frozen=True)
class Country:
    """The official files of a folder that `country_of` has kept. What is asked of single authorities is read for these alone."""

    folder: Path

    def _table(self, name: str, numbers: Collection[str] | None = None) -> pd.DataFrame:
        chosen = [("organisation_number", "in", sorted(numbers))] if numbers is not None else None
        return pd.read_parquet(self.folder / f"{name}.parquet", filters=chosen)

    @cached_property
    def units(self) -> pd.DataFrame:
        """As `National.units`."""
        return self._table("units")

    @cached_property
    def school_year(self) -> str:
        """The latest school year of the national files."""
        return max(self.units["last_year"])

    def values(self, numbers: Collection[str]) -> pd.DataFrame:
        """As `National.values`, of these authorities and their units; "" is the country."""
        return self._table("values", numbers)

    def expected(self, number: str) -> pd.DataFrame:
        """measure, school_year, organisation_number, unit, value, low, high: see `sqa_lib.metrics.expected`."""
        return self._table("expected", [number])

    def similar(self, number: str) -> list[str]:
        """The organisation numbers of the similar authorities, the nearest first."""
        return self._table("similar", [number]).sort_values("place")["similar"].to_list()

    @cached_property
    def models(self) -> tuple[Model, ...]:
        rows = json.loads((self.folder / "models.json").read_text(encoding="utf-8"))
        return tuple(Model(**row | {name: tuple(row[name]) for name in ("coefficients", "centre")}) for row in rows)

    @cached_property
    def spread(self) -> pd.DataFrame:
        """measure, school_year, quantile, value: of the country's school units, those withheld as nearly all being the
        highest."""
        return self._table("spread")

    @cached_property
    def municipalities(self) -> pd.DataFrame:
        """`measure`, school_year, codes, value, low, high, mark: the middle of the country's municipalities."""
        return self._table("municipalities")

    @cached_property
    def usual(self) -> pd.DataFrame:
        """How large differences are: measure, school_year, codes, compared, kind, and one column per share of `_GRID` with the
        difference that so many of the kind's units do not reach."""
        return self._table("usual")

    def input_of(self, number: str) -> Input:
        """The files as `sqa check` tells of them in a report of an authority: where they contradict each other about others
        is left out. number: its organisation number."""
        told = json.loads((self.folder / "files.json").read_text(encoding="utf-8"))
        own = problem_table(problems_of(self._table("contradictions", [number])))
        problems = pd.concat([self.problems, own], ignore_index=True)
        return Input({}, {}, problems, self._table("summary"), told["is_faulty"])

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What in the files can't be used, whoever it is about: as `Input.problems`."""
        return self._table("problems")

    @cached_property
    def contradictions(self) -> pd.DataFrame:
        """As `National.contradictions`."""
        return self._table("contradictions")

    @cached_property
    def files(self) -> pd.DataFrame:
        """As `National.files`."""
        return pd.DataFrame(json.loads((self.folder / "files.json").read_text(encoding="utf-8"))["files"])


def country_of(paths: Sequence[Path], output: Path) -> Country:
    """The official files' content and what is computed from it; kept under `output/`, by what the files hold and by the code."""
    folder = output / KEPT / _key(paths)
    if folder.exists() and not _is_whole(folder):
        _log.warning("%s is not as it was left; the official files are read anew", folder.relative_to(output.parent))
        shutil.rmtree(folder)
    if not folder.exists():
        _keep(read_national(paths), folder)
    return Country(folder)


def _is_whole(folder: Path) -> bool:
    """Whether every file is as it was left."""
    try:
        return json.loads((folder / CONTENTS).read_text(encoding="utf-8")) == _contents(folder)
    except (OSError, ValueError):
        return False


def _contents(folder: Path) -> dict[str, str]:
    """File → hash of its content."""
    files = sorted(path for path in folder.iterdir() if path.name != CONTENTS)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _key(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256(code_digest(__name__, apart=(__package__,)).encode())
    for path in paths:
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes() if path.is_file() else b"").digest())
    return digest.hexdigest()[:16]


def _keep(national: National, folder: Path) -> None:
    """Whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    models = models_of(national)
    with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent) as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        for name, table in _tables(national, models).items():
            _typed(table).to_parquet(new / f"{name}.parquet", index=False, row_group_size=20_000)
        (new / "models.json").write_text(json.dumps([asdict(model) for model in models]), encoding="utf-8")
        told = {"is_faulty": national.is_faulty, "files": national.files.to_dict("records")}
        (new / "files.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        (new / CONTENTS).write_text(json.dumps(_contents(new)), encoding="utf-8")
        if not folder.exists():  # another process may have been sooner, with the same
            new.rename(folder)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Texts are texts where there is no row, too."""
    texts = [name for name in table.columns if table[name].dtype == object]
    return table.astype(dict.fromkeys(texts, "str"))


def _tables(national: National, models: Sequence[Model]) -> dict[str, pd.DataFrame]:
    values = national.values.sort_values(["organisation_number", "unit", *_FIGURE], ignore_index=True)
    of_authorities = values[(values["unit"] == "") & (values["organisation_number"] != "")]
    similar = similar_authorities(_wide(of_authorities, national.school_year, "value").reindex(columns=list(CHARACTERISTICS)))
    expectation = expected_of(models, national)
    return {
        "units": national.units,
        "values": values,
        "similar": similar,
        "expected": expectation,
        "spread": spread_of(values[values["unit"] != ""]),
        "municipalities": middle_of_all(of_authorities[of_authorities["organisation_number"].map(is_municipality)]),
        "usual": pd.concat(usual_differences(values, similar, expectation), ignore_index=True),
        "problems": national.problems,
        "contradictions": national.contradictions,
        "summary": national.summary,
    }


def _wide(values: pd.DataFrame, school_year: str, what: str) -> pd.DataFrame:
    """A school year's figures that are broken down by nothing: one row per authority or unit, one column per measure."""
    own = values[(values["school_year"] == school_year) & (values["codes"] == "")]
    index = _UNIT if own["unit"].any() else "organisation_number"
    return own.pivot(index=index, columns="measure", values=what)


# ---- what could be expected -----------------------------------------------------------------------------------------


def _by_year(national: National) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame, pd.Series]]:
    """Of each year of the national files that has them: values, marks (one column per measure), and each row's kind."""
    units = national.units.set_index(_UNIT)
    level = units["level"].mask(units["level"] == "authority", "other")
    level = level.mask((level == "other") & units.index.get_level_values(0).map(is_municipality), "municipality")
    for year in sorted(set(national.units["last_year"]) | set(national.units["first_year"])):
        values, marks = (_wide(national.values, year, what) for what in ("value", "mark"))
        if {*BACKGROUND, *OUTCOMES, "pupils"} <= set(values.columns):
            yield year, values, marks, level.reindex(values.index)


def _rows_of(outcome: str, values: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
    rows = values[list(BACKGROUND)].assign(n=number_of_pupils(values, marks), value=values[outcome], mark=marks[outcome])
    return rows.astype({"mark": "str"})


def models_of(national: National) -> tuple[Model, ...]:
    """A model of each outcome and school year."""
    found = []
    for year, values, marks, kind in _by_year(national):
        centre = tuple(float(value) for value in values.loc[("", "")][list(BACKGROUND)])
        for outcome in OUTCOMES:
            rows = _rows_of(outcome, values, marks)
            kinds = [rows[kind == name] for name in KINDS]
            found.append(fit(outcome, year, *kinds, centre))
    return tuple(model for model in found if model)


def expected_of(models: Sequence[Model], national: National) -> pd.DataFrame:
    """measure, school_year, organisation_number, unit, value, low, high: of every authority and unit that the outcome is
    about."""
    columns = ["measure", "school_year", *_UNIT, "value", "low", "high"]
    parts = [pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[-3:], "float64"))]
    for year, values, marks, kind in _by_year(national):
        for model in (model for model in models if model.school_year == year):
            rows = _rows_of(model.outcome, values, marks)
            rows = rows[rows["mark"] != Mark.MISSING.value]
            for name, spread in zip(KINDS, (model.spread, model.spread_municipalities, model.spread_others), strict=True):
                own = expected(model, rows[kind.reindex(rows.index) == name], spread).dropna()
                parts.append(own.reset_index().assign(measure=model.outcome, school_year=year))
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return table.sort_values([*_UNIT, "measure"], ignore_index=True)


# ---- what is usual --------------------------------------------------------------------------------------------------


def spread_of(values: pd.DataFrame) -> pd.DataFrame:
    """measure, school_year, quantile, value: of units, each weighing the same, linear between neighbours.

    Those withheld as nearly all are the highest; a quantile that falls among them has no row.
    """
    ranked = values.assign(value=values["value"].mask(values["mark"].isin(_HIGH), np.inf)).dropna(subset=["value"])
    groups = ranked[ranked["codes"] == ""].groupby(["measure", "school_year"])["value"]
    parts = [groups.quantile(share).rename("value").reset_index().assign(quantile=name) for name, share in QUANTILES.items()]
    spread = pd.concat(parts, ignore_index=True)
    return spread[np.isfinite(spread["value"])][["measure", "school_year", "quantile", "value"]].reset_index(drop=True)


def middle_of_all(values: pd.DataFrame) -> pd.DataFrame:
    """`_FIGURE`, value, low, high, mark: the middle of all authorities given."""
    figures, highs = (_matrix(values, what) for what in ("value", "mark"))
    return pd.concat([figures.index.to_frame(index=False), middles(figures.to_numpy(float), highs.to_numpy(bool))], axis=1)


def _matrix(values: pd.DataFrame, what: str) -> pd.DataFrame:
    """One row per figure, one column per authority. what: `value`, or `mark` for whether it is withheld as nearly all."""
    cells = values.assign(mark=values["mark"].isin(_HIGH)).pivot(index=_FIGURE, columns="organisation_number", values=what)
    return cells.astype(float) if what == "value" else cells.fillna(False).astype(bool)


def middle_of(values: pd.DataFrame, numbers: Sequence[str]) -> pd.DataFrame:
    """`_FIGURE`, value, low, high, mark: the middle of some authorities. values: of authorities, columns of `National.values`."""
    return middle_of_all(values[values["organisation_number"].isin(numbers) & (values["unit"] == "")])


def usual_differences(values: pd.DataFrame, similar: pd.DataFrame, expectation: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """What `Country.usual` is made of, one part per kind of comparison."""
    compared = values[values["measure"].map(lambda name: not MEASURE_OF[name].is_total if name in MEASURE_OF else False)]
    own = compared[compared["organisation_number"] != ""]
    for kind, rows in own.groupby(peers_of(own, values)):
        yield _grid(_from_expected(rows, expectation), EXPECTED, kind)
        yield _grid(_from_previous(rows), PREVIOUS, kind)
        yield _grid(_from_country(rows, compared), COUNTRY, kind)
        yield _grid(trends(rows), TREND, kind)
        yield _grid(gender_gaps(rows), GENDER, kind)
        if not str(kind).startswith("school"):
            yield _grid(_from_similar(rows, similar), SIMILAR, kind)


def peers_of(rows: pd.DataFrame, values: pd.DataFrame) -> pd.Series:
    """Among whom each row's unit is when differences are called large: the municipalities, other authorities, or the school
    units of its size (`school 0` the smallest, or of an unknown size).

    rows: columns organisation_number, unit; values: as `National.values`, with their pupils.
    """
    pupils = values[(values["measure"] == "pupils") & (values["codes"] == "")].sort_values("school_year")
    latest = pupils.dropna(subset=["value"]).drop_duplicates(_UNIT, keep="last").set_index(_UNIT)["value"]
    counted = latest.reindex(pd.MultiIndex.from_frame(rows[_UNIT])).to_numpy()
    size = "school " + pd.Series(np.searchsorted(SIZES, np.nan_to_num(counted), side="right"), index=rows.index).astype(str)
    kinds = size.mask(rows["unit"] == "", "other")
    is_public = rows["organisation_number"].map(is_municipality).astype(bool)
    return kinds.mask((rows["unit"] == "") & is_public, "municipality")


def _from_expected(own: pd.DataFrame, expectation: pd.DataFrame) -> pd.DataFrame:
    both = own[own["codes"] == ""].merge(expectation, on=["measure", "school_year", *_UNIT], suffixes=("", "_expected"))
    return both.assign(difference=both["value"] - both["value_expected"])


def _from_previous(own: pd.DataFrame) -> pd.DataFrame:
    before = own.assign(school_year=own["school_year"].map({year: next_year(year) for year in own["school_year"].unique()}))
    both = own.merge(before, on=[*_FIGURE, *_UNIT], suffixes=("", "_before"))
    return both.assign(difference=both["value"] - both["value_before"])


def _from_country(own: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    country = values[values["organisation_number"] == ""]
    both = own.merge(country[[*_FIGURE, "value"]], on=_FIGURE, suffixes=("", "_country"))
    return both.assign(difference=both["value"] - both["value_country"])


def trends(own: pd.DataFrame) -> pd.DataFrame:
    """How far the mean of the last `TREND_YEARS` lies from that of the first ones: measure, school_year (the last), codes,
    organisation_number, unit, difference; of figures that are known in at least `LEAST_YEARS` years."""
    known = own.dropna(subset=["value"]).sort_values("school_year")
    series = known.groupby(["measure", "codes", *_UNIT], sort=False)
    long = known[series["value"].transform("size") >= LEAST_YEARS].groupby(["measure", "codes", *_UNIT], sort=False)
    first, last = (long.nth(slice(*part)).groupby(["measure", "codes", *_UNIT])["value"].mean() for part in _ENDS)
    year = long["school_year"].last()
    return pd.DataFrame({"difference": last - first, "school_year": year}).reset_index()


_ENDS = ((None, TREND_YEARS), (-TREND_YEARS, None))


def gender_gaps(own: pd.DataFrame) -> pd.DataFrame:
    """What girls have more than boys, of figures broken down by gender alone: measure, school_year, codes (none),
    organisation_number, unit, difference."""
    girls, boys = (own[own["codes"] == f"gender={code}"] for code in ("girl", "boy"))
    both = girls.merge(boys, on=["measure", "school_year", *_UNIT], suffixes=("", "_boys"))
    return both.assign(difference=both["value"] - both["value_boys"], codes="")


def _from_similar(own: pd.DataFrame, similar: pd.DataFrame) -> pd.DataFrame:
    """Each authority's figures less the middle of its similar ones."""
    figures, highs = (_matrix(own, what) for what in ("value", "mark"))
    place = {number: at for at, number in enumerate(figures.columns)}
    among = similar[similar["similar"].isin(place) & similar["organisation_number"].isin(place)]
    neighbours = {
        number: [place[other] for other in others] for number, others in among.groupby("organisation_number")["similar"]
    }
    nothing = len(place)  # a column without figures, for those with fewer neighbours than others
    widest = max(map(len, neighbours.values()), default=1)
    at = np.array([[*others, *[nothing] * (widest - len(others))] for others in neighbours.values()], dtype=int).reshape(
        -1, widest
    )
    values = np.column_stack([figures.to_numpy(float), np.full(len(figures), np.nan)])[:, at]
    is_high = np.column_stack([highs.to_numpy(bool), np.zeros(len(figures), dtype=bool)])[:, at]
    middle = middles(values, is_high)["value"].to_numpy().reshape(values.shape[:2])
    difference = figures[list(neighbours)].to_numpy(float) - middle
    return pd.DataFrame(difference, index=figures.index, columns=list(neighbours)).stack().rename("difference").reset_index()


def _grid(differences: pd.DataFrame, compared: str, kind: str) -> pd.DataFrame:
    sizes = differences.dropna(subset=["difference"])
    groups = sizes["difference"].abs().groupby([sizes[name] for name in _FIGURE])
    enough = groups.size()
    table = groups.quantile(_GRID).unstack() if len(sizes) else pd.DataFrame(columns=_GRID)
    table = table[enough.reindex(table.index) >= LEAST_COMPARED] if len(table) else table
    table.columns = [f"{share:.3f}" for share in _GRID]
    return table.reset_index().assign(compared=compared, kind=kind) if len(table) else pd.DataFrame()


def how_unusual(country: Country, figures: pd.DataFrame, compared: str, kind: str) -> pd.Series:
    """The share of the kind's units whose difference is smaller, for each of some figures: `_FIGURE`, difference; NaN where
    too few units can be compared."""
    usual = country.usual
    own = usual[(usual["compared"] == compared) & (usual["kind"] == kind)] if len(usual) else usual
    names = [f"{share:.3f}" for share in _GRID]
    if own.empty:
        return pd.Series(np.nan, index=figures.index)
    grid = figures[_FIGURE].merge(own, on=_FIGURE, how="left")[names].to_numpy(float)
    below = (grid < figures["difference"].abs().to_numpy()[:, None]).sum(axis=1) / len(names)
    return pd.Series(np.where(np.isnan(grid[:, 0]) | figures["difference"].isna(), np.nan, below), index=figures.index)

"""What result could be expected of a school with these pupils: a model of results by pupils' background, in the spirit of SALSA.

Form. Of a unit's n pupils of the year, each reaches the level with a probability p; between units that look alike p varies:

    reached ~ BetaBinomial(n, p, ρ),  logit p = β₀ + β₁ e + β₂ e² + β₃ f + β₄ g

e, f, g: the shares of pupils with parents with post-secondary education, with foreign background, and of girls, in tens of
percentage points from the country's. ρ: how much units with the same background differ beyond chance (0: not at all). So
larger units weigh more, but never as much as if nothing but chance divided them.

Skolverket withholds a share as `...` where 1–4 pupils are outside it. Those are the best results; a model of the others would
expect too little of everybody. Here they are what they are: 1 to 4 pupils outside (interval censoring). `..` tells nothing and
is left out. The number of pupils in a year stands in no file: it is taken as the unit's pupils over the number of years that
it has, by which of the results for years 3, 6 and 9 it has.

Sources: Skolverket, SALSA (regression of results on parents' education, newly arrived pupils and gender); Williams 1982,
Applied Statistics 31 (extra-binomial variation); Prentice 1986, JASA 81 (beta-binomial regression).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, logit

from sqa_lib.marks import Mark

OUTCOMES = ("target1_eligible_upper_secondary", "target1_all_subjects_year9", "target1_all_subjects_year6")
"""Measures of which an expected value is given: shares of a year's pupils that the background explains much of."""
BACKGROUND = ("parents_higher_education_share", "foreign_background_share", "girls_share")
TERMS = ("constant", "parents_education", "parents_education_squared", "foreign_background", "girls")
MOST_OUTSIDE = 4
"""So many pupils are outside a share that is withheld as nearly all, at most."""
LEAST_UNITS = 50
"""Fewer units than these make no model."""
LEVEL = 0.95
_YEARS = {"3": "target5_national_test_swedish_year3", "6": "target1_all_subjects_year6", "9": "target1_all_subjects_year9"}
_SPAN = {"369": 9, "36": 6, "69": 6, "39": 9, "3": 3, "6": 3, "9": 3, "": 9}
"""Which of years 3, 6 and 9 a unit has → how many years that makes of 1–9."""


@dataclass(frozen=True)
class Model:
    """A fitted model. coefficients: of `TERMS`; spread: ρ between units, spread_municipalities, spread_others: between
    municipalities and between other authorities with the same background; explained: the share
    of the variation between units' probabilities that the background explains, var(p) / (var(p) + mean(ρ p (1 − p))), pupils
    weighing the same; units, nearly_all: how many it is fitted on, and how many of those are withheld as nearly all. centre:
    the country's `BACKGROUND`."""

    outcome: str
    school_year: str
    coefficients: tuple[float, ...]
    spread: float
    spread_municipalities: float
    spread_others: float
    explained: float
    units: int
    nearly_all: int
    centre: tuple[float, ...]

    def probability(self, rows: pd.DataFrame) -> np.ndarray:
        """The probability of each row; NaN where its background isn't known. rows: columns `BACKGROUND`, in percent."""
        return expit(_design(rows, self.centre) @ np.array(self.coefficients))


def number_of_pupils(values: pd.DataFrame, marks: pd.DataFrame) -> pd.Series:
    """How many pupils a unit has in a year, about. values, marks: one row per unit, one column per measure."""
    has = [np.where(marks[measure] != Mark.MISSING.value, year, "") for year, measure in _YEARS.items()]
    span = pd.Series(np.char.add(np.char.add(*has[:2]), has[2]), index=values.index).map(_SPAN)
    return np.round(values["pupils"] / span).clip(lower=1)


def fit(
    outcome: str,
    school_year: str,
    schools: pd.DataFrame,
    municipalities: pd.DataFrame,
    others: pd.DataFrame,
    centre: tuple[float, ...],
) -> Model | None:
    """Fit a model by maximum likelihood; None where too few units say anything.

    schools, municipalities, others (authorities): columns `BACKGROUND`, `n` (pupils of the year), `value` (percent, NaN where
    there is a mark), `mark`.
    """
    used = _telling(schools)
    if len(used) < LEAST_UNITS:
        return None
    design, reached, n, is_nearly_all = _design(used, centre), *_counts(used)

    def loss(parameters: np.ndarray) -> float:
        return -_log_likelihood(expit(design @ parameters[:-1]), expit(parameters[-1]), reached, n, is_nearly_all).sum()

    start = np.array([logit(0.8), *np.zeros(len(TERMS) - 1), logit(0.05)])
    found = minimize(loss, start, method="BFGS").x
    coefficients, spread = found[:-1], float(expit(found[-1]))
    p = expit(design @ coefficients)
    between = float(np.average((p - np.average(p, weights=n)) ** 2, weights=n))
    within = float(np.average(spread * p * (1 - p), weights=n))
    model = Model(
        outcome, school_year, tuple(float(value) for value in coefficients), spread, spread, spread,
        between / (between + within), len(used), int(is_nearly_all.sum()), centre,
    )  # fmt: skip
    spreads = {"spread_municipalities": _spread_among(model, municipalities), "spread_others": _spread_among(model, others)}
    return replace(model, **spreads)


def _spread_among(model: Model, authorities: pd.DataFrame) -> float:
    """How much authorities with the same background differ, given the units' coefficients; where too few of them say anything, as
    much as units do."""
    used = _telling(authorities)
    if len(used) < LEAST_UNITS:
        return model.spread
    p, (reached, n, is_nearly_all) = model.probability(used), _counts(used)

    def loss(parameter: np.ndarray) -> float:
        return -_log_likelihood(p, expit(parameter[0]), reached, n, is_nearly_all).sum()

    return float(expit(minimize(loss, np.array([logit(0.02)]), method="BFGS").x[0]))


def expected(model: Model, rows: pd.DataFrame, spread: float) -> pd.DataFrame:
    """value (the expected percentage), low, high: between these lies the result of 95 of 100 units with such pupils; NaN where
    the background or the number of pupils isn't known. rows: columns `BACKGROUND` and `n`."""
    p, n = model.probability(rows), rows["n"].to_numpy(dtype=float)
    known = ~np.isnan(p) & ~np.isnan(n)
    limits = np.full((2, len(rows)), np.nan)
    if known.any():
        limits[:, known] = _quantiles(n[known], *_shape(p[known], spread))
    value = np.where(known, 100 * p, np.nan)
    return pd.DataFrame({"value": value, "low": limits[0], "high": limits[1]}, index=rows.index)


def _quantiles(n: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest percentage that each tail's part of the beta-binomial distribution reaches: two rows, one for each tail."""
    count = np.arange(int(n.max()) + 1)[None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(count <= n[:, None], _log_mass(count, n[:, None], a[:, None], b[:, None]), -np.inf)
    cumulated = np.cumsum(np.exp(terms), axis=1)
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    return np.array([100 * np.argmax(cumulated >= tail - 1e-9, axis=1) / n for tail in tails])


def _log_mass(count: np.ndarray, n: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The logarithm of the beta-binomial probability of a count."""
    return gammaln(n + 1) - gammaln(count + 1) - gammaln(n - count + 1) + betaln(count + a, n - count + b) - betaln(a, b)


def _design(rows: pd.DataFrame, centre: tuple[float, ...]) -> np.ndarray:
    tens = (rows[list(BACKGROUND)].to_numpy(dtype=float) - np.array(centre)) / 10
    education, foreign, girls = tens.T
    return np.column_stack([np.ones(len(rows)), education, education**2, foreign, girls])


def _telling(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that say something: a number or nearly all, a known background, and more pupils than can be outside."""
    says = rows["value"].notna() | rows["mark"].isin([Mark.NEARLY_ALL.value, Mark.ALL_BUT_FEW.value])
    known = rows[list(BACKGROUND)].notna().all(axis=1) & (rows["n"] > MOST_OUTSIDE)
    return rows[says & known]


def _counts(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pupils who reached the level (0 where that is withheld), pupils, and whether nearly all reached it."""
    n = rows["n"].to_numpy(dtype=float)
    is_nearly_all = rows["value"].isna().to_numpy()
    return np.round(rows["value"].fillna(0).to_numpy() / 100 * n), n, is_nearly_all


def _shape(p: np.ndarray, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """The two parameters of the beta distribution with mean p and variance spread · p (1 − p)."""
    p = np.clip(p, 1e-9, 1 - 1e-9)
    size = (1 - spread) / spread
    return p * size, (1 - p) * size


def _log_likelihood(p: np.ndarray, spread: float, reached: np.ndarray, n: np.ndarray, is_nearly_all: np.ndarray) -> np.ndarray:
    """Of each unit: of its count, or of 1 to 4 pupils outside."""
    a, b = _shape(p, np.clip(spread, 1e-9, 1 - 1e-9))
    outside = range(1, MOST_OUTSIDE + 1)
    nearly = np.logaddexp.reduce([_log_mass(n - each, n, a, b) for each in outside], axis=0)
    return np.where(is_nearly_all, nearly, _log_mass(reached, n, a, b))

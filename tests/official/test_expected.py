"""What could be expected: the model's figures made again from the file with statsmodels, by openpyxl's reading, and on drawn
schools whose true coefficients are known."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln, expit, gammaln
from statsmodels.base.model import GenericLikelihoodModel

from sqa_lib.metrics.country import country_of
from sqa_lib.metrics.expected import BACKGROUND, LEAST_UNITS, Model, expected, fit
from tests.official.reading import columns_of

EDUCATION = "Elever: Andel (%) med föräldrar med eftergymnasial utbildning"
FOREIGN, GIRLS, PUPILS = "Elever: Andel (%) med utländsk bakgrund", "Elever: Andel (%) flickor", "Elever: Antal elever"
YEAR3 = (
    "Delmål 5: Andel (%) elever som uppnår kravnivån på samtliga delprov i det nationella provet i svenska eller svenska som "
    "andraspråk i årskurs 3"
)
OUTCOMES = {
    "target1_all_subjects_year6": "Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 6",
    "target1_all_subjects_year9": "Delmål 1: Andel (%) elever som har lägst betyget E i samtliga ämnen efter årskurs 9",
    "target1_eligible_upper_secondary": (
        "Delmål 1: Andel (%) elever som blir behöriga till ett nationellt program i gymnasieskolan"
    ),
}
THIRD_SIXTH_NINTH = (YEAR3, OUTCOMES["target1_all_subjects_year6"], OUTCOMES["target1_all_subjects_year9"])
SPAN = {(1, 1, 1): 9, (1, 1, 0): 6, (0, 1, 1): 6, (1, 0, 1): 9, (1, 0, 0): 3, (0, 1, 0): 3, (0, 0, 1): 3, (0, 0, 0): 9}


class BetaBinomial(GenericLikelihoodModel):
    """statsmodels' own machinery on the likelihood that the method chapter describes."""

    def __init__(self, reached, design, n, is_nearly_all):
        self.n, self.is_nearly_all = n, is_nearly_all
        super().__init__(reached, design)

    def nloglikeobs(self, params):
        p, spread = expit(self.exog @ params[:-1]), expit(params[-1])
        size = (1 - spread) / spread

        def mass(k):
            choose = gammaln(self.n + 1) - gammaln(k + 1) - gammaln(self.n - k + 1)
            return choose + betaln(k + p * size, self.n - k + (1 - p) * size) - betaln(p * size, (1 - p) * size)

        four = np.logaddexp.reduce([mass(self.n - outside) for outside in (1, 2, 3, 4)])
        return -np.where(self.is_nearly_all, four, mass(self.endog))


@pytest.fixture(scope="module")
def read(real_underlag):
    return columns_of(real_underlag)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_statsmodels_finds_the_same_coefficients_in_the_file(outcome: str, read, real_underlag, tmp_path_factory) -> None:
    country = next(column.cells for column in read if not column.number)
    rows = []
    for cells in (column.cells for column in read if column.unit):
        has = tuple(int(cells[words] != ".") for words in THIRD_SIXTH_NINTH)
        own = [cells[words] for words in (EDUCATION, FOREIGN, GIRLS, PUPILS)]
        result = cells[OUTCOMES[outcome]]
        if all(isinstance(value, int | float) for value in own) and (isinstance(result, int | float) or result in ("...", "…")):
            n = max(round(own[3] / SPAN[has]), 1)
            if n > 4:
                rows.append((*own[:3], n, result if isinstance(result, int | float) else np.nan))
    data = np.array(rows, dtype=float)
    e, f, g = ((data[:, i] - country[words]) / 10 for i, words in enumerate((EDUCATION, FOREIGN, GIRLS)))
    design = np.column_stack([np.ones(len(data)), e, e**2, f, g])
    is_nearly_all = np.isnan(data[:, 4])
    reached = np.round(np.nan_to_num(data[:, 4]) / 100 * data[:, 3])
    theirs = BetaBinomial(reached, design, data[:, 3], is_nearly_all).fit([1, 0, 0, 0, 0, -3], method="bfgs", maxiter=500, disp=0)
    ours = next(m for m in country_of([real_underlag], tmp_path_factory.mktemp("country")).models if m.outcome == outcome)
    assert (ours.units, ours.nearly_all) == (len(data), int(is_nearly_all.sum()))
    assert ours.coefficients == pytest.approx(theirs.params[:-1], abs=2e-3)
    assert ours.spread == pytest.approx(expit(theirs.params[-1]), abs=2e-3)


TRUE = Model("x", "2024/25", (1.0, 0.35, 0.05, -0.1, 0.05), 0.05, 0.05, 0.05, 0.0, 0, 0, (65.0, 27.0, 49.0))


def drawn(count: int, seed: int, hide_nearly_all: bool) -> pd.DataFrame:
    """Schools that follow the model exactly; shares that 1 to 4 pupils are outside are withheld as Skolverket does."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({
        "parents_higher_education_share": rng.uniform(35, 95, count), "foreign_background_share": rng.uniform(2, 70, count),
        "girls_share": rng.uniform(42, 55, count), "n": rng.integers(12, 80, count),
    })  # fmt: skip
    p = TRUE.probability(rows)
    size = (1 - TRUE.spread) / TRUE.spread
    reached = rng.binomial(rows["n"], rng.beta(p * size, (1 - p) * size))
    outside = rows["n"] - reached
    hidden = outside.between(1, 4) & hide_nearly_all
    value = (100 * reached / rows["n"]).where(~hidden)
    return rows.assign(value=value, mark=np.where(hidden, "...", ""), outside=outside)


def test_the_true_coefficients_are_found_though_the_best_results_are_withheld() -> None:
    schools = drawn(4000, 1, hide_nearly_all=True)
    assert (schools["mark"] == "...").mean() > 0.1
    found = fit("x", "2024/25", schools, schools.iloc[:0], schools.iloc[:0], TRUE.centre)
    assert found.coefficients == pytest.approx(TRUE.coefficients, abs=0.06)
    assert found.spread == pytest.approx(TRUE.spread, abs=0.01)
    shown = schools[schools["mark"] == ""]
    naive = fit("x", "2024/25", shown, shown.iloc[:0], shown.iloc[:0], TRUE.centre)
    assert naive.probability(schools).mean() < found.probability(schools).mean() - 0.01, "without them too little is expected"


def test_the_interval_holds_95_of_100_schools() -> None:
    schools = drawn(4000, 2, hide_nearly_all=False)
    limits = expected(TRUE, schools, TRUE.spread)
    inside = schools["value"].between(limits["low"], limits["high"])
    assert 0.94 <= inside.mean() <= 0.985  # counts are whole, so that an interval holds a little more
    assert (limits["low"] <= limits["value"]).all() and (limits["value"] <= limits["high"]).all()


def test_what_is_not_known_of_a_school_gives_no_expected_value_and_too_few_schools_no_model() -> None:
    schools = drawn(60, 3, hide_nearly_all=False)
    schools.loc[0, BACKGROUND[0]] = np.nan
    schools.loc[1, "n"] = np.nan
    limits = expected(TRUE, schools, TRUE.spread)
    assert limits.iloc[:2].isna().all().all() and limits.iloc[2:].notna().all().all()
    few = schools.iloc[2 : LEAST_UNITS + 1]
    assert fit("x", "2024/25", few, few.iloc[:0], few.iloc[:0], TRUE.centre) is None

"""From statistics to published statistics: the whole publication is protected at once, then every withheld number is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sqa_lib.disclosure.attainable import attainable
from sqa_lib.disclosure.figures import Figures, thresholds_under
from sqa_lib.disclosure.ledger import Release, marks_before, released_figures, thresholds_before
from sqa_lib.disclosure.meaning import Meaning
from sqa_lib.disclosure.system import System, system_of
from sqa_lib.disclosure.treatment import Treatment, treat
from sqa_lib.marks import Mark
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.report import Disclosure, ReportError
from sqa_lib.units import UnitTree
from sqa_lib.words import is_period

PUBLISHED = ["statistic", "school_year", "unit", "breakdown", "numerator", "denominator", "value", "low", "high", "mark"]
_NUMBERS = ["numerator", "denominator", "value", "low", "high"]
_OF_RATIOS = ["numerator", "denominator", "low", "high"]
"""What is not published of a ratio: its parts, and the interval that tells them."""
_TOLD = 5


class Unprotectable(ReportError):
    """The policy can't be met; the message names the figures that readers could still work out."""


def protect(
    statistics: pd.DataFrame,
    definitions: Mapping[str, Statistic],
    tree: UnitTree,
    policy: Disclosure,
    releases: Sequence[Release] = (),
    processes: int | None = None,
    meanings: Sequence[Meaning] = (),
) -> pd.DataFrame:
    """Published statistics, columns `PUBLISHED`: where a mark stands, every number of the row is gone. Several school years
    together are given only where they are shown.

    statistics: columns `sqa_lib.metrics.STATISTICS`, of all units of the report. Ratios keep their value only: what they are
    made of is not published. releases: what was published before, the oldest first: what it tells already nothing protects, and
    the rest goes on without it. processes: see `treat`. meanings: what readers know of how statistics hang together, beside what
    the numbers say. Raises `Unprotectable` where the policy can't be met.
    """
    statistics = statistics.reset_index(drop=True)
    known, before = (of(statistics, tree, releases) for of in (released_figures, marks_before))
    asked = thresholds_before(statistics, tree, releases, lambda rule: thresholds_under(rule, definitions))
    figures = Figures(statistics, definitions, policy, known, before, asked)
    system = system_of(figures, definitions, tree, releases, meanings)
    candidates = _candidates(system, figures)
    were_signs = figures.was_nearly_all[candidates["figure"]].to_numpy()
    treatment = treat(system, candidates[~were_signs].reset_index(drop=True), processes)
    while treatment.unprotected and releases:
        system = attainable(system, treatment.unprotected)
        treatment = treat(system, candidates[~were_signs].reset_index(drop=True), processes)
    if treatment.unprotected:
        raise Unprotectable(_told(treatment.unprotected, system, figures))
    treatment = replace(treatment, nearly_all=[*treatment.nearly_all, *candidates.loc[were_signs, "figure"]])
    mark = _marked(system, figures, treatment)
    is_given = (mark == Mark.NONE.value) | ~statistics["school_year"].map(is_period).astype(bool)
    return _without_numbers(statistics.assign(mark=mark), figures)[is_given].reset_index(drop=True)


def _marked(system: System, figures: Figures, treatment: Treatment) -> pd.Series:
    """The mark of each figure; the marks of agencies' own figures stay."""
    statistics = figures.statistics
    withheld = pd.Series(system.shows @ treatment.hidden > 0, statistics.index) | figures.is_unreliable | figures.by_hand
    mark = statistics["mark"].mask(withheld & statistics["value"].notna(), Mark.WITHHELD.value)
    mark = mark.mask(_leaves_few(system, figures) & (mark == ""), Mark.WITHHELD.value)
    mark[treatment.nearly_all] = Mark.ALL_BUT_FEW.value
    mark = mark.mask(_of_nobody_in_secret(system, figures, mark), Mark.WITHHELD.value)
    return mark.mask((statistics["value"].isna() & (mark == "")) | figures.is_nothing, Mark.MISSING.value)


def _leaves_few(system: System, figures: Figures) -> pd.Series:
    """True for shares of several school years that leave few outside: what protects single years may let them be shown."""
    outside = system.parts[system.parts["part"] == "rest"]
    few = outside.loc[system.is_withheld[outside["cell"]], "figure"]
    statistics = figures.statistics
    return statistics["school_year"].map(is_period).astype(bool) & statistics.index.isin(few)


def _of_nobody_in_secret(system: System, figures: Figures, mark: pd.Series) -> pd.Series:
    """True for shares and ratios of nobody where no other figure shows that there is nobody: there `.` would tell it, and `..`
    elsewhere that there is somebody."""
    is_shown = system.shows.T @ ((mark == "") & ~figures.is_of_nobody).to_numpy(dtype=float) > 0
    is_open = _following(system, (is_shown | system.cells["is_known"].to_numpy()) & (system.cells["value"] == 0).to_numpy())
    whole = system.parts[system.parts["part"] == "denominator"]
    hidden = whole.loc[~is_open[whole["cell"]], "figure"]
    return figures.is_of_nobody & mark.index.isin(hidden)


def _following(system: System, zero: np.ndarray) -> np.ndarray:
    """True for the cells that are known to be 0 because these are: where a whole is 0, so are its parts."""
    sides = [(system.equations * sign > 0).astype(float) for sign in (1, -1)]
    while True:
        known = zero.copy()
        for whole, parts in (sides, sides[::-1]):
            is_nothing = (whole @ (~known).astype(float) == 0) & (whole.getnnz(axis=1) > 0)
            known |= parts.T @ is_nothing.astype(float) > 0
        if (known == zero).all():
            return known
        zero = known


def _candidates(system: System, figures: Figures) -> pd.DataFrame:
    """Reliable shares that all but a few are in, and that were not withheld before: columns figure, cell (of the rest), few,
    whole (its denominator), least. Shares that leave the same people out (all, and boys, where no girl is outside) say so
    together or not at all: one would tell what the other withholds."""
    cells = system.parts.pivot(index="figure", columns="part", values="cell").reindex(columns=["rest", "denominator"])
    cells = cells.dropna(subset="rest").astype(int)
    thresholds = figures.thresholds.loc[figures.statistics["statistic"].iloc[cells.index]]
    table = pd.DataFrame(
        {
            "figure": cells.index,
            "cell": cells["rest"].to_numpy(),
            "few": thresholds["minimum_count"].to_numpy() - 1,
            "whole": cells["denominator"].to_numpy(),
            "least": thresholds["minimum_denominator"].to_numpy(),
        }
    )
    is_few = system.is_small[table["cell"]] & (system.cells["value"].to_numpy()[table["cell"]] <= table["few"])
    reliable = ~(figures.is_unreliable | figures.was_withheld | figures.by_hand).to_numpy()[table["figure"]]
    may_say_so = is_few & reliable & figures.policy.all_but_few
    all_may = may_say_so.groupby(table["cell"]).transform("all")
    said_so = figures.was_nearly_all.to_numpy()[table["figure"]]
    return table[may_say_so & (all_may | said_so)].reset_index(drop=True)


def _without_numbers(statistics: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    numbers = statistics[_NUMBERS].mask(statistics["mark"] != "")
    is_ratio = figures.kind == "ratio"
    numbers = numbers.assign(**{part: numbers[part].mask(is_ratio) for part in _OF_RATIOS})
    numbers = numbers.assign(value=numbers["value"].mask(is_ratio, _as_printed(numbers["value"].astype(float), figures.decimals)))
    return statistics.assign(**{name: numbers[name] for name in _NUMBERS})[PUBLISHED]


def _as_printed(values: pd.Series, decimals: pd.Series) -> pd.Series:
    """Values with as many decimals as the books print, rounded as they round (`sqa_lib.words.round_half_up`): further ones would
    tell what a mean is made of."""
    scale = 10.0 ** decimals.astype(float)
    return np.sign(values) * np.floor(values.abs() * scale + 0.5 + 1e-9) / scale


def _told(cells: list[int], system: System, figures: Figures) -> str:
    """What can't be protected, by name only."""
    names = [_name(cell, system, figures) for cell in cells[:_TOLD]]
    return (
        f"key `disclosure`: {len(cells)} small numbers can be worked out whatever else is withheld: {'; '.join(names)}"
        f"{'; …' if len(cells) > len(names) else ''}. Leave out a statistic or breakdown, or pool years"
    )


def _name(cell: int, system: System, figures: Figures) -> str:
    """A figure that the cell is a part of; the unit as it was, where that is a unit of an earlier release."""
    figure = system.parts.loc[system.parts["cell"] == cell, "figure"]
    if figure.empty:
        return " ".join(system.cells.loc[cell, ["school_year", "unit"]])
    row = figures.statistics.iloc[figure.iloc[0]]
    return f"{row['statistic']} {row['school_year']} {row['unit']} [{row['breakdown']}]"

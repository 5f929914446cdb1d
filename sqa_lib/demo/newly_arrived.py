"""Newly arrived pupils, and applications for study guidance in the mother tongue."""

import numpy as np
import pandas as pd

from sqa_lib.demo.chance import Rng, deal, draw, term_days, uneven
from sqa_lib.demo.languages import languages
from sqa_lib.demo.school_year import SchoolYear

ARRIVED = {
    "2018/19": {"HÖB": 21, "SRG": 16, "BCN": 38},
    "2019/20": {"HÖB": 17, "SRG": 15, "BCN": 34},
    "2020/21": {"HÖB": 13, "SRG": 13, "BCN": 29},
}

NOT_DONE = {
    "2018/19": {"mapping_1": 4, "mapping_2_literacy": 14, "mapping_2_numeracy": 34, "mapping_3": 61, "needs_guidance": 5},
    "2019/20": {"mapping_1": 3, "mapping_2_literacy": 9, "mapping_2_numeracy": 27, "mapping_3": 52, "needs_guidance": 4},
    "2020/21": {"mapping_1": 2, "mapping_2_literacy": 7, "mapping_2_numeracy": 23, "mapping_3": 41, "needs_guidance": 0},
}
"""Pupils for whom the step is not done, or who do not need study guidance."""

STUDY_PLANS = {"2018/19": 0.45, "2019/20": 0.55, "2020/21": 0.7}
"""Share of those arriving in years 7–9 who have an individual study plan."""

DECISIONS = {
    "2018/19": {"granted": 181, "denied": 19, "open": 0},
    "2019/20": {"granted": 176, "denied": 22, "open": 0},
    "2020/21": {"granted": 168, "denied": 37, "open": 9},
}

OBSERVATIONS = {
    "2018/19": {"language_unknown": 8, "born_in_sweden": 13, "raise_grade": 11, "other_support": 6},
    "2019/20": {"language_unknown": 9, "born_in_sweden": 15, "raise_grade": 12, "other_support": 7},
    "2020/21": {"language_unknown": 12, "born_in_sweden": 19, "raise_grade": 15, "other_support": 10},
}


def newly_arrived(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per pupil received; a study plan is asked for in years 7–9 only (skollagen 2010:800, 3 kap.)."""
    weight = pd.Series(uneven(year.pupils.unit, rng, shape=1.0), year.pupils.index)
    areas = {area: year.pupils[year.pupils.area == area] for area in ARRIVED[year.name]}
    arrived = [draw(areas[area], count, rng, weight[areas[area].index]) for area, count in ARRIVED[year.name].items()]
    table = draw(pd.concat(arrived), sum(map(len, arrived)), rng).reset_index(drop=True)
    for column, missing in NOT_DONE[year.name].items():
        table[column] = deal({False: missing, True: len(table) - missing}, rng)
    older = table.year.isin(["7", "8", "9"])
    planned = round(older.sum() * STUDY_PLANS[year.name])
    table["study_plan"] = pd.Series(deal({True: planned, False: older.sum() - planned}, rng), table.index[older], dtype=object)
    return table.assign(welcome_talk=term_days(year.name, len(table), rng))


def study_guidance(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per application; the observations are rarer among the granted."""
    decisions = deal(DECISIONS[year.name], rng)
    table = draw(year.pupils, len(decisions), rng, uneven(year.pupils.unit, rng)).reset_index(drop=True)
    table = table.assign(language=languages(len(table), rng), applied=term_days(year.name, len(table), rng), decision=decisions)
    observations = deal(OBSERVATIONS[year.name], rng)
    weight = np.where(table.decision == "denied", 6.0, 1.0)
    noted = rng.choice(len(table), len(observations), replace=False, p=weight / weight.sum())
    return table.assign(observation=pd.Series(observations, noted).reindex(table.index))

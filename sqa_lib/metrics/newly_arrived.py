"""Newly arrived pupils: reception, mapping of knowledge, need of study guidance; and applications for study guidance."""

import pandas as pd

from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import BOOKS, counts, melt_flags, shares, shares_of_authority
from sqa_lib.units import UnitTree

_POPULATION = "nyanlända elever i grundskolan som tagits emot genom välkomstsamtal under läsåret"
_DATE = "läsåret, datum för välkomstsamtal"
_STEPS = {
    "mapping_1": "step_1",
    "mapping_2_literacy": "step_2_literacy",
    "mapping_2_numeracy": "step_2_numeracy",
    "mapping_3": "step_3",
    "study_plan": "study_plan",
}


@statistic(
    "Nyanlända elever",
    "count",
    population=_POPULATION,
    numerator="antal elever",
    date=_DATE,
    datasets=("newly_arrived",),
    pooled=((),),
    noun=("nyanländ elev", "nyanlända elever"),
)
def newly_arrived(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(tables["newly_arrived"], tree, [(), ("gender",)])


@statistic(
    "Nyanlända elever med behov av studiehandledning",
    "count",
    population=_POPULATION,
    numerator="elever med behov av studiehandledning på modersmålet",
    date=_DATE,
    datasets=("newly_arrived",),
    noun=("elev", "elever"),
)
def newly_arrived_need_guidance(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return counts(tables["newly_arrived"].astype({"needs_guidance": float}), tree, of="needs_guidance")


@statistic(
    "Andel av kommunens nyanlända elever",
    "share",
    population=_POPULATION,
    numerator="enhetens nyanlända elever",
    denominator="kommunens nyanlända elever",
    date=_DATE,
    datasets=("newly_arrived",),
    decimals=1,
    of_authority=True,
)
def newly_arrived_of_authority(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return shares_of_authority(counts(tables["newly_arrived"], tree), tree)


@statistic(
    "Genomförd kartläggning",
    "share",
    population=_POPULATION,
    numerator="elever med genomförd kartläggning",
    denominator="elever med uppgift om kartläggningen",
    date="läsårets slut",
    datasets=("newly_arrived",),
    pooled=(("mapping_step",),),
)
def newly_arrived_mapped(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = melt_flags(tables["newly_arrived"], "mapping_step", _STEPS)
    by = [("mapping_step",)]
    return shares(counts(rows, tree, by, of="is_so"), counts(rows, tree, by))


@statistic(
    "Ansökningar om studiehandledning på modersmålet",
    "count",
    population="ansökningar om studiehandledning i grundskolan",
    numerator="antal ansökningar",
    date="läsåret, ansökningsdatum",
    datasets=("study_guidance",),
    pooled=((),),
    noun=("ansökan", "ansökningar"),
)
def study_guidance_applications(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["study_guidance"].rename(columns={"decision": "guidance_decision", "observation": "guidance_observation"})
    return counts(rows, tree, [(), ("guidance_decision",), ("gender",), ("language",)])


@statistic(
    "Ansökningar som väckt frågor",
    "count",
    population="ansökningar om studiehandledning i grundskolan",
    numerator="ansökningar med en iakttagelse av handläggaren",
    date="läsåret, ansökningsdatum",
    datasets=("study_guidance",),
    noun=("ansökan", "ansökningar"),
)
def study_guidance_observations(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    rows = tables["study_guidance"].rename(columns={"observation": "guidance_observation"})
    is_observed = rows["guidance_observation"].notna()
    return counts(rows, tree, [(), ("guidance_observation",)], levels=BOOKS, where=is_observed)

"""A few published figures of a small tree of units, some of them withheld."""

import pytest

from sqa_lib.disclosure import PUBLISHED
from sqa_lib.metrics.statistic import Statistic
from sqa_lib.published import Published
from sqa_lib.report import Disclosure
from sqa_lib.rows import TableRows
from sqa_lib.units import UnitTree
from tests.spec import table

NAN = float("nan")


def _statistic(name: str, label: str, kind: str, noun: tuple[str, str] = ("", ""), **more: object) -> Statistic:
    given = {"population": "", "numerator": "", "denominator": "", "date": "läsåret", "datasets": ()} | more
    return Statistic(name, label, kind, noun=noun, **given)


DEFINITIONS = {
    statistic.id: statistic
    for statistic in (
        _statistic("pupils", "Elever i grundskolan", "count", ("elev", "elever")),
        _statistic("cases", "Elevhälsans ärenden", "count", ("ärende", "ärenden"), numerator="ärenden till elevhälsan"),
        _statistic("cases_level", "Ärenden per nivå", "share", numerator="ärenden på nivån", denominator="alla ärenden"),
        _statistic("arrived", "Nyanlända elever", "count", ("nyanländ elev", "nyanlända elever")),
        _statistic("projects", "Skolor i närvaroprojektet", "count", ("skola", "skolor")),
        _statistic("absence", "Frånvaro", "ratio", unit_of_measure="procent", decimals=1, denominator="schemalagd tid"),
        _statistic("high_absence", "Elever med hög frånvaro", "share", decimals=1),
        _statistic("per_group", "Elever per grupp med fjärrundervisning", "ratio", decimals=2),
        _statistic("tongue", "Modersmålselever", "count", ("elev", "elever")),
    )
}
FIGURES = """
    statistic    | school_year | unit  | breakdown                                | value  | mark
    pupils       | 2020/21     | all   |                                          | 6745   |
    pupils       | 2020/21     | north |                                          | 2402   |
    pupils       | 2020/21     | n1    |                                          | 210    |
    pupils       | 2019/20     | n1    |                                          | 208    |
    pupils       | 2020/21     | n1    | gender=girl                              | 104    |
    pupils       | 2020/21     | n1    | gender=boy                               | 106    |
    pupils       | 2020/21     | n2    |                                          |        | ..
    cases        | 2020/21     | all   |                                          | 355    |
    cases        | 2020/21     | all   | school_form=preschool                    | 91     |
    cases        | 2020/21     | all   | school_form=compulsory                   | 264    |
    cases        | 2020/21     | n1    |                                          | 27     |
    cases        | 2020/21     | n1    | school_form=compulsory                   | 27     |
    cases        | 2020/21     | n2    |                                          |        | ..
    cases        | 2020/21     | n2    | gender=girl;school_form=compulsory       | 9      |
    cases_level  | 2020/21     | all   | level=individual;school_form=preschool   | 89.01  |
    cases_level  | 2020/21     | all   | level=individual;school_form=compulsory  | 68.56  |
    cases_level  | 2020/21     | all   | level=group;school_form=compulsory       | 12.88  |
    arrived      | 2020/21     | all   |                                          | 55     |
    arrived      | 2020/21     | n1    |                                          | 0      |
    projects     | 2020/21     | all   |                                          | 3      |
    absence      | 2020/21     | all   |                                          | 7.24   |
    absence      | 2019/20     | all   |                                          | 5.41   |
    absence      | 2020/21     | n2    |                                          |        | ..
    absence      | 2020/21     | s1    |                                          |        | .
    high_absence | 2020/21     | all   |                                          | 10.4   |
    high_absence | 2020/21     | n2    |                                          |        | ..
    per_group    | 2020/21     | all   |                                          | 2.17   |
    tongue       | 2020/21     | all   |                                          | 725    |
    tongue       | 2020/21     | all   | language=arabic                          | 151    |
"""


@pytest.fixture(scope="session")
def published(tree: UnitTree) -> Published:
    rows = table(FIGURES, numbers=("value",)).fillna({"breakdown": "", "mark": ""})
    rows = rows.assign(low=NAN, high=NAN, numerator=rows["value"], denominator=NAN)
    return Published(TableRows(rows[PUBLISHED]), DEFINITIONS, tree, Disclosure())

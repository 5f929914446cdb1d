"""What statistics mean together: found from single rows, complete, and true of every number."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sqa_lib.disclosure import Meaning
from sqa_lib.disclosure.atoms import Atoms, atoms_of, blocks
from sqa_lib.disclosure.meaning import found_in
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.sources.datasets import DATASETS
from tests.audit.meanings import World, world

pytestmark = pytest.mark.xdist_group("meanings")


@pytest.fixture(scope="module")
def lulea(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world("lulea-2020-21", tmp_path_factory.mktemp("lulea"))


@pytest.fixture(scope="module")
def atoms(lulea: World) -> list[Atoms]:
    return atoms_of(lulea.tables, lulea.tree, DEFINITIONS)


def said(meaning: Meaning) -> str:
    """`a [x] + b = c`: what is taken away stands on the other side, in the order of the alphabet."""
    sides = [
        " + ".join(
            sorted(f"{abs(times)} " * (abs(times) > 1) + _named(name) for name, times in meaning.terms if times * sign > 0)
        )
        for sign in (-1, 1)
    ]
    return f"{sides[0]} {'=' if meaning.is_equal else '<='} {sides[1]}"


def _named(name: tuple[str, str, str]) -> str:
    statistic, part, breakdown = name
    role = {"numerator": "", "denominator": ".whole", "rest": ".rest", "people": ".people"}[part]
    return f"{statistic}{role}" + (f" [{breakdown}]" if breakdown else "")


@pytest.mark.parametrize(
    "relation",
    [
        "survey.whole [survey_item=safe;survey_year=4] <= survey_response [survey_year=4]",
        "survey [survey_item=sleep_under_6;survey_year=7] <= survey [survey_item=sleep_6_or_less;survey_year=7]",
        "mother_tongue_not_granted = mother_tongue_applications [application_outcome=fewer_than_five]"
        " + mother_tongue_applications [application_outcome=no_teacher]",
        "61 handled_within_60_days.rest <= handling_days",
        "handled_within_60_days.whole [level=group] <= health_cases [level=group;school_form=compulsory]"
        " + health_cases [level=group;school_form=preschool]",
        "lex_maria <= deviations",
        "newly_arrived_need_guidance <= newly_arrived",
    ],
)
def test_what_the_words_say_is_found(relation: str, lulea: World) -> None:
    left, sign, right = relation.replace(" <= ", " | <= | ").replace(" = ", " | = | ").split(" | ")
    assert {f"{left} {sign} {right}", f"{right} {sign} {left}"} & set(map(said, lulea.meanings))


def test_what_holds_in_units_of_one_school_form_alone_is_found_too(lulea: World) -> None:
    """Counsellors take part in no school's cases about language. In an area some do in a preschool's, which are no school's."""
    of_schools = {said(meaning) for meaning in lulea.every_meaning if meaning.form == "compulsory"}
    counsellors = "health_cases_profession [profession=counsellor] <= language_vulnerability_share.rest"
    assert counsellors in of_schools - set(map(said, lulea.meanings))


def test_no_sum_is_missing_among_them(atoms: list[Atoms]) -> None:
    """Oracle: linear algebra. As many independent sums as the series have dimensions less than they are."""
    for own in atoms:
        series = np.unique(own.adds.T, axis=0)
        sums = [meaning for meaning in found_in(own) if meaning.is_equal and len(meaning.terms) > 2]
        assert len(sums) == len(series) - np.linalg.matrix_rank(series), own.names["statistic"].iloc[0]


@pytest.mark.parametrize("seed", [None, 77])
def test_each_is_true_of_every_number_of_every_municipality(
    seed: int | None, lulea: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What follows from the words holds in a municipality that was not looked at, too: its other seed shares no row."""
    other = lulea if seed is None else world("lulea-2020-21", tmp_path_factory.mktemp("other"), seed)
    values = {"": other.values} | {form: other.values_in(form) for form in ("compulsory", "preschool")}
    wrong = [said(meaning) for meaning in lulea.every_meaning if _fails(meaning, values[meaning.form])]
    assert wrong == []


def _fails(meaning: Meaning, values: pd.DataFrame) -> bool:
    if any(name not in values.index for name, _ in meaning.terms):
        return False
    over = sum(times * values.loc[name] for name, times in meaning.terms)
    return bool((over.abs() > 1e-9).any() if meaning.is_equal else (over < -1e-9).any())


def test_columns_that_exclude_codes_of_each_other_are_drawn_together(lulea: World) -> None:
    def together(dataset: str) -> list[list[str]]:
        table = lulea.tables[dataset].assign(form="compulsory")
        columns = [c for c in DATASETS[dataset].columns if c.kind in ("code", "codes", "boolean", "date") and c.name in table]
        return [names for names in blocks(table, columns) if len(names) > 1]

    assert together("mother_tongue") == [["year", "has_left", "grade"], ["language", "is_minority", "place"]]
    assert together("health_cases") == [["received", "closed"], ["level", "gender"], ["case_types", "professions"]]
    assert together("health_survey") == []


def test_series_that_agree_by_chance_are_not_taken_to_belong_together(lulea: World) -> None:
    """Five pupils speak Greek, and all of their applications were granted: that says nothing of Greek."""
    granted = "study_guidance_applications [guidance_decision=granted]"
    assert not [said(m) for m in lulea.meanings if granted in said(m) and "language=" in said(m)]


def test_the_same_rows_give_the_same_meanings(lulea: World, atoms: list[Atoms]) -> None:
    assert [meaning for own in atoms for meaning in found_in(own)] == lulea.meanings


@pytest.mark.parametrize("of", [lambda table: table[:0], lambda table: table[:1]])
def test_of_no_row_and_of_one_there_is_nothing_wrong(of: Callable, lulea: World, tmp_path: Path) -> None:
    tables = {name: table if name == "school_units" else of(table) for name, table in lulea.tables.items()}
    assert isinstance([found_in(own) for own in atoms_of(tables, lulea.tree, DEFINITIONS)], list)

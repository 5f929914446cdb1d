"""The intervals of hidden numbers are those of every table that agrees with what is published, counted one by one."""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sqa_lib.audit.intervals import intervals_of
from sqa_lib.audit.relations import combination

T = 4
"""The threshold of the tiny publications: small counts are 1 to 3."""

MOST_TABLES = 20_000
TOTAL, PART_A, PART_B, FIRST, SECOND = range(5)
"""What is published of each unit: a total, its split in two by one dimension and its split in two by another."""


@dataclass(frozen=True)
class Publication:
    """areas: how many schools each has; truth: (part a, part b, first) of each school; says: what is published of each unit's
    five figures: `shown`, `hidden` or `few` (1 to T-1, as of those outside a share marked `~100`). Units: municipality, areas,
    schools.
    """

    areas: tuple[int, ...]
    truth: tuple[tuple[int, int, int], ...]
    says: tuple[tuple[str, ...], ...]

    @property
    def members(self) -> list[list[int]]:
        """For each unit the places of its schools."""
        schools = list(range(len(self.truth)))
        ends = np.cumsum([0, *self.areas])
        return [schools, *(schools[start:end] for start, end in pairwise(ends)), *([s] for s in schools)]


def five(schools: list[tuple[int, int, int]]) -> tuple[int, ...]:
    """A unit's figures from those of its schools."""
    a, b, first = (sum(school[i] for school in schools) for i in range(3))
    return (a + b, a, b, first, a + b - first)


def agrees(figures: tuple[int, ...], truth: tuple[int, ...], says: tuple[str, ...]) -> bool:
    return all(
        value == true if word == "shown" else 1 <= value < T if word == "few" else True
        for value, true, word in zip(figures, truth, says, strict=True)
    )


def possible_tables(publication: Publication) -> list[list[tuple[int, ...]]]:
    """Every table of whole numbers that agrees with the publication: a list of the units' figures each."""
    members = publication.members
    true = [five([publication.truth[s] for s in unit]) for unit in members]
    first_school = 1 + len(publication.areas)
    choices = []
    for place in range(len(publication.truth)):
        unit = first_school + place
        whole = range(true[0][TOTAL] + 1)  # the municipality's total is always shown
        school = [
            (a, b, first)
            for a in whole
            for b in range(true[0][TOTAL] - a + 1)
            for first in range(a + b + 1)
            if agrees(five([(a, b, first)]), true[unit], publication.says[unit])
        ]
        choices.append(school)
    assume(np.prod([len(choice) for choice in choices]) <= MOST_TABLES)
    found = []
    for schools in product(*choices):
        table = [five([schools[s] for s in unit]) for unit in members]
        if all(map(agrees, table, true, publication.says)):
            found.append(table)
    return found


def attacked(publication: Publication, enough: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """low, high and whether it is too narrow, of every figure (units x 5), from explicit relations."""
    members = publication.members
    true = np.array([five([publication.truth[s] for s in unit]) for unit in members], dtype=float)
    says = np.array(publication.says)
    low = np.where(says == "shown", true, np.where(says == "few", 1.0, 0.0)).ravel()
    high = np.where(says == "shown", true, np.where(says == "few", T - 1.0, np.inf)).ravel()
    at = np.arange(true.size).reshape(true.shape)
    relations = [
        combination("margin", "a", [(1, at[:, TOTAL]), (-1, at[:, PART_A]), (-1, at[:, PART_B])], 0, 0),
        combination("margin", "b", [(1, at[:, TOTAL]), (-1, at[:, FIRST]), (-1, at[:, SECOND])], 0, 0),
    ]
    first_school = 1 + len(publication.areas)
    for area in range(1, first_school):
        children = [first_school + school for school in members[area]]
        relations.append(combination("hierarchy", "area", [(1, at[area]), *((-1, at[c]) for c in children)], 0, 0))
    relations.append(combination("hierarchy", "all", [(1, at[0]), *((-1, at[c]) for c in range(1, first_school))], 0, 0))
    bounds = intervals_of(low, high, relations, np.full(true.size, enough), (says != "shown").ravel(), np.ones(true.size))
    return tuple(each.reshape(true.shape) for each in (bounds.low, bounds.high, bounds.is_narrow))


@st.composite
def publications(draw) -> Publication:
    areas = draw(st.sampled_from([(2,), (1, 1), (1, 2), (3,)]))
    schools = draw(st.lists(st.tuples(*[st.integers(0, 6)] * 2), min_size=sum(areas), max_size=sum(areas)))
    truth = tuple((a, b, draw(st.integers(0, min(6, a + b)))) for a, b in schools)
    units = Publication(areas, truth, ()).members
    true = [five([truth[s] for s in unit]) for unit in units]
    hidden = st.sampled_from(["shown", "shown", "hidden"])
    says = [
        tuple(
            "few" if word == "hidden" and 1 <= value < T and draw(st.booleans()) else word
            for value, word in zip(row, words, strict=True)
        )
        for row, words in zip(true, draw(st.lists(st.tuples(*[hidden] * 5), min_size=len(true), max_size=len(true))), strict=True)
    ]
    return Publication(areas, truth, (("shown", *says[0][1:]), *says[1:]))


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(publications())
def test_intervals_are_those_of_all_possible_tables(publication: Publication) -> None:
    """Agreement is exact: the linear programs' bounds, rounded inwards, are the least and the greatest number in any table of
    whole numbers that agrees with what is published; and a hidden number is called too narrow exactly when no such table has it
    at most 1, or none has it at least as large as it needs to be."""
    tables = np.array(possible_tables(publication), dtype=float)
    least, greatest = tables.min(axis=0), tables.max(axis=0)
    low, high, _ = attacked(publication, enough=1000.0)
    np.testing.assert_array_equal(low, least)
    np.testing.assert_array_equal(high, greatest)
    is_hidden = np.array(publication.says) != "shown"
    _, _, is_narrow = attacked(publication, enough=T)
    np.testing.assert_array_equal(is_narrow & is_hidden, is_hidden & ((least > 1) | (greatest < needed(publication))))


def needed(publication: Publication) -> np.ndarray:
    """T, or T-1 where the sign says 1 to T-1 of the number, or of the same number of another unit with the same schools."""
    few = np.array(publication.says) == "few"
    alike = np.array([[one == other for other in publication.members] for one in publication.members])
    return np.where((alike[:, :, None] & few[None, :, :]).any(axis=1), T - 1, T)

"""The parts of a publication that are looked at by themselves first, because they are small: the wide levels, then each area."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sqa_lib.disclosure.system import System
from sqa_lib.units import UnitTree

WIDE = ("area", "municipality")


@dataclass(frozen=True)
class Neighbourhood:
    """own: True for the cells whose wishes are met here; among: for those that may move; under: for the equations that are looked
    at, the others reach further."""

    own: np.ndarray
    among: np.ndarray
    under: np.ndarray


def wide(system: System) -> Neighbourhood:
    """The authority and its areas, without what their numbers are made of."""
    narrow = _narrow(system)
    return Neighbourhood(~narrow, ~narrow, ~_touching(system, narrow))


def areas(system: System, tree: UnitTree) -> Iterator[Neighbourhood]:
    """The schools of each area, whose numbers move against each other only."""
    narrow = _narrow(system)
    area = system.cells["unit"].map({unit.code: tree.area_of(unit.code) for unit in tree.units})
    for name in sorted(set(area[narrow].dropna())):
        inside = (area == name).to_numpy() & narrow
        yield Neighbourhood(inside, inside, np.ones(system.equations.shape[0], dtype=bool))


def everything(system: System) -> Neighbourhood:
    """The whole publication."""
    cells = np.ones(len(system.cells), dtype=bool)
    return Neighbourhood(cells, cells, np.ones(system.equations.shape[0], dtype=bool))


def _narrow(system: System) -> np.ndarray:
    return ~system.cells["level"].isin(WIDE).to_numpy()


def _touching(system: System, cells: np.ndarray) -> np.ndarray:
    """True for the equations that any of the cells is in."""
    return abs(system.equations) @ np.asarray(cells, dtype=float) > 0

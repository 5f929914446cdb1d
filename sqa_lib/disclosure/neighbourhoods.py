"""What is looked at by itself first, because it falls into small parts: the wide levels, then the schools of each area."""

from dataclasses import dataclass

import numpy as np

from sqa_lib.disclosure.system import System

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


def schools(system: System) -> Neighbourhood:
    """The schools, whose numbers move against those of the others in their area only."""
    narrow = _narrow(system)
    return Neighbourhood(narrow, narrow, np.ones(system.equations.shape[0], dtype=bool))


def everything(system: System) -> Neighbourhood:
    """The whole publication."""
    cells = np.ones(len(system.cells), dtype=bool)
    return Neighbourhood(cells, cells, np.ones(system.equations.shape[0], dtype=bool))


def _narrow(system: System) -> np.ndarray:
    return ~system.cells["level"].isin(WIDE).to_numpy()


def _touching(system: System, cells: np.ndarray) -> np.ndarray:
    """True for the equations that any of the cells is in."""
    return abs(system.equations) @ np.asarray(cells, dtype=float) > 0

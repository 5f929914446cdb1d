"""Which further cells to hide so that no small number can be worked out from the others, in an order that keeps it quick."""

import numpy as np

from sqa_lib.disclosure.hiding import Hiding, Wish, wishes_of
from sqa_lib.disclosure.system import System
from sqa_lib.units import UnitTree

WIDE = ("area", "municipality")


def hide(system: System, tree: UnitTree) -> tuple[np.ndarray, list[int]]:
    """True for every cell to hide: the small ones and what protects them; and the small ones that nothing can protect.

    First public numbers, which then stay as they are; then areas and the authority by themselves; then the schools of each
    area; then all together. All but the last look away from equations that reach further, so that they are small; the last
    looks at everything, finds nearly every wish met, and mends what is left.
    """
    hiding, wishes = Hiding(system, system.is_withheld), wishes_of(system)
    is_public, may_move = system.cells["is_public"].to_numpy(), hiding.can_move
    _protect_by_area(hiding, [wish for wish in wishes if is_public[wish.cell]], is_public | (hiding.loss == 0), system, tree)
    hiding.can_move = may_move & (hiding.hidden | ~is_public)
    _protect_by_area(hiding, wishes, np.ones(len(is_public), dtype=bool), system, tree)
    unmet = hiding.protect(wishes, *_everything(system))
    hiding.can_move = may_move
    unmet = hiding.protect(unmet, *_everything(system))
    return hiding.hidden, sorted({wish.cell for wish in unmet})


def _protect_by_area(hiding: Hiding, wishes: list[Wish], among: np.ndarray, system: System, tree: UnitTree) -> None:
    narrow = ~system.cells["level"].isin(WIDE).to_numpy()
    area = system.cells["unit"].map({unit.code: tree.area_of(unit.code) for unit in tree.units}).to_numpy()
    reaches_down, reaches_up = (_touching(system, cells) for cells in (narrow, system.cells["level"] == "municipality"))
    hiding.protect([wish for wish in wishes if not narrow[wish.cell]], among & ~narrow, ~reaches_down)
    for name in sorted(set(area[narrow])):
        inside = area == name
        own = [wish for wish in wishes if inside[wish.cell] and narrow[wish.cell]]
        hiding.protect(own, among & inside & (narrow | (hiding.loss == 0)), ~reaches_up)
    hiding.forget()


def _touching(system: System, cells: np.ndarray) -> np.ndarray:
    """True for the equations that any of the cells is in."""
    return abs(system.equations) @ np.asarray(cells, dtype=float) > 0


def _everything(system: System) -> tuple[np.ndarray, np.ndarray]:
    return np.ones(len(system.cells), dtype=bool), np.ones(system.equations.shape[0], dtype=bool)

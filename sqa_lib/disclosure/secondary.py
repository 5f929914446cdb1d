"""Which further cells to hide so that no small number can be worked out from the others, in an order that keeps it quick."""

import numpy as np

from sqa_lib.disclosure.hiding import Hiding, Run, wishes_of
from sqa_lib.disclosure.meeting import Wish
from sqa_lib.disclosure.neighbourhoods import everything, schools, wide
from sqa_lib.disclosure.system import System


def hide(system: System, run: Run = map) -> tuple[np.ndarray, list[int]]:
    """True for every cell to hide: the small ones and what protects them; and the small ones that nothing can protect.

    First public numbers, which then stay as they are; then areas and the authority by themselves; then the schools of each
    area; then all together. All but the last look away from equations that reach further, so that they are small; the last
    looks at everything, finds nearly every wish met, and mends what is left. What it hid of the authority's numbers is then
    hidden again only where the others don't do.
    """
    hiding, wishes = Hiding(system, system.stays_hidden, run), wishes_of(system)
    is_public, may_move = system.cells["is_public"].to_numpy(), hiding.can_move
    _protect_nearby(hiding, [wish for wish in wishes if is_public[wish.cell]], is_public | (hiding.loss == 0), system)
    hiding.can_move = may_move & (hiding.hidden | ~is_public)
    whole = everything(system)
    _protect_nearby(hiding, wishes, whole.among, system)
    _protect_all(hiding, wishes, may_move, system)
    of_authority = (system.cells["level"] == "municipality").to_numpy() & hiding.hidden & ~system.stays_hidden
    again = Hiding(system, hiding.hidden & ~of_authority, run)
    again.can_move = may_move & (again.hidden | ~is_public)
    near = schools(system)
    again.use_what_is_free([wish for wish in wishes if near.own[wish.cell]], near.among, near.under)
    unmet = _protect_all(again, wishes, may_move, system)
    return again.hidden, sorted({wish.cell for wish in unmet})


def _protect_nearby(hiding: Hiding, wishes: list[Wish], among: np.ndarray, system: System) -> None:
    for near in (wide(system), schools(system)):
        hiding.protect([wish for wish in wishes if near.own[wish.cell]], among & near.among, near.under)
    hiding.forget()


def _protect_all(hiding: Hiding, wishes: list[Wish], may_move: np.ndarray, system: System) -> list[Wish]:
    """With public numbers as they are, then, for what that leaves, with these too; returns the wishes that can't be met."""
    whole = everything(system)
    unmet = hiding.protect(wishes, whole.among, whole.under)
    hiding.can_move = may_move
    return hiding.protect(unmet, whole.among, whole.under)

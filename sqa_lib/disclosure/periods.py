"""Several school years together: shown where that tells no more of any single year than it may."""

import numpy as np
import pandas as pd

from sqa_lib.disclosure.all_but_few import tell, within
from sqa_lib.disclosure.hiding import Hiding, Run, wishes_of
from sqa_lib.disclosure.neighbourhoods import everything, schools, wide
from sqa_lib.disclosure.system import System


def hide_periods(system: System, hidden: np.ndarray, signs: pd.DataFrame, run: Run = map) -> tuple[np.ndarray, list[int]]:
    """What is hidden of single school years, and what must be hidden of several together besides; and the small numbers that
    nothing protects.

    hidden: True for the cells of single years that are hidden; signs: what says `~100` among them, columns of `all_but_few`.
    These are safe while no figure of several years is shown. One is hidden at once where it would tell a single hidden year;
    where it may be shown otherwise is found as for all others. What is protected are the single years: a small number of several
    years is made of such, and one that can't be shown is not given at all. All together first with public numbers as they are:
    they join what has nothing else in common.
    """
    is_alone, is_known = _years_hidden(system, hidden) == 1, system.cells["is_known"].to_numpy()
    hiding = Hiding(system, hidden | system.stays_hidden | (is_alone & ~is_known), run)
    kept, may_move = signs.set_index("cell"), hiding.can_move
    tell(hiding, kept)
    wishes = within([wish for wish in wishes_of(system) if not system.is_period[wish.cell]], kept, system)
    whole, is_public = everything(system), system.cells["is_public"].to_numpy()
    hiding.can_move = may_move & ((hiding.loss == 0) | system.is_period)
    for near in (wide(system), schools(system)):
        hiding.protect([wish for wish in wishes if near.own[wish.cell]], near.among, near.under)
    hiding.forget()
    unmet = hiding.protect(wishes, ~is_public, whole.under)
    unmet = hiding.protect(unmet, whole.among, whole.under)
    hiding.can_move = may_move
    unmet = hiding.protect(unmet, whole.among, whole.under)
    return hiding.hidden, sorted({wish.cell for wish in unmet})


def _years_hidden(system: System, hidden: np.ndarray) -> np.ndarray:
    """How many of its single years are hidden, for each cell of several years together."""
    terms = abs(system.equations)
    is_sum_of_years = (terms @ system.is_period > 0) & (terms @ ~system.is_period > 0)
    return (terms.T @ (is_sum_of_years * (terms @ (hidden & ~system.is_period)))) * system.is_period

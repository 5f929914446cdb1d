"""What everyone knows without reading a table: which school years a school has, and which school form a unit is."""

import numpy as np

from sqa_lib.audit.series import Figures
from sqa_lib.units import UnitTree

ENROLMENT = ("pupils", "preschool_children", "upper_secondary_pupils")
"""Statistics whose zeros are public: a school's web page says which years it has."""


def known_zeros(figures: Figures, tree: UnitTree, truth: np.ndarray | None = None) -> np.ndarray:
    """Which quantities (series x cells) must be zero. The truth, where it is at hand, tells the public zeros, and which series
    schools do have of another school form."""
    form = np.array([codes.get("school_form", "") for codes in figures.codes])
    own_forms = np.array([" ".join(tree[code].school_forms) if code in tree else "" for code in figures.cells["unit"]])
    is_other_form = np.zeros((len(form), len(own_forms)), dtype=bool)
    for own in set(own_forms) - {""}:
        is_other_form[:, own_forms == own] = ((form != "") & ~np.isin(form, own.split()))[:, None]
        if truth is not None:
            is_other_form[:, own_forms == own] &= ~(truth[:, own_forms == own] > 0).any(axis=1)[:, None]
    if truth is None:
        return is_other_form
    is_enrolment = figures.series["statistic"].isin(ENROLMENT).to_numpy()
    return is_other_form | (is_enrolment[:, None] & (truth == 0))

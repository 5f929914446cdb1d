"""What everyone knows without reading a table: which school years a school has, and which school form a unit is."""

import numpy as np

from sqa_lib.audit.series import Figures
from sqa_lib.units import UnitTree

ENROLMENT = ("pupils", "preschool_children")
"""Statistics whose zeros are public: a school's web page says which years it has."""

_SCHOOL_FORM = {"school": "compulsory", "preschool": "preschool"}


def known_zeros(figures: Figures, tree: UnitTree, truth: np.ndarray | None = None) -> np.ndarray:
    """Which quantities (series x cells) must be zero. The truth, where it is at hand, tells the public zeros, and which series
    schools do have of the other school form."""
    level = np.array([tree[code].level if code in tree else "" for code in figures.cells["unit"]])
    form = np.array([codes.get("school_form", "") for codes in figures.codes])
    own_form = np.array([_SCHOOL_FORM.get(each, "") for each in level])
    is_other_form = (form[:, None] != "") & (own_form[None, :] != "") & (form[:, None] != own_form[None, :])
    if truth is None:
        return is_other_form
    for each in _SCHOOL_FORM:
        is_other_form[:, level == each] &= ~(truth[:, level == each] > 0).any(axis=1)[:, None]
    is_enrolment = figures.series["statistic"].isin(ENROLMENT).to_numpy()
    return is_other_form | (is_enrolment[:, None] & (truth == 0))

"""Which languages are sought and taught, and how often."""

import numpy as np
import pandas as pd

from sqa_lib.codebook import DIMENSIONS, NATIONAL_MINORITY_LANGUAGES
from sqa_lib.demo.chance import Rng

LANGUAGES = DIMENSIONS["language"].names

WEIGHTS = pd.Series(1 / np.arange(1.6, len(LANGUAGES) + 1.6), LANGUAGES)
"""The codebook lists the languages from the common to the rare; the minority languages are more common than their place says."""
WEIGHTS[list(NATIONAL_MINORITY_LANGUAGES)] = [0.24, 0.10, 0.07]

COMMON, RARE = LANGUAGES[:10], LANGUAGES[10:]
"""Common languages have a group at the pupil's own school, rare ones are taught at a distance."""


def languages(count: int, rng: Rng, among: list[str] | None = None) -> np.ndarray:
    """`count` languages, each drawn by how common it is, from all or from some."""
    weight = WEIGHTS[among or LANGUAGES]
    return rng.choice(weight.index.to_numpy(dtype=object), count, p=(weight / weight.sum()).to_numpy())

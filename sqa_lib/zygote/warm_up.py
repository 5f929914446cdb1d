"""What the zygote does once so that no notebook need do it: import, and draw, what sections import and draw."""

import matplotlib.pyplot as plt
import seaborn  # noqa: F401

import sqa_lib.section  # noqa: F401


def draw() -> None:
    """Draw a figure as pyplot's users do, so that the inline backend is set up and fonts are found."""
    plt.figure()
    plt.close("all")

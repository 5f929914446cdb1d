"""What is said when a section reaches past the boundary."""

from IPython.core.error import InputRejected

WHY = "A book may hold only what disclosure control has let through, and microdata has not been through it."
INSTEAD = (
    "Use the published statistics (`v`, `table`, `bars` and the like of `Section`); explore microdata in JupyterLab, "
    "in a notebook of your own outside notebooks/."
)


class NotInABuild(InputRejected):
    """A section did what no section may do in a build; the message says what, why, and what to do instead.

    IPython's own class for a cell that is refused, so that it may be raised before the cell runs too.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}. {WHY} {INSTEAD}")

    def _render_traceback_(self) -> list[str]:
        """What IPython shows and papermill keeps: the message alone, no code and no values around it."""
        return [f"{type(self).__name__}: {self}"]

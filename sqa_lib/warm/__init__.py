"""Notebooks run in forks of a warm process: a papermill engine, `papermill --engine sqa-warm in.ipynb out.ipynb`.

* `engine` is papermill's side: it gives each cell to a fork and puts into the notebook what comes back.
* `forks` starts the warm process (`sqa_lib.zygote`) and asks it for forks.
* `limits` says what one notebook may take.

Where no fork is possible, papermill's ordinary engine runs the notebook, and the log says why.
"""

import papermill  # noqa: F401  first of all: it loads `engine` itself, by its entry point

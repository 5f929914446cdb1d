"""The boundary of a build: a section that a program runs reads published statistics and its unit's texts, never microdata.

* Before anything runs, the code of every notebook is read: one that reads files itself is refused (`notebooks`).
* In a kernel that runs a build, Python opens no file of the reports' data (`files`), and where the system can promise it
  (Linux, Landlock) neither does any library past Python nor any program that the kernel starts (`landlock`).

In JupyterLab, where a person runs the cells, nothing is closed: an analyst may explore microdata through `sqa_lib.sources`.
The boundary keeps an analyst from mistakes; it is no prison for code that is written to break out.
"""

from sqa_lib.boundary.kernel import close, is_closed, is_unattended
from sqa_lib.boundary.notebooks import check_notebooks
from sqa_lib.boundary.refusal import NotInABuild

__all__ = ["NotInABuild", "check_notebooks", "close", "is_closed", "is_unattended"]

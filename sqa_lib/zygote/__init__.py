"""The warm process: it has the slow imports behind it and a notebook's shell built, and forks itself for each notebook that
`sqa_lib.warm` asks for.

* `serve` is the process's main program.
* `shell` is the notebook's shell: ipykernel's own kernel, with a pipe where the sockets were.
* `wire` is how messages cross that pipe.
* `warm_up` is what sections import and draw, once for all.
"""

import errno

OUT_OF_MEMORY = errno.ENOMEM
"""The exit code of a notebook's process that could not even tell that memory had run out."""

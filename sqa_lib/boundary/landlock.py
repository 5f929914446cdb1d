"""The same folders closed by the system itself: for libraries that open files past Python, and for programs that are started.

Linux's Landlock (5.13 and later) lets a process give up rights, for itself and all that it starts, without being root. It knows
only what stays allowed, so everything beside the closed folders is listed. What is made in a folder above a closed one after
that can't be read. Source: https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import sys
from collections.abc import Collection, Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from sqa_lib.boundary.files import TEXTS

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_READ_FILE = 1 << 2
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def restrict(closed: Collection[Path]) -> bool:
    """Close the folders (real paths) to this thread and all that it starts; False where the system can't, or there are none."""
    if sys.platform != "linux" or not closed:
        return False
    call = ctypes.CDLL(None, use_errno=True).syscall
    attributes = _Ruleset(_READ_FILE)
    ruleset = call(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        for path in (*open_beside(Path("/"), closed), *(text for folder in closed for text in _texts_in(folder))):
            with _handle(path) as fd:
                rule = _PathBeneath(_READ_FILE, fd)
                call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return call(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


@contextmanager
def _handle(path: Path) -> Iterator[int]:
    """A handle for naming the file only; -1, which no rule is made of, for what is not there any more or not ours to see."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        yield -1
        return
    try:
        yield fd
    finally:
        os.close(fd)


def open_beside(folder: Path, closed: Collection[Path]) -> Iterator[Path]:
    """The largest folders, and files, that together are all of `folder` but what is closed. Links lead to what is listed in
    its own place."""
    above = {parent for path in closed for parent in path.parents}
    if folder in closed:
        return
    if folder not in above:
        yield folder
    else:
        yield from _beside(str(folder), {str(path) for path in closed}, {str(path) for path in above})


def _beside(folder: str, closed: Set[str], above: Set[str]) -> Iterator[Path]:
    """As text: a machine's folders hold thousands of names, and every notebook asks."""
    for child in _children(folder):
        if child in above and child not in closed:
            yield from _beside(child, closed, above)
        elif child not in closed:
            yield Path(child)


def _texts_in(folder: Path) -> Iterator[Path]:
    """What a unit writes itself: in the folder of one report, or of all."""
    for pattern in TEXTS:
        yield from (*folder.glob(pattern), *folder.glob(f"*/{pattern}"))


def _children(folder: str) -> list[str]:
    try:
        return [entry.path for entry in os.scandir(folder) if not entry.is_symlink()]
    except OSError:
        return []

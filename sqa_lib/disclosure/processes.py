"""Processes that run what the library asks of them, whatever they were started from: a script, a notebook, a command."""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from types import ModuleType


def pool(processes: int) -> ProcessPoolExecutor:
    """New processes, which run nothing of the program that asks for them."""
    return ProcessPoolExecutor(processes, mp_context=_Context())


class _Process(SpawnProcess):
    @staticmethod
    def _Popen(process: BaseProcess):
        """Python would have each process run the program's main module once more, and with it a script without a guard, which
        would ask for processes again. Functions of the library are found without it."""
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return SpawnProcess._Popen(process)
        finally:
            sys.modules["__main__"] = main


class _Context(SpawnContext):
    Process = _Process

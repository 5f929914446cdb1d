"""How much is tried: as much as every change has time for, or with `SQA_TEST_ALL=1` all."""

import os

EVERYTHING = bool(os.environ.get("SQA_TEST_ALL"))


def tried(often: int, all_: int) -> int:
    """How often something is tried with other data: `often` on every change, `all_` when everything is asked for."""
    return all_ if EVERYTHING else often

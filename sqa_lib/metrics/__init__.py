"""From tables to statistics: every quantity of the reports, computed once for all units."""

from importlib import import_module
from pkgutil import iter_modules

from sqa_lib.metrics.national import national_definitions
from sqa_lib.metrics.statistic import REGISTRY, STATISTICS, Statistic, compute_all

for _module in iter_modules(__path__):  # importing a module registers its statistics, in the order of the modules' names
    import_module(f"{__name__}.{_module.name}")

DEFINITIONS: dict[str, Statistic] = {**REGISTRY, **national_definitions()}
"""Every statistic there is, by name."""

__all__ = ["DEFINITIONS", "STATISTICS", "Statistic", "compute_all"]

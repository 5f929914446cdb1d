"""What a notebook calls: published statistics in, sentences, charts, tables and conclusions out.

s = Section("health-cases", report, unit, school_year)
s.lead("Elevhälsan tog emot {{ v('health_cases') }}.")
s.bars("types", "health_cases_type", rows="case_type", school_form="compulsory", finding="…")
"""

from typing import Any

__all__ = ["Section"]


def __getattr__(name: str) -> Any:
    """`Section` when it is asked for: what draws takes longer to import than a build with nothing to do takes in all."""
    if name != "Section":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sqa_lib.section.section import Section

    return Section

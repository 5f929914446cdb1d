"""What a notebook calls: published statistics in, sentences, charts, tables and conclusions out.

s = Section("health-cases", report, unit, school_year)
s.lead("Elevhälsan tog emot {{ v('health_cases') }}.")
s.bars("types", "health_cases_type", rows="case_type", school_form="compulsory", finding="…")
"""

from sqa_lib.section.section import Section

__all__ = ["Section"]

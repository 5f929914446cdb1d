"""The quality cycle over the years: what a unit promised, what its indicators say, and the next year's report.

Development areas are written by people (`areas`), their indicators are bound to published statistics (`outcome`), and the
status of an indicator follows one rule (`target`).
"""

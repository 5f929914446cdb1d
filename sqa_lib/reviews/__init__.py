"""Reviews of health plans with the rubric: the form that a reviewer fills in, and how far the reviewers have come.

Filled-in forms are read as any other dataset, by `sqa_lib.sources`.
"""

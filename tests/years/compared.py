"""What a release says beside what was recomputed: one line for each figure that is not the same."""

import numpy as np
import pandas as pd

from tests.years.recomputed import KEY

RATES = {"remote_pupils_per_group": 2, "remote_pupils_per_group_on_site": 1}
"""Means of which only the value is published, with its decimals."""


def wrong_figures(published: pd.DataFrame, expected: pd.DataFrame, policy: dict[str, int]) -> list[str]:
    """Shown figures that are other numbers, `~100` where it is not so, and figures that have no line."""
    assert not expected.duplicated(KEY).any() and not published.duplicated(KEY).any()
    both = published.merge(expected, on=KEY, how="outer", suffixes=("", "_true"), indicator=True)
    numbers = both[["numerator_true", "denominator_true"]].fillna(0.0)
    is_count = both["denominator"].isna()
    lines = both.assign(true=numbers["numerator_true"], whole=numbers["denominator_true"], is_count=is_count)
    return [f"{told}: {' '.join(row[name] for name in KEY)}" for _, row in lines.iterrows() if (told := _wrong(row, policy))]


def _wrong(row: pd.Series, policy: dict[str, int]) -> str:
    if row["_merge"] == "right_only" and "–" in row["school_year"]:
        return ""  # several years together that tell too much are left out
    if row["_merge"] == "right_only":
        return f"not there, should be {row['true']:g}" if row["true"] or row["whole"] else ""
    if row["mark"] == "~100":
        rest = row["whole"] - row["true"]
        return (
            "" if 1 <= rest < policy["minimum_count"] and row["whole"] >= policy["minimum_denominator"] else f"~100, but {rest:g}"
        )
    if row["mark"] != "":
        return ""
    if row["statistic"] in RATES:
        value = row["true"] / row["whole"] if row["whole"] else np.nan
        return (
            "" if abs(row["value"] - value) <= 0.5001 * 10 ** -RATES[row["statistic"]] else f"{row['value']}, should be {value}"
        )
    if row["numerator"] != row["true"] or (not row["is_count"] and row["denominator"] != row["whole"]):
        return f"{row['numerator']:g} of {row['denominator']:g}, should be {row['true']:g} of {row['whole']:g}"
    if not row["is_count"] and abs(row["value"] - 100 * row["true"] / row["whole"]) > 1e-9:
        return f"{row['value']} percent"
    return ""

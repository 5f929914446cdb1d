"""Numbers and rows that have been delivered before: last year's, another unit's, the same twice."""

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from sqa_lib.plausibility.oddity import Oddity
from sqa_lib.plausibility.panel import chosen, groups
from sqa_lib.plausibility.rule import Repeat, Twice

_PLACE = ["unit", "school_year"]
_SAYS_NOTHING = frozenset({"0", "0.0", "nan", "<NA>"})


def repeats(rule: Repeat, table: pd.DataFrame) -> Iterator[Oddity]:
    """Units and years whose rows say the same as an earlier year's, or as another unit's of the same year: of two units, both are
    told, since it can't be known whose they are. Rows of nothing but zeros are like each other everywhere."""
    rows = chosen(table, rule.where)
    said = rows[list(rule.columns)].astype("str").itertuples(index=False, name=None)
    signs = list(zip(groups(rows, rule.by), said, strict=True))
    blocks: dict[tuple[str, str], set] = defaultdict(set)
    for unit, year, sign in zip(rows["unit"], rows["school_year"], signs, strict=True):
        if not _SAYS_NOTHING.issuperset(sign[1]):
            blocks[unit, year].add(sign)
    holders: dict[tuple, list[tuple[str, str]]] = defaultdict(list)
    for place, block in blocks.items():
        for sign in block:
            holders[sign].append(place)
    alike: dict[tuple, int] = defaultdict(int)
    for places in holders.values():
        for first in places:
            for second in places:
                if first != second and (first[0] == second[0] or first[1] == second[1]):
                    alike[first, second] += 1
    for (place, other), count in sorted(alike.items()):
        if count >= max(rule.at_least, rule.share * len(blocks[place])) and (place[0] != other[0] or place[1] > other[1]):
            whose = f"its own of {other[1]}" if place[0] == other[0] else f"those of {other[0]}"
            yield Oddity(place[1], place[0], "", f"{count} of {len(blocks[place])} rows say the same as {whose}")


def twice(rule: Twice, table: pd.DataFrame, key: tuple[str, ...]) -> Iterator[Oddity]:
    """Units and years with rows that are alike in all columns but the key. More than chance makes: the share is of all rows."""
    rows = chosen(table, rule.where)
    said = rows[[name for name in rows.columns if name not in key]].astype("str")
    again = said.duplicated(keep="first")
    for (unit, year), some in again.groupby([rows[name] for name in _PLACE]):
        if some.sum() >= max(rule.at_least, rule.share * len(some)):
            yield Oddity(year, unit, "", f"{some.sum()} of {len(some)} rows are alike another in everything but their number")

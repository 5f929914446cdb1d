"""The demo's published figures for an authority of any size: its schools again and again, each time in areas of their own."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from shutil import copyfile, copytree

import pandas as pd

from sqa_lib.publication import fingerprint, kept_statistics, statistics_folder, write
from sqa_lib.published import Published
from sqa_lib.report import Report, load_report, project_root
from sqa_lib.rows import TableRows, in_groups
from sqa_lib.units import Unit, UnitTree

REPORT = "lulea-2020-21"


def write_authority(root: Path, schools: int) -> Report:
    """A project in `root` with the demo's notebooks, parameters, texts and published figures, for so many schools."""
    ours = project_root()
    for name in ("notebooks", "params"):
        copytree(ours / name, root / name)
    copytree(ours / "data" / REPORT, root / "data" / REPORT)
    report = load_report(REPORT, root)
    published = enlarged(kept_statistics(load_report(REPORT, ours), ours), schools)
    _copy_texts(root / "data" / REPORT / "texts", published.tree)
    write(published, statistics_folder(report, root), fingerprint(report, root))
    return report


def enlarged(published: Published, schools: int) -> Published:
    """So many schools, every one with the figures of a school of the demo, and their areas; no preschool units.

    The authority's own figures stay as they are: what is measured is how long they take to show, not what they say.
    """
    tree, table = published.tree, published.table
    units = [tree.authority, *islice(_copies(tree), schools)]
    kept = {code for unit in units for code in (unit.code, unit.parent)}
    areas = [
        copy
        for unit in tree.at("area")
        for number in range(_rounds(tree, schools))
        if (copy := _copy(unit, number, tree)).code in kept
    ]
    every = UnitTree((units[0], *areas, *units[1:]))
    names = pd.DataFrame([(unit.code, _original(unit.code)) for unit in every.units], columns=["copy", "unit"])
    rows = table.merge(names, on="unit").drop(columns="unit").rename(columns={"copy": "unit"})[table.columns]
    return replace(published, rows=TableRows(in_groups(rows, every)), tree=every)


def _rounds(tree: UnitTree, schools: int) -> int:
    return -(-schools // len(tree.at("school")))


def _copies(tree: UnitTree) -> Iterator[Unit]:
    """Every school once, then every school again and so on without end."""
    return (_copy(unit, number, tree) for number in count() for unit in tree.at("school"))


def _copy(unit: Unit, number: int, tree: UnitTree) -> Unit:
    """The unit in the round of this number; in the first round it is itself, and the authority always is."""
    if not number:
        return unit
    parent = unit.parent if unit.parent == tree.authority.code else f"{unit.parent}-{number}"
    return replace(unit, code=f"{unit.code}-{number}", name=f"{unit.name} {number + 1}", parent=parent)


def _original(code: str) -> str:
    return code.partition("-")[0]


def _copy_texts(folder: Path, tree: UnitTree) -> None:
    for unit in tree.units:
        original = folder / _original(unit.code)
        if unit.code != original.name and original.is_dir():
            copytree(original, folder / unit.code, copy_function=copyfile)

"""Random faults in the input of a small report, five hundred in all: each is refused, or told, and what is published is right."""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.marks import Mark
from sqa_lib.plausibility import odd
from sqa_lib.publication import (
    ReportInput,
    compute_from,
    published_statistics,
    read_input,
    statistics_folder,
    tree_of,
)
from sqa_lib.published import Published
from sqa_lib.report import Report, ReportError, load_report
from sqa_lib.sources.check import Input
from sqa_lib.sources.problems import SourceError
from tests.faults import FAULTS, Figures, Files, brute_force, whole, write_files
from tests.small_project import write_project
from tests.thorough import tried

OPEN = {"minimum_count": 1, "minimum_denominator": 1}
FILES = {"school_units": "skolenheter", "enrolment": "elever", "absence": "franvaro", "newly_arrived": "nyanlanda"}
STATISTICS = ("pupils", "absence", "newly_arrived")
ROUNDS, EACH = tried(1, 10), 50


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_fault_is_refused_or_told_or_the_figures_are_those_of_a_brute_force_recomputation(round_: int, tmp_path: Path) -> None:
    some, what_became = random.Random(round_), Counter()
    project = Project(tmp_path)
    before = project.told(project.read(whole()))
    for number in range(round_ * EACH, (round_ + 1) * EACH):
        files = whole()
        fault = FAULTS[number % len(FAULTS)]
        what = f"{fault.__name__}: {fault(files, some)}"
        try:
            given = project.read(files)
            published = compute_from(project.report, given)
        except (ReportError, SourceError) as refused:
            assert str(refused), what
            what_became["refused"] += 1
            continue
        is_told = project.told(given) != before
        right, area_of = brute_force(_used(files, given.datasets), _left_out(given.datasets))
        wrong = list(_wrong(published, right, area_of, is_told))
        assert not wrong, f"{what}: {wrong[:3]}"
        what_became["told" if is_told else "recomputed"] += 1
    assert what_became.total() == EACH
    print(dict(what_became))


class Project:
    """A small report whose files are written anew for each fault."""

    def __init__(self, root: Path) -> None:
        self.root = write_project(root, datasets=list(FILES), disclosure=OPEN)
        self.report: Report = load_report("small", root)

    def read(self, files: Files) -> ReportInput:
        write_files(files, self.root / "data" / "small")
        return read_input(self.report, self.root)

    def told(self, given: ReportInput) -> tuple[list, list[str]]:
        """What `sqa check` says."""
        has_units = len(given.datasets.tables["school_units"]) > 0
        oddities = odd(given.datasets, tree_of(self.report, given))["key"].tolist() if has_units else []
        return given.datasets.problems.astype("str").to_numpy().tolist(), sorted(oddities)


def _used(files: Files, data: Input) -> Files:
    """Without the files that can't be used at all, which is told."""
    return {name: files[name] for dataset, name in FILES.items() if len(data.tables[dataset])}


def _left_out(data: Input) -> dict[str, frozenset[int]]:
    """File → rows that are rejected, or told to have no number."""
    rows = {FILES[name]: set(table["rad"]) for name, table in data.rejected.items()}
    for problem in data.problems.itertuples():
        if problem.problem == "is no number":
            rows.setdefault(Path(problem.file).stem, set()).add(int(problem.row))
    return {name: frozenset(map(int, numbers)) for name, numbers in rows.items()}


def _as_printed(value: float) -> float:
    """With one decimal, halves upwards."""
    return math.floor(value * 10 + 0.5 + 1e-9) / 10


def _wrong(published: Published, right: Figures, area_of: Mapping[str, str], is_told: bool) -> Iterator[tuple]:
    """Published figures that are neither right nor said to be unknown, and right ones that are not published."""
    tree = published.tree
    places = {tree.area_of(unit): area for unit, area in area_of.items()} | {tree.authority.code: "all"}
    table = published.table[published.table["statistic"].isin(STATISTICS)]
    is_single = table["school_year"].str.fullmatch(r"\d{4}/\d\d") & table["breakdown"].str.fullmatch(r"|gender=\w+|year=\w+")
    shown = set()
    for row in table[is_single].itertuples():
        key = row.statistic, row.school_year, places.get(row.unit, row.unit), row.breakdown
        shown.add(key)
        part, of = right.get(key, (0.0, 0.0))
        if pd.isna(row.value):
            if row.mark != Mark.MISSING.value or not (is_told or (not of and row.statistic == "absence")):
                yield (*key, "is not shown, and nothing is told")
        elif abs(row.value - (_as_printed(100 * part / of) if of else part)) > 1e-6:
            yield (*key, row.value, part, of)
    yield from ((*key, "is not published") for key in right.keys() - shown)


@pytest.mark.parametrize("round_", range(tried(1, 4)))
def test_kept_statistics_that_were_damaged_are_never_used(round_: int, tmp_path: Path) -> None:
    """Bytes changed, cut off, emptied, exchanged, taken away: of each kept file, and of all of them together."""
    some = random.Random(round_)
    project = Project(tmp_path)
    project.read(whole())
    right = published_statistics(project.report, project.root)
    folder = statistics_folder(project.report, project.root)
    for _ in range(15):
        what = _damage(sorted(path for path in folder.iterdir() if path.is_file()), some)
        found = published_statistics(project.report, project.root)
        assert found.table.equals(right.table), what
        assert found.tree == right.tree, what
        assert found.coverage == right.coverage, what


def _damage(files: list[Path], some: random.Random) -> str:
    path = some.choice(files)
    content = path.read_bytes()
    kind = some.choice(["byte", "cut", "emptied", "gone", "exchanged"])
    match kind:
        case "byte":
            place = some.randrange(len(content))
            path.write_bytes(content[:place] + bytes([content[place] ^ some.randrange(1, 256)]) + content[place + 1 :])
        case "cut":
            path.write_bytes(content[: some.randrange(len(content))])
        case "emptied":
            path.write_bytes(b"")
        case "gone":
            path.unlink()
        case "exchanged":
            path.write_bytes(some.choice(files).read_bytes())
    return f"{kind}: {path.name}"

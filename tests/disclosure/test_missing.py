"""Small numbers stay small where something is missing: a reader knows that a sum has nothing of a school that is `.`."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sqa_lib.audit.run import attack_report
from sqa_lib.marks import Mark
from sqa_lib.publication import published_statistics
from sqa_lib.report import load_report
from tests.small_project import write, write_project

YEAR = "2020/21"
AREAS = {"norr": ["99000001", "99000002", "99000003"], "soder": ["99000004", "99000005"]}
SCHOOLS = "Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn\n" + "".join(
    f"{code};Skola {code[-1]};Grundskola;{area.upper().replace('SODER', 'SÖDER')};Område\n"
    for area, codes in AREAS.items()
    for code in codes
)
UNITS = [code for codes in AREAS.values() for code in codes]
STATISTIC = "offensive_treatment"
KEYS = [(unit, gender) for unit in UNITS for gender in ("girl", "boy")]
WORDS = {"girl": "Flicka", "boy": "Pojke"}
SUMS = {"lavheden": UNITS, **AREAS, **{unit: [unit] for unit in UNITS}}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(*[st.one_of(st.integers(0, 12), st.sampled_from([".", ".."])) for _ in KEYS]))
def test_no_small_number_can_be_told_from_sums_that_are_a_least(cells: tuple) -> None:
    """By linear programs of the test's own over one number for each school and gender, the missing ones being nothing."""
    said = dict(zip(KEYS, cells, strict=True))
    with TemporaryDirectory() as folder:
        root = project(Path(folder), said)
        report = load_report("small", root)
        published = published_statistics(report, root)
        assert attack_report(report, root).is_safe
    numbers = {key: value for key, value in said.items() if isinstance(value, int)}
    shown, hidden = [], []
    for unit, below in SUMS.items():
        for genders in (("girl",), ("boy",), ("girl", "boy")):
            codes = {"school_form": "compulsory"} | ({"gender": genders[0]} if len(genders) == 1 else {})
            cell = published.cell(STATISTIC, unit, YEAR, **codes)
            parts = [key for key in KEYS if key[0] in below and key[1] in genders]
            row = np.array([float(key in parts and key in numbers) for key in KEYS])
            truth = sum(numbers.get(key, 0) for key in parts)
            if cell.is_known:
                assert cell.value == truth
                shown.append((row, truth))
            elif cell.mark is Mark.MISSING and not any(row):
                continue
            elif cell.mark is Mark.MISSING:
                assert truth == 0 or unit in ("lavheden", *AREAS)
                if truth == 0 and unit in UNITS:
                    shown.append((row, 0))
            elif 1 <= truth <= 4:
                hidden.append(row)
    for row in hidden:
        low, high = bounds(row, shown)
        assert low <= 1 + 1e-6 and high >= 5 - 1e-6, (low, high)


def project(root: Path, said: dict) -> Path:
    write_project(root, datasets=["school_units", "enrolment", "offensive_treatment"], least_coverage=0)
    write(root / "data" / "small" / "skolenheter.csv", SCHOOLS)
    write(root / "data" / "small" / "elever.csv", "Läsår;Skolenhetskod;Årskurs;Kön;Antal\n" + "".join(
        f"{YEAR};{unit};4;{word};60\n" for unit in UNITS for word in WORDS.values()
    ))  # fmt: skip
    rows = "".join(f"{YEAR};{unit};{WORDS[gender]};{value}\n" for (unit, gender), value in said.items())
    write(root / "data" / "small" / "krankningsanmalningar.csv", "Läsår;Skolenhetskod;Kön;Anmälningar\n" + rows)
    return root


def bounds(row: np.ndarray, shown: list) -> tuple[float, float]:
    """Between which values a sum lies, by what is shown."""
    given = {"A_eq": np.array([each for each, _ in shown]), "b_eq": np.array([value for _, value in shown])} if shown else {}
    lowest, highest = linprog(row, bounds=(0, None), **given), linprog(-row, bounds=(0, None), **given)
    return lowest.fun, np.inf if highest.status == 3 else -highest.fun

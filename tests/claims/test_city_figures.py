"""The second printed report's figures: each of the eleven is what the city's demo data give, as it is worded."""

from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.claims.account import Accounts, account_for
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.wording import read_wording
from sqa_lib.disclosure import protect
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.metrics.statistic import valued
from sqa_lib.published import Published
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import load_report
from sqa_lib.rows import TableRows, in_groups
from sqa_lib.sources.check import load

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "stockholm-2024-25" / "claims"


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    """Only the statistics that the figures are of are computed."""
    report, wording = load_report("stockholm-2024-25", ROOT), read_wording(FOLDER / "wording.yml")
    claims = read_claims(FOLDER / "figures.csv", wording)
    definitions = [DEFINITIONS[name] for name in sorted({claim.statistic.of for claim in claims})]
    needed = sorted({name for definition in definitions for name in definition.datasets} | {"school_units"})
    tables = load(ROOT / report.data, report.school_year, needed).tables
    tree = tree_of_datasets(report.authority, tables["school_units"])
    true = pd.concat([valued(each, each.compute(tables, tree)) for each in definitions], ignore_index=True)
    shown = protect(true, DEFINITIONS, tree, report.disclosure)
    published = Published(TableRows(in_groups(shown, tree)), DEFINITIONS, tree, report.disclosure)
    return account_for(claims, wording, true, published, report.school_year)


def test_every_figure_comes_out(accounts: Accounts) -> None:
    found = {account.claim.id: (account.status, account.computed) for account in accounts.accounts}
    assert {name: (status, int(value)) for name, (status, value) in found.items()} == {
        "F083": ("reproduced", 60),
        "F084": ("approximate", 50),
        "F085": ("reproduced", 6),
        "F086": ("reproduced", 8),
        "F087": ("reproduced", 3),
        "F088": ("reproduced", 3),
        "F089": ("reproduced", 100),
        "F090": ("approximate", 77),
        "F091": ("reproduced", 100),
        "F092": ("approximate", 60),
        "F093": ("reproduced", 100),
    }
    assert not accounts.findings


def test_last_school_year_is_the_one_before_the_report(accounts: Accounts) -> None:
    years = {account.claim.id: account.claim.school_year for account in accounts.accounts}
    assert {name for name, year in years.items() if year} == {"F083"} and years["F083"] == "2023/24"

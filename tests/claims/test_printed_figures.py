"""The printed report's figures, one by one: what the pipeline computes from the demo data is what the report prints."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.claims.account import Accounts, account_for
from sqa_lib.claims.claim import Claim
from sqa_lib.claims.quantity import parse_quantity
from sqa_lib.claims.read import read_claims
from sqa_lib.claims.wording import Wording, read_wording
from sqa_lib.published import Published
from sqa_lib.report import ReportError

FOLDER = Path(__file__).parents[2] / "data" / "lulea-2020-21" / "claims"
YEAR = "2020/21"
MISPRINTS = ["F010", "F031", "F032", "F038", "F039", "F040", "F058"]


@pytest.fixture(scope="module")
def wording() -> Wording:
    return read_wording(FOLDER / "wording.yml")


@pytest.fixture(scope="module")
def accounts(wording: Wording, demo_statistics: pd.DataFrame, demo_published: Published) -> Accounts:
    claims = read_claims(FOLDER / "figures.csv", wording)
    return account_for(claims, wording, demo_statistics, demo_published, YEAR)


def of(accounts: Accounts, status: str) -> list[str]:
    return [account.claim.id for account in accounts.accounts if account.status == status]


def test_every_figure_is_accounted_for(accounts: Accounts) -> None:
    """Of 93 figures 75 come out, 7 are misprints that others contradict, and 11 belong to another city's report."""
    assert [account.claim.id for account in accounts.accounts] == [f"F{number:03}" for number in range(1, 94)]
    assert of(accounts, "contradicted") == []
    assert of(accounts, "misprint") == MISPRINTS
    assert of(accounts, "approximate") == ["F064", "F065", "F066"]
    assert of(accounts, "not_derivable") == [f"F{number:03}" for number in range(83, 94)]
    assert len(of(accounts, "reproduced")) == 72


def test_no_figure_but_a_smallest_set_of_misprints_differs_from_the_data(accounts: Accounts) -> None:
    """The demo data give every printed figure that any data can give together with the others."""
    wrong = [claim.id for finding in accounts.findings for claim in finding.wrong]
    assert sorted(wrong) == MISPRINTS


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ("F010", "383 (F009) och 343 (F010) blir 726, inte 725 (F011)."),
        ("F031", "Andelarna 69, 23 och 17 procent (F030, F031 och F032) blir 109 procent."),
        ("F038", "Samma uppgift anges olika: 72 procent (F035) och 89 procent (F038)."),
        ("F058", "Om 50 procent (F059) stämmer är 11 (F058) fel: närmast är 10 eller 12."),
    ],
)
def test_a_misprint_has_its_reason(accounts: Accounts, figure: str, reason: str) -> None:
    assert {account.claim.id: account.reason for account in accounts.accounts}[figure] == reason


def test_what_the_report_withholds_is_compared_but_never_told(accounts: Accounts, demo_published: Published) -> None:
    """F060 is 4 pupils: right, but the books don't show it."""
    (found,) = [account for account in accounts.accounts if account.claim.id == "F060"]
    assert (found.status, found.computed, found.as_json()["computed"]) == ("reproduced", None, None)
    assert not demo_published.cell("assessments", "lulea", YEAR, assessment_decision="open").is_known


def test_another_value_is_contradicted_and_the_computed_one_told(
    wording: Wording, demo_statistics: pd.DataFrame, demo_published: Published
) -> None:
    claim = Claim("X1", Decimal("354"), statistic=parse_quantity("health_cases"), count=parse_quantity("health_cases"))
    (found,) = account_for([claim], wording, demo_statistics, demo_published, YEAR).accounts
    assert (found.status, found.computed) == ("contradicted", Decimal(355))


@pytest.mark.parametrize(
    ("statistic", "message"),
    [
        ("health_case", "X1: no statistic `health_case`; there are: "),
        ("health_cases[area=NORR]", "X1: no unit `NORR`; name it under `units` in the wording, or write its code"),
        ("health_cases[level=both]", "X1: `health_cases[level=both]`: no code `both` of a dimension `level`"),
    ],
)
def test_a_statistic_that_is_not_there_is_named(
    statistic: str, message: str, wording: Wording, demo_statistics: pd.DataFrame, demo_published: Published
) -> None:
    with pytest.raises(ReportError) as error:
        account_for(
            [Claim("X1", Decimal(1), statistic=parse_quantity(statistic))], wording, demo_statistics, demo_published, YEAR
        )
    assert message in str(error.value)

"""Similar authorities, and the middle of some authorities' figures, against what can be reckoned by hand."""

import numpy as np
import pandas as pd
import pytest

from sqa_lib.metrics.similar import HOW_MANY, middles, similar_authorities
from tests.spec import assert_table

NAN, HIGH = float("nan"), float("inf")


def authorities(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    columns = ["organisation_number", "pupils", "foreign_background_share", "parents_higher_education_share"]
    return pd.DataFrame(rows, columns=columns).set_index("organisation_number")


def test_the_nearest_come_first_and_only_those_of_the_same_kind() -> None:
    values = authorities(
        ("2120009901", 1000, 20, 60), ("2120009902", 1010, 21, 60), ("2120009903", 4000, 40, 70), ("9900000201", 1000, 20, 60)
    )  # fmt: skip
    found = similar_authorities(values)
    assert_table(
        found[found["organisation_number"] == "2120009901"],
        """
        organisation_number | similar    | place
        2120009901          | 2120009902 | 1
        2120009901          | 2120009903 | 2
        """,
    )
    assert "9900000201" not in set(found["organisation_number"]), "it has nobody of its kind"


def test_the_distance_is_the_root_of_the_squares_in_standard_deviations() -> None:
    rng = np.random.default_rng(3)
    rows = [(f"21200099{n:02}", *map(float, row)) for n, row in enumerate(rng.uniform(1, 90, size=(30, 3)))]
    values = authorities(*rows)
    found = similar_authorities(values).set_index(["organisation_number", "place"])
    features = values.assign(pupils=np.log(values["pupils"]))
    features = (features - features.mean()) / features.std()
    own, others = features.iloc[0], features.iloc[1:]
    by_hand = np.sqrt(((others - own) ** 2).sum(axis=1)).sort_values().head(HOW_MANY)
    nearest = found.loc[values.index[0]]
    assert nearest["similar"].tolist() == by_hand.index.tolist()
    assert nearest["distance"].to_numpy() == pytest.approx(by_hand.to_numpy())


def test_a_withheld_share_is_left_out_of_the_distances_and_nobody_without_pupils_is_compared() -> None:
    values = authorities(
        ("2120009901", 1000, NAN, 60), ("2120009902", 1000, 20, 60), ("2120009903", 2000, 30, 65), ("2120009904", NAN, 20, 60)
    )  # fmt: skip
    found = similar_authorities(values)
    assert found[found["organisation_number"] == "2120009901"]["similar"].tolist() == ["2120009902", "2120009903"]
    assert not {"2120009904"} & {*found["organisation_number"], *found["similar"]}
    assert "2120009901" not in set(found["similar"]), "what is not known of it can't be compared with others"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([1, 2, 3, 4, 5], (3, 1, 5, "")),
        ([6, 1, 2, 3, 4, 5], (3.5, 1, 6, "")),
        ([1, 2, 3, HIGH, HIGH], (3, 1, 100, "")),
        ([1, 2, HIGH, HIGH, HIGH], (NAN, NAN, NAN, "...")),
        ([1, 2, 3, HIGH, HIGH, HIGH], (NAN, NAN, NAN, "...")),
        ([1, 2, 3, 4, NAN, NAN], (NAN, NAN, NAN, "..")),
        ([NAN, NAN, NAN], (NAN, NAN, NAN, ".")),
        ([], (NAN, NAN, NAN, ".")),
    ],
)
def test_the_middle_knows_that_what_nearly_all_have_reached_is_the_highest(figures: list, expected: tuple) -> None:
    values = np.array([figures], dtype=float)
    is_high = np.isinf(values)
    found = middles(np.where(is_high, NAN, values), is_high).iloc[0]
    assert found["mark"] == expected[3]
    assert found[["value", "low", "high"]].to_numpy(float) == pytest.approx(np.array(expected[:3], dtype=float), nan_ok=True)

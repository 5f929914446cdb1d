from pathlib import Path

import pytest
from demo_files import COMMITTED

from sqa_lib.demo import generate


@pytest.fixture(scope="session")
def another_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Demo data from another seed than the committed."""
    folder = tmp_path_factory.mktemp("another-seed")
    generate(folder, seed=7)
    return folder


@pytest.fixture(scope="session", params=["committed", "another seed"])
def folder(request: pytest.FixtureRequest, another_seed: Path) -> Path:
    """The figures must hold whatever the chance."""
    return COMMITTED if request.param == "committed" else another_seed

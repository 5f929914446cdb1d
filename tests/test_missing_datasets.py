"""An authority that has delivered its schools and pupils and nothing else gets the demo's books, which say what is missing."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.command import sqa
from tests.reading import page_of, words_of
from tests.small_project import OF_REPORTS, write_city

PARAMS = OF_REPORTS.parent / "params"
OF_THE_DEMO = ("sections", "key_figures", "main_conclusions", "themes")
CITY, COMPULSORY, UPPER = "lavheden", "99000001", "99000005"


@pytest.mark.parametrize("demo", ["lulea-2020-21", "stockholm-2024-25"])
def test_every_section_says_that_its_data_are_missing(demo: str, tmp_path: Path) -> None:
    parameters = yaml.safe_load((PARAMS / f"{demo}.yml").read_text(encoding="utf-8"))
    root = write_city(tmp_path, **{key: parameters[key] for key in OF_THE_DEMO if key in parameters})
    shutil.rmtree(root / "notebooks")
    shutil.copytree(OF_REPORTS, root / "notebooks")
    units = [option for unit in (CITY, COMPULSORY, UPPER) for option in ("--unit", unit)]
    done = sqa(root, "build", "small", "--format", "html", *units)
    assert done.code == 0, done.out + done.err
    assert done.out.rstrip().endswith("sections, 0 failures"), done.out
    for unit in (CITY, COMPULSORY, UPPER):
        book = root / "output" / "small" / "books" / unit / "_book"
        for path in book.glob("*.html"):
            said = words_of(page_of(path).xpath("//main")[0])
            assert said and "nan" not in said.split() and "None" not in said.split(), path

"""Somebody takes over after three years, with what docs/years.md says must be kept, and goes on with the fourth."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.command import sqa
from tests.small_project import PARAMETERS, PUPILS, write, write_project

KEPT = ("params", "data", "notebooks")
YEARS = ("2020/21", "2021/22", "2022/23")
REGISTER = """Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn;Första läsår;Sista läsår
99000001;Granskolan;Grundskola;NORR;Norra;;
99000002;Tallskolan;Grundskola;NORR;Norra;;2021/22
99000002;Tallskolan;Grundskola;SÖDER;Södra;2022/23;
99000003;Enskolan;Grundskola;SÖDER;Södra;;
99000004;Videskolan;Grundskola;NORR;Norra;;
"""
ROWS = "".join(
    f"{{year}};{row}\n"
    for row in (
        "99000001;4;Flicka;33",
        "99000001;4;Pojke;21",
        "99000002;4;Flicka;4",
        "99000003;7;Pojke;38",
        "99000004;4;Flicka;2",
    )
)


def name_of(year: str) -> str:
    return f"small-{year[:4]}"


def made(root: Path, year: str, rows: str) -> None:
    own = {"datasets": ["school_units", "enrolment"], "school_year": year, "date": f"{int(year[:4]) + 1}-10-15"}
    data = {"data": f"data/{name_of(year)}"}
    write(root / "params" / f"{name_of(year)}.yml", yaml.safe_dump(PARAMETERS | own | data, allow_unicode=True))
    write(root / "data" / name_of(year) / "skolenheter.csv", REGISTER)
    write(root / "data" / name_of(year) / "elever.csv", rows)


def built(root: Path, year: str) -> dict[str, bytes]:
    """All of the year's books and of its portal, built anew."""
    shutil.rmtree(root / "output" / name_of(year), ignore_errors=True)
    done = sqa(root, "build", name_of(year))
    assert done.code == 0, done.out + done.err
    output = root / "output" / name_of(year)
    files = [output / "index.html", *(output / "books").rglob("*.html"), *(output / "books").rglob("*.pdf")]
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, bytes]]]:
    root, rows, books = tmp_path_factory.mktemp("before"), PUPILS, {}
    write_project(root)
    (root / "params" / "small.yml").unlink()
    for year in YEARS:
        rows += "" if year == "2020/21" else ROWS.format(year=year)
        made(root, year, rows)
        books[year] = built(root, year)
        assert sqa(root, "release", name_of(year), "--by", "kvalitetschefen").code == 0
    return root, books


def test_the_years_before_are_the_same_bytes_and_the_fourth_goes_on(
    three_years: tuple[Path, dict[str, dict[str, bytes]]], tmp_path: Path
) -> None:
    root, books = three_years
    for folder in KEPT:
        shutil.copytree(root / folder, tmp_path / folder)
    for year in YEARS:
        assert built(tmp_path, year) == books[year], year
        assert "\n0 figures differ" in sqa(tmp_path, "diff", name_of(year)).out, year
    done = sqa(tmp_path, "new", "year", name_of("2022/23"))
    assert done.code == 0, done.err
    (fourth,) = {path.stem for path in (tmp_path / "params").glob("*.yml")} - {name_of(year) for year in YEARS}
    data = tmp_path / "data" / fourth
    with (data / "elever.csv").open("a", encoding="utf-8") as rows:
        rows.write(ROWS.format(year="2023/24"))
    done = sqa(tmp_path, "build", fourth)
    assert done.code == 0, done.out + done.err
    assert sqa(tmp_path, "release", fourth, "--by", "kvalitetschefen").code == 0
    assert len(sqa(tmp_path, "releases", fourth).out.strip().splitlines()) >= 4


def test_a_correction_of_a_year_before_is_protected_beside_all_later_releases(
    three_years: tuple[Path, dict[str, dict[str, bytes]]], tmp_path: Path
) -> None:
    root, books = three_years
    for folder in KEPT:
        shutil.copytree(root / folder, tmp_path / folder)
    name = name_of("2021/22")
    rows = (tmp_path / "data" / name / "elever.csv").read_text(encoding="utf-8")
    write(tmp_path / "data" / name / "elever.csv", rows.replace("2021/22;99000001;4;Pojke;21", "2021/22;99000001;4;Pojke;25"))
    parameters = yaml.safe_load((tmp_path / "params" / f"{name}.yml").read_text(encoding="utf-8"))
    reason = {"corrections": [{"date": "2023-11-20", "reason": "Antalet pojkar på Granskolan var fel."}]}
    write(tmp_path / "params" / f"{name}.yml", yaml.safe_dump(parameters | reason, allow_unicode=True))
    assert built(tmp_path, "2021/22") != books["2021/22"]
    assert sqa(tmp_path, "audit", name).code == 0
    assert "other number" in sqa(tmp_path, "diff", name).out

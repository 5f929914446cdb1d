"""Years of releases as an analyst makes them: what is kept, what is refused, what is known afterwards."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib.releases import Record, known_releases
from sqa_lib.report import ReportError, load_report
from tests.command import sqa
from tests.small_project import PUPILS, write, write_project

OWN = {"datasets": ["school_units", "enrolment"], "formats": ["html"]}
BY = ("--by", "kvalitetschefen")
CORRECTION = {"date": "2021-11-20", "reason": "Antalet pojkar på Granskolan var fel."}
RELEASED = "data/released/small-2021-10-15"


def built(root: Path, **parameters: object) -> Path:
    write_project(root, **OWN | parameters)
    assert sqa(root, "build", "small").code == 0
    return root


@pytest.fixture(scope="module")
def once_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def once_released(once_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(once_built, tmp_path_factory.mktemp("released") / "project")
    done = sqa(root, "release", "small", *BY)
    assert done.code == 0, done.err
    return root


@pytest.fixture
def project(once_built: Path, tmp_path: Path) -> Path:
    """A built project of the test's own."""
    return shutil.copytree(once_built, tmp_path / "project")


@pytest.fixture
def released(once_released: Path, tmp_path: Path) -> Path:
    """The same, released."""
    return shutil.copytree(once_released, tmp_path / "project")


def correct(root: Path, before: str = "99000001;4;Pojke;22", after: str = "99000001;4;Pojke;27") -> None:
    write(root / "data" / "small" / "elever.csv", PUPILS.replace(before, after))


def refused(root: Path, *arguments: str) -> str:
    """What a release is refused with; nothing is left of it."""
    before = sorted(path for path in (root / "data").rglob("*"))
    done = sqa(root, "release", "small", *BY, *arguments)
    assert done.code == 2, done.out
    assert sorted(path for path in (root / "data").rglob("*")) == before
    return done.err.removeprefix("error: ").strip()


# ---- what is kept ---------------------------------------------------------------------------------------------------


def test_a_release_says_what_was_published_by_whom_and_from_what(released: Path) -> None:
    folder = released / RELEASED
    record = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    assert {name: record[name] for name in ("report", "school_year", "version", "by", "reason")} == {
        "report": "small",
        "school_year": "2020/21",
        "version": 1,
        "by": "kvalitetschefen",
        "reason": "",
    }
    assert record["authority"]["code"] == "lavheden" and record["rule"]["minimum_count"] == 5
    assert set(record["books"]) == {path.name for path in (released / "output" / "small" / "books").iterdir()}
    assert sorted(path.name for path in folder.iterdir()) == ["published.parquet", "release.json", "units.json"]
    assert (folder / "published.parquet").read_bytes() == (
        released / "output" / "small" / "statistics" / "published.parquet"
    ).read_bytes()
    assert "small-2021-10-15: version 1 of small" in sqa(released, "releases", "small").out


def test_the_same_built_again_beside_its_own_release_is_the_same(released: Path) -> None:
    books = released / "output" / "small" / "books"
    before = {path: path.read_bytes() for path in books.rglob("*.html")}
    assert sqa(released, "build", "small").code == 0
    assert {path: path.read_bytes() for path in books.rglob("*.html")} == before


# ---- what is refused ------------------------------------------------------------------------------------------------


def test_what_was_never_built_can_not_be_released(tmp_path: Path) -> None:
    write_project(tmp_path, **OWN)
    assert refused(tmp_path) == "small has not been built; run `sqa build small` first"


def test_statistics_without_books_can_not_be_released(tmp_path: Path) -> None:
    write_project(tmp_path, **OWN)
    assert sqa(tmp_path, "compute", "small").code == 0
    assert refused(tmp_path) == "small has not been built; run `sqa build small` first"


def test_some_books_are_not_all(tmp_path: Path) -> None:
    write_project(tmp_path, **OWN)
    assert sqa(tmp_path, "build", "small", "--unit", "99000001").code == 0
    assert "12 of 14 sections and books are not made from what is there now, first lavheden/pupils" in refused(tmp_path)


def test_data_that_changed_since_then_can_not_be_released(project: Path) -> None:
    correct(project)
    assert "its data, parameters, releases or code have changed since it was built" in refused(project)


def test_statistics_that_were_computed_anew_are_not_in_the_books(project: Path) -> None:
    correct(project)
    assert sqa(project, "compute", "small").code == 0
    assert "has not been attacked, or is not safe" in refused(project)


def test_one_school_s_new_book_among_old_ones_can_not_be_released(project: Path) -> None:
    correct(project)
    assert sqa(project, "build", "small", "--unit", "99000001").code == 0
    assert "sections and books are not made from what is there now" in refused(project)


def test_a_book_that_was_changed_by_hand_can_not_be_released(project: Path) -> None:
    page = project / "output" / "small" / "books" / "99000001" / "_book" / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("53", "54"), encoding="utf-8")
    assert "99000001/book" in refused(project)


def test_without_output_nothing_can_be_released(released: Path) -> None:
    write_project(released, **OWN, corrections=[CORRECTION])
    (released / "output").rename(released / "gone")
    assert refused(released, "--as", "again") == "small has not been built; run `sqa build small` first"


@pytest.mark.parametrize("name", ["../../x", "..", "a/b", "a\\b", ".hidden", " ", "con", "-x", "x\ny"])
def test_a_name_that_leads_elsewhere_is_no_release_s(name: str, project: Path) -> None:
    done = sqa(project, "release", "small", *BY, f"--as={name}")
    assert done.code == 2 and "can't be a release's name" in done.err
    assert not (project / "data" / "released").exists() and not (project.parent / "x").exists()


def test_a_name_is_used_once(released: Path) -> None:
    correct(released)
    write_project(released, **OWN, corrections=[CORRECTION])
    correct(released)
    assert sqa(released, "build", "small").code == 0
    assert refused(released, "--as", "small-2021-10-15") == f"{RELEASED} is there already; choose another name with `--as`"


def test_nobody_releases_nothing(project: Path) -> None:
    assert sqa(project, "release", "small", "--by", " ").code == 2
    assert sqa(project, "release", "small").code == 2


# ---- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_is_told_counted_and_a_version_of_its_own(released: Path) -> None:
    correct(released)
    done = sqa(released, "build", "small")
    assert done.code == 0
    assert "12 figures were released with other numbers in small-2021-10-15: see `sqa diff small small-2021-10-15`" in done.err
    listed = sqa(released, "diff", "small")
    assert "12 figures differ" in listed.out
    rows = pd.read_csv(released / "output" / "small" / "differences.csv", sep=";", dtype=str, keep_default_na=False)
    assert rows.iloc[0].tolist() == ["other number", "pupils", "2020/21", "99000001", "", "53", "58"]
    assert "small has 1 releases, and its parameters tell of 0 corrections" in refused(released)
    write_project(released, **OWN, corrections=[CORRECTION])
    correct(released)
    assert sqa(released, "build", "small").code == 0
    assert sqa(released, "release", "small", *BY).code == 0
    listed = sqa(released, "releases", "small").out
    assert "small-2021-10-15-2: version 2 of small" in listed and CORRECTION["reason"] in listed
    assert "other numbers" not in sqa(released, "build", "small").err


def test_readers_are_told_of_a_correction(released: Path) -> None:
    write_project(released, **OWN, corrections=[CORRECTION])
    correct(released)
    assert sqa(released, "build", "small").code == 0
    output = released / "output" / "small"
    portal, page = ((output / name).read_text(encoding="utf-8") for name in ("index.html", "rattelser.html"))
    assert "Rättad 20 november 2021:" in portal and CORRECTION["reason"] in portal and 'href="rattelser.html"' in portal
    assert "<td>53</td><td>58</td>" in page
    book = (output / "books" / "99000001" / "_book" / "index.html").read_text(encoding="utf-8")
    assert "Publicerad 15 oktober 2021, rättad 20 november 2021." in book


def test_a_correction_of_what_was_never_released_is_a_mistake(project: Path) -> None:
    write_project(project, **OWN, corrections=[CORRECTION])
    done = sqa(project, "build", "small")
    assert done.code == 2 and "key `corrections`: small tells of 1 corrections, and was released 0 times" in done.err
    assert not (project / "output" / "small" / "rattelser.html").exists()


def test_a_figure_that_is_withheld_now_is_not_printed_again(released: Path) -> None:
    stricter = {"minimum_count": 35, "minimum_denominator": 35}
    write_project(released, **OWN, corrections=[CORRECTION], disclosure=stricter)
    assert sqa(released, "build", "small").code == 0
    page = (released / "output" / "small" / "rattelser.html").read_text(encoding="utf-8")
    assert "<td>visades</td><td>..</td>" in page and "<td>31</td>" not in page


# ---- what is known afterwards ---------------------------------------------------------------------------------------


def test_another_report_of_the_authority_knows_its_releases_whatever_they_are_called(released: Path) -> None:
    (released / RELEASED).rename(released / "data" / "released" / "anything")
    (released / "params" / "small.yml").rename(released / "params" / "other.yml")
    other = load_report("other", released)
    assert [release.name for release in known_releases(other, released)] == ["data/released/anything"]
    stranger = other.model_copy(update={"authority": other.authority.model_copy(update={"code": "elsewhere"})})
    assert known_releases(stranger, released) == ()


@pytest.mark.parametrize(("one", "other", "same"), [("7", "7", True), ("7", "8", False), ("", "7", True), ("7", "", True)])
def test_an_authority_is_known_by_its_number_where_both_say_it(one: str, other: str, same: bool, released: Path) -> None:
    path, report = released / RELEASED / "release.json", load_report("small", released)
    record = Record.model_validate_json(path.read_text(encoding="utf-8"))
    theirs, ours = (each.authority.model_copy(update={"organisation_number": n}) for each, n in ((record, one), (report, other)))
    write(path, record.model_copy(update={"authority": theirs}).model_dump_json())
    assert bool(known_releases(report.model_copy(update={"authority": ours}), released)) == same


def test_what_is_left_out_needs_a_reason_that_the_audit_tells(released: Path) -> None:
    left_out = {"left_out": {"small-2021-10-15": "Aldrig utlagd: drogs tillbaka samma dag."}}
    write_project(released, **OWN, disclosure=left_out)
    assert known_releases(load_report("small", released), released) == ()
    assert sqa(released, "compute", "small").code == 0
    assert sqa(released, "audit", "small").code == 0
    assert "Aldrig utlagd: drogs tillbaka samma dag." in (released / "output/small/audit/audit.html").read_text(encoding="utf-8")
    assert "left out: Aldrig utlagd" in sqa(released, "releases", "small").out


def test_a_stricter_policy_from_a_day_on_tells_what_is_out_and_goes_on(released: Path) -> None:
    """22 boys were shown, and are no more: the books that lie there are of other figures, so that the audit ends with 1."""
    write_project(released, **OWN, disclosure={"minimum_count": 30, "minimum_denominator": 40, "since": "2021-10-16"})
    release = released / RELEASED / "release.json"
    record = Record.model_validate_json(release.read_text(encoding="utf-8"))
    write(release, record.model_copy(update={"date": record.date.replace(2021, 10, 15)}).model_dump_json())
    assert sqa(released, "compute", "small").code == 0
    assert sqa(released, "audit", "small").code == 1
    audit = json.loads((released / "output/small/audit/audit.json").read_text(encoding="utf-8"))
    assert audit["unsafe"] == []
    assert ("99000001", "gender=boy") in [(number["unit"], number["breakdown"]) for number in audit["exposed_before_policy"]]
    assert audit["rule"]["since"] == "2021-10-16"
    page = (released / "output/small/audit/audit.html").read_text(encoding="utf-8")
    assert "Regeln gäller från 16 oktober 2021" in page
    assert "Antal som publicerades innan regeln gällde" in page


@pytest.mark.parametrize(
    ("left_out", "told"),
    [({"other": "x"}, "there is no release `other`"), ({"small-2021-10-15": " "}, "say why readers are not to know it")],
)
def test_what_is_left_out_must_be_there_and_have_a_reason(left_out: dict, told: str, released: Path) -> None:
    write_project(released, **OWN, disclosure={"left_out": left_out})
    with pytest.raises(ReportError, match=told):
        known_releases(load_report("small", released), released)


@pytest.mark.parametrize("file", ["published.parquet", "units.json", "release.json"])
def test_a_release_that_was_changed_is_not_taken_for_what_was_published(file: str, released: Path) -> None:
    path = released / RELEASED / file
    path.write_bytes(path.read_bytes()[:-9] + b"x")
    done = sqa(released, "build", "small")
    assert done.code == 2 and f"{RELEASED}/{file}" in done.err and "nothing can make it again" in done.err


def test_a_withheld_number_that_a_new_version_would_give_away_stays_withheld(released: Path) -> None:
    """The correction makes Tallskolan large enough: shown, it would tell what the first version withheld beside it."""
    correct(released, "99000002;4;Flicka;3", "99000002;4;Flicka;16")
    assert sqa(released, "build", "small").code == 0
    table = pd.read_parquet(released / "output/small/statistics/published.parquet")
    now = table[(table["statistic"] == "pupils") & (table["breakdown"] == "") & (table["school_year"] == "2020/21")]
    assert now.set_index("unit")["mark"].to_dict()["99000002"] == ".."
    assert sqa(released, "audit", "small").code == 0


def test_a_stricter_rule_can_be_introduced(released: Path) -> None:
    """What is out already is withheld from now on and told; the build goes on."""
    write_project(released, **OWN, disclosure={"minimum_count": 30, "minimum_denominator": 30})
    done = sqa(released, "build", "small")
    assert done.code == 0, done.err
    table = pd.read_parquet(released / "output/small/statistics/published.parquet")
    assert not ((table["mark"] == "") & table["numerator"].between(1, 29)).any()
    audited = sqa(released, "audit", "small")
    assert audited.code == 0, audited.err


def test_releases_of_a_day_are_in_the_order_in_which_they_were_made(released: Path) -> None:
    """A second version of one report was made before the first of another; by version it would come after it."""
    first = released / RELEASED
    record = json.loads((first / "release.json").read_text(encoding="utf-8"))
    for name, report, version, after in (("b-2", "small", 2, 1), ("c-1", "other", 1, 2)):
        folder = shutil.copytree(first, released / "data" / "released" / name)
        said = record | {"report": report, "version": version, "after": after}
        (folder / "release.json").write_text(json.dumps(said), encoding="utf-8")
    known = [release.name.rpartition("/")[2] for release in known_releases(load_report("small", released), released)]
    assert known == [Path(RELEASED).name, "b-2", "c-1"]

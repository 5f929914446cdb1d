"""A report of the synthetic national file from end to end, on every machine: HTML and PDF, publish, audit."""

import json

import pytest

from tests.command import sqa
from tests.official.conftest import ROOT, project_in, said
from tests.official.reading import columns_of
from tests.official.test_real_authorities import Built, compared

UNDERLAG = ROOT / "data" / "lulea-2020-21" / "underlag_for_analys.xlsx"
AUTHORITY = "Lavhedens kommun"
pytestmark = pytest.mark.xdist_group("official-synthetic")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    project = project_in(tmp_path_factory.mktemp("synthetic") / "project")
    (project / "data").mkdir()
    copied = project / "data" / "Underlag.xlsx"
    copied.write_bytes(UNDERLAG.read_bytes())
    new = sqa(project, "new", "report", "--authority", AUTHORITY, "--from", str(copied))
    assert new.code == 0, said(new)
    done = sqa(project, "build", "lavhedens-2020-21")
    assert done.code == 0, said(done)
    output = project / "output" / "lavhedens-2020-21"
    authority = json.loads((output / "run.json").read_text(encoding="utf-8"))["run"]["parameters"]["report"]["authority"]
    return Built(AUTHORITY, authority["code"], authority["organisation_number"], output)


def test_every_number_is_the_files(made: Built) -> None:
    file = {(column.number, column.unit): column for column in columns_of(UNDERLAG)}
    assert len(made.books) > 3
    for book in made.books:
        found, wrong = compared(book, file[made.number, "" if book.name == made.code else book.name])
        assert not wrong and found, f"{book.name}: {wrong[:5]}"


def test_the_file_is_named_as_the_source_with_its_fingerprint(made: Built) -> None:
    page = (made.output / "books" / made.code / "_book" / "about.html").read_text(encoding="utf-8")
    parameters = (made.output.parents[1] / "params" / "lavhedens-2020-21.yml").read_text(encoding="utf-8")
    assert "path: data/Underlag.xlsx" in parameters, "relative to the project where the file lies in it"
    (fingerprint,) = (line.split()[-1] for line in parameters.splitlines() if "sha256" in line)
    assert "Underlag.xlsx" in page and fingerprint[:16] in page


def test_another_file_under_the_same_name_is_refused(made: Built) -> None:
    project = made.output.parents[1]
    path = project / "data" / "Underlag.xlsx"
    content = path.read_bytes()
    try:
        path.write_bytes(content + b"\0")
        done = sqa(project, "build", "lavhedens-2020-21")
        assert done.code == 2
        assert "Underlag.xlsx is another file than the report was made for" in done.err
    finally:
        path.write_bytes(content)


def test_the_audit_finds_nothing(made: Built) -> None:
    done = sqa(made.output.parents[1], "audit", "lavhedens-2020-21")
    assert done.code == 0, said(done)
    assert "0 unsafe numbers, 0 leaks" in done.out


def test_a_folder_of_reports_is_built_as_one_and_one_that_fails_stops_no_other(made: Built) -> None:
    project = made.output.parents[1]
    folder = project / "params" / "some-2020-21"
    assert sqa(project, "new", "report", "--municipalities", "--from", "data/Underlag.xlsx").code == 0
    (project / "params" / "kommuner-2020-21").rename(folder)
    for path in sorted(folder.glob("*.yml"))[2:]:
        path.unlink()
    first, second = sorted(path.stem for path in folder.glob("*.yml"))
    (folder / f"{first}.yml").write_text("title: broken\n", encoding="utf-8")
    done = sqa(project, "build", "some-2020-21", "--level", "municipality", "--format", "html")
    assert done.code == 1
    assert f"{first}.yml: key `authority` is missing" in done.err
    assert f"2 reports, 1 with failures: some-2020-21/{first}" in done.out
    page = (project / "output" / "some-2020-21" / "index.html").read_text(encoding="utf-8")
    assert f"{second}/books/" in page

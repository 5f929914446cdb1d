"""Statistics are computed when input or policy have changed, kept otherwise, and never taken half-written."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sqa_lib import publication
from sqa_lib.publication import compute, is_up_to_date, kept_statistics, published_statistics, statistics_folder
from sqa_lib.report import ReportError, load_report
from sqa_lib.sources.problems import SourceError
from tests.small_project import PUPILS, SCHOOLS, write, write_project

YEAR = "2020/21"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def written(project: Path) -> int:
    """When the kept table was written last."""
    return (statistics_folder(load_report("small", project), project) / "published.parquet").stat().st_mtime_ns


def pupils(project: Path, unit: str = "99000001") -> str:
    return published_statistics(load_report("small", project), project).cell("pupils", unit, YEAR).figure


def test_they_are_computed_on_first_use_and_read_back_the_same(project: Path) -> None:
    report = load_report("small", project)
    computed = published_statistics(report, project)
    read = published_statistics(report, project)
    pd.testing.assert_frame_equal(read.table, computed.table)
    assert (read.tree, read.policy) == (computed.tree, computed.policy)
    assert [unit.code for unit in read.tree.units] == [
        "lavheden",
        "norr",
        "soder",
        "99000003",
        "99000001",
        "99000002",
        "99000004",
    ]


def test_they_are_kept_while_nothing_that_decides_them_changes(project: Path) -> None:
    assert pupils(project) == "53"
    before = written(project)
    write_project(project, sections=["pupils", "about"], design={"primary": "#000000"}, formats=["html"])
    (project / "data" / "small" / "notes.txt").write_text("not read")
    assert (pupils(project), written(project)) == ("53", before)


def test_changed_input_is_computed_anew(project: Path) -> None:
    assert pupils(project) == "53"
    before = written(project)
    write(project / "data" / "small" / "elever.csv", PUPILS.replace(";31\n", ";32\n"))
    assert pupils(project) == "54"
    assert written(project) > before


def test_a_changed_policy_is_computed_anew(project: Path) -> None:
    assert pupils(project, "99000002") == ".."
    write_project(project, disclosure={"minimum_count": 2})
    assert pupils(project, "99000002") == "3"


def test_a_broken_write_is_not_taken_as_whole(project: Path) -> None:
    """Without its stamp, or with the stamp of other input, what lies there is computed anew."""
    assert pupils(project) == "53"
    folder = statistics_folder(load_report("small", project), project)
    (folder / "published.parquet").write_bytes(b"half")
    (folder / "fingerprint.json").unlink()
    assert pupils(project) == "53"
    (folder / "published.parquet").write_bytes(b"half")
    (folder / "fingerprint.json").write_text(json.dumps({"sha256": "of something else"}))
    assert pupils(project) == "53"
    assert list(folder.glob("*.part")) == []


def test_a_write_that_failed_midway_is_not_taken_for_the_one_before(project: Path) -> None:
    """The new table lies beside the old units when the write fails; then the input is put back as it was."""
    assert pupils(project) == "53"
    hindrance = statistics_folder(load_report("small", project), project) / "units.json.part"
    hindrance.mkdir()
    elever = project / "data" / "small" / "elever.csv"
    write(elever, PUPILS.replace(";31\n", ";32\n"))
    with pytest.raises(IsADirectoryError):
        pupils(project)
    hindrance.rmdir()
    write(elever, PUPILS)
    assert pupils(project) == "53"


def test_the_same_input_gives_the_same_bytes(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = write_project(tmp_path_factory.mktemp("elsewhere"))
    files = []
    for root in (project, other):
        report = load_report("small", root)
        compute(report, root)
        files.append({path.name: path.read_bytes() for path in statistics_folder(report, root).iterdir()})
    assert set(files[0]) == set(FILES)
    assert files[0] == files[1]


def test_what_is_kept_holds_no_true_value_of_a_hidden_cell(project: Path) -> None:
    pupils(project)
    kept = pd.read_parquet(statistics_folder(load_report("small", project), project) / "published.parquet")
    hidden = kept[kept["mark"] != ""]
    assert not hidden.empty
    assert hidden[["numerator", "denominator", "value", "low", "high"]].isna().all().all()
    assert "people" not in kept


def test_without_its_data_a_report_says_where_it_looked(project: Path) -> None:
    write_project(project, data="data/smal")
    with pytest.raises(ReportError, match="data/smal: the report's data is not there; mend the key `data`"):
        pupils(project)


def test_without_school_units_nothing_can_be_computed(project: Path) -> None:
    write(project / "data" / "small" / "skolenheter.csv", SCHOOLS.splitlines()[0] + "\n")
    with pytest.raises(ReportError, match="data/small: no school units could be read; see `sqa check small`"):
        pupils(project)


def test_a_national_file_that_is_none_is_refused(project: Path) -> None:
    write_project(project, source="skolverket", files=[{"path": "data/small/skolenheter.csv"}])
    with pytest.raises(SourceError, match=r"skolenheter\.csv"):
        pupils(project)


# ---- what is kept is used only if it is whole -----------------------------------------------------------------------

FILES = ("published.parquet", "contents.json", "units.json", "coverage.json", "rejected.json", "fingerprint.json")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["a byte", "cut off", "empty", "gone", "another form"])
def test_damaged_statistics_are_computed_anew(name: str, damage: str, project: Path) -> None:
    """And so they are once and for all: the build after that has nothing to do."""
    assert pupils(project) == "53"
    path = statistics_folder(load_report("small", project), project) / name
    content = path.read_bytes()
    middle = len(content) // 2
    damaged = {
        "a byte": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "cut off": content[:middle], "empty": b"", "another form": b"[1, 2]\n",
    }  # fmt: skip
    path.unlink() if damage == "gone" else path.write_bytes(damaged[damage])
    assert pupils(project) == "53"
    assert path.read_bytes() == content
    assert is_up_to_date(load_report("small", project), project)


def test_every_byte_of_the_table_counts(project: Path) -> None:
    """A value that was changed in the file is never shown, not even by a section that reads without asking."""
    assert pupils(project) == "53"
    report = load_report("small", project)
    path = statistics_folder(report, project) / "published.parquet"
    content = path.read_bytes()
    for place in range(4, len(content) - 8, max(1, len(content) // 60)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert not is_up_to_date(report, project)
        try:
            figure = kept_statistics(report, project).cell("pupils", "99000001", YEAR).figure
        except Exception as refused:
            assert not isinstance(refused, AssertionError)
        else:
            assert figure == "53", place
    path.write_bytes(content)
    assert is_up_to_date(report, project)


def test_data_that_is_saved_anew_while_it_is_read_is_not_taken_for_what_was_computed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The minutes that a real report takes are one call here: the file changes in it."""
    whole = publication.compute_from

    def slowly(*given: object) -> object:
        write(project / "data" / "small" / "elever.csv", PUPILS.replace(";31\n", ";32\n"))
        return whole(*given)

    monkeypatch.setattr(publication, "compute_from", slowly)
    with pytest.raises(ReportError, match="changed while they were read; run the command again"):
        pupils(project)
    monkeypatch.undo()
    assert pupils(project) == "54"

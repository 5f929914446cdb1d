"""`sqa audit`: what is written, that it is the same every time, and that it tells no more than readers can work out."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from lxml import html

import sqa_lib.audit
from sqa_lib.audit.run import Audit, audit_report
from sqa_lib.metrics import DEFINITIONS
from sqa_lib.publication import read_input, statistics_folder, told_statistics
from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Report, ReportError, load_report
from tests.audit.publications import hidden_one_by_one
from tests.small_project import PUPILS, write, write_project

LEAK = PUPILS + "2020/21;99000002;4;Pojke;20\n"
"""Three girls in one school: hidden by themselves, they are what is left of the shown boys and total."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, least_coverage=0)


def publish(project: Path, data: str, also_hidden: str = "nothing") -> Report:
    """Puts the data in the project, and its statistics, hidden one by one, where the protector would put them.

    also_hidden: a breakdown of pupils that is hidden everywhere.
    """
    write(project / "data" / "small" / "elever.csv", data)
    report = load_report("small", project)
    data = read_input(report, project).datasets
    tree = tree_of_datasets(report.authority, data.tables["school_units"])
    folder = statistics_folder(report, project)
    write(folder / "units.json", json.dumps([asdict(unit) for unit in tree.units]))
    published = hidden_one_by_one(told_statistics(report, data, tree), DEFINITIONS)
    is_hidden = (published["statistic"] == "pupils") & (published["breakdown"] == also_hidden)
    published.loc[is_hidden, "mark"] = ".."
    published.loc[is_hidden, ["numerator", "value"]] = float("nan")
    published.to_parquet(folder / "published.parquet", index=False)
    return report


def audit_with_leak(project: Path) -> tuple[Audit, Path]:
    return audit_report(publish(project, LEAK), project), project / "output" / "small" / "audit"


def test_a_leak_is_in_the_json_with_what_reveals_it(project: Path) -> None:
    audit, folder = audit_with_leak(project)
    record = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    girls = [f for f in record["unsafe"] if (f["unit"], f["breakdown"]) == ("99000002", "gender=girl")]
    assert not audit.is_safe
    assert not record["is_safe"]
    assert [(f["low"], f["high"]) for f in girls] == [(3, 3)]
    assert "pupils 2020/21 99000002 (23) = [gender=boy] (20) + [gender=girl] (?)" in girls[0]["equations"]


def test_the_page_says_it_in_swedish_and_needs_nothing_from_elsewhere(project: Path) -> None:
    _, folder = audit_with_leak(project)
    page = html.fromstring((folder / "audit.html").read_text(encoding="utf-8"))
    assert page.get("lang") == "sv"
    assert [h.text_content() for h in page.iter("h1")] == ["Granskning före publicering"]
    assert not page.xpath("//script | //link | //img | //@src")
    found = [" ".join(summary.text_content().split()) for summary in page.iter("summary")]
    assert "2020/21 Tallskolan (flickor), antal: exakt 3" in found
    lines = [pre.text_content() for pre in page.iter("pre")]
    assert "Elever i grundskolan 2020/21 Tallskolan (23) = (pojkar) (20) + (flickor) (?)" in lines
    assert all(cell.text_content().strip() for cell in page.xpath("//th | //td"))


def test_what_someone_signed_for_and_what_was_withheld_by_hand_stand_in_the_audit_with_their_reasons(project: Path) -> None:
    girls = {"statistic": "pupils", "unit": "99000002", "school_year": "2020/21", "codes": {"gender": "girl"}}
    signed = {**girls, "by": "förvaltningschefen", "date": "2021-10-14", "reason": "Står på skolans webbplats."}
    by_hand = {"statistic": "pupils", "unit": "99000001", "school_year": "2020/21", "reason": "Begärt av skolan."}
    write_project(project, least_coverage=0, disclosure={"accept": [signed], "withhold": [by_hand]})
    _, folder = audit_with_leak(project)
    record = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    assert [(f["unit"], f["breakdown"]) for f in record["accepted"]] == [("99000002", "gender=girl")]
    assert record["by_hand"]["accept"][0]["by"] == "förvaltningschefen"
    items = html.fromstring((folder / "audit.html").read_text(encoding="utf-8")).xpath("//li")
    told = [" ".join(item.text_content().split()) for item in items]
    assert (
        "Elever i grundskolan 2020/21 Tallskolan (flickor): förvaltningschefen, 14 oktober 2021. Står på skolans webbplats."
        in told
    )
    assert "Elever i grundskolan 2020/21 Granskolan: Begärt av skolan." in told


def test_what_is_hidden_though_not_small_is_accounted_for(project: Path) -> None:
    """Three boys and 31 girls: the girls are hidden for the boys' sake."""
    boys = "Läsår;Skolenhetskod;Årskurs;Kön;Antal\n2020/21;99000001;4;Flicka;31\n2020/21;99000001;4;Pojke;3\n"
    audit_report(publish(project, boys, also_hidden="gender=girl"), project)
    folder = project / "output" / "small" / "audit"
    record = json.loads((folder / "audit.json").read_text(encoding="utf-8"))
    (girls,) = record["secondary"]
    assert record["is_safe"]
    assert [row["secondary"] for row in record["summary"] if row["level"] == "municipality"] == [1]
    assert (girls["unit"], girls["breakdown"], girls["held_by"]) == ("lavheden", "gender=girl", "number")
    assert {small["breakdown"] for small in girls["protects"]} == {"gender=boy"}
    assert girls["equations"] == ["pupils 2020/21 lavheden (34) = [gender=boy] (?) + [gender=girl] (?)"]

    page = html.fromstring((folder / "audit.html").read_text(encoding="utf-8"))
    assert "Uppgifter för hela kommunen som döljs fast de inte är små" in [h.text_content() for h in page.iter("h2")]
    counts = {row.findtext("th"): row.findtext("td") for row in page.iter("tr")}
    assert counts["Om antalet visas går små antal att ringa in"] == "1"
    found = [" ".join(summary.text_content().split()) for summary in page.iter("summary")]
    assert "2020/21 Lavhedens kommun (flickor), antal: om antalet visas går små antal att ringa in" in found
    assert "Elever i grundskolan 2020/21 Lavhedens kommun (34) = (pojkar) (?) + (flickor) (?)" in [
        pre.text_content() for pre in page.iter("pre")
    ]


def test_the_same_publication_gives_the_same_bytes(project: Path) -> None:
    _, folder = audit_with_leak(project)
    names = ("audit.json", "audit.html")
    first = [(folder / name).read_bytes() for name in names]
    audit_report(load_report("small", project), project)
    assert [(folder / name).read_bytes() for name in names] == first


def test_a_publication_of_other_data_is_refused(project: Path) -> None:
    report = publish(project, PUPILS)
    write(project / "data" / "small" / "elever.csv", PUPILS.replace("Pojke;22", "Pojke;23"))
    with pytest.raises(
        ReportError, match=r"small: .* published numbers are not those of the data.*run `sqa compute small` first"
    ):
        audit_report(report, project)


def test_without_a_publication_there_is_nothing_to_attack(project: Path) -> None:
    with pytest.raises(ReportError, match=r"small: statistics/published\.parquet is not there; run `sqa compute small` first"):
        audit_report(load_report("small", project), project)


FILES = (
    "index.html",
    "assets/book.js",
    "books/lavheden/_book/index.html",
    "books/lavheden/pupils.qmd",
    "2019-20/books/lavheden/pupils.qmd",
    "notebooks/lavheden/pupils.txt",
    "statistics/notes.csv",
    "audit/notes.txt",
    "run.log",
)


def test_a_rejected_row_is_looked_for_everywhere_but_among_the_rejected_rows(project: Path) -> None:
    write(project / "data" / "small" / "nyanlanda.csv", "Löpnummer;Läsår;Skolenhetskod\nNYA-2020-7777;2020/21;99000009\n")
    report = publish(project, PUPILS)
    output = project / "output" / "small"
    for name in (*FILES, "rejected/newly_arrived.csv"):
        write(output / name, "Elev NYA-2020-7777")
    audit = audit_report(report, project)
    assert not audit.is_safe
    assert sorted(leak.file for leak in audit.leaks) == sorted(FILES)
    assert {(leak.kind, leak.where) for leak in audit.leaks} == {("identifier", "newly_arrived, rejected row 2")}
    assert "7777" not in (output / "audit" / "audit.json").read_text(encoding="utf-8")


def test_the_attacker_knows_nothing_of_the_protector() -> None:
    code = "import sys, sqa_lib.audit; print([name for name in sys.modules if name.startswith('sqa_lib.disclosure')])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
    sources = Path(sqa_lib.audit.__file__).parent.glob("*.py")
    lines = [line for path in sources for line in path.read_text(encoding="utf-8").splitlines()]
    assert not [
        line for line in lines if "import" in line and "disclosure" in line and line.lstrip().startswith(("from", "import"))
    ]

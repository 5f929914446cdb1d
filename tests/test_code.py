"""What is made anew when the library's code changes: what Python itself reads is what counts."""

import ast
import json
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest

from sqa_lib.code import named_in, package_versions, reached
from tests.small_project import SHOW_PUPILS, write_notebook, write_project

LIBRARY = Path(__file__).parents[1] / "sqa_lib"
MADE = {
    "statistics": ("sqa_lib.publication",),
    "sections": ("sqa_lib.section", "sqa_lib.batch.execute"),
    "books": ("sqa_lib.publish",),
    "checks": ("sqa_lib.checked",),
    "what is known of the country": ("sqa_lib.metrics.country",),
}


def python(code: str, cwd: Path = LIBRARY.parent) -> set[Path]:
    """The library's files that a fresh Python tells of as JSON on the last line."""
    run = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True)
    return {path for path in map(Path, json.loads(run.stdout.splitlines()[-1])) if path.is_relative_to(LIBRARY)}


@pytest.mark.parametrize("modules", MADE.values(), ids=MADE)
def test_every_file_that_python_imports_counts(modules: tuple[str, ...]) -> None:
    imported = python(
        f"import json, sys, {', '.join(modules)}\n"
        "print(json.dumps([m.__file__ for m in sys.modules.values() if getattr(m, '__file__', None)]))"
    )
    assert len(imported) > 20
    assert imported - set(reached(*modules)) == set()


def test_imports_count_wherever_they_stand_and_however_they_are_written() -> None:
    """Those in functions too; by Python's own reading of every module."""
    for path in LIBRARY.rglob("*.py"):
        module = ".".join(("sqa_lib", *path.relative_to(LIBRARY).with_suffix("").parts)).removesuffix(".__init__")
        found = set(reached(module))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", ())] if isinstance(node, ast.Import | ast.ImportFrom) else []
            named = [node.module, *(f"{node.module}.{name}" for name in names)] if isinstance(node, ast.ImportFrom) else names
            files = {LIBRARY.joinpath(*name.split(".")[1:]).with_suffix(".py") for name in named if name.startswith("sqa_lib.")}
            assert {file for file in files if file.is_file()} - found == set(), path


OPENED = (
    "import json, sys\n"
    "opened = set()\n"
    "sys.addaudithook(lambda event, found: opened.add(str(found[0])) if event == 'open' else None)\n"
    "from sqa_lib.cli import app\n"
    "try:\n    app({arguments})\nexcept SystemExit as end:\n    assert not end.code\n"
    "print(json.dumps(sorted(path for path in opened if not path.endswith(('.py', '.pyc')))))"
)


def test_every_file_beside_the_code_that_a_build_opens_counts(tmp_path: Path) -> None:
    """Templates, filters, vocabularies and rules, opened by the real command."""
    root = write_project(tmp_path, datasets=["school_units", "enrolment"])
    write_notebook(root, "01-pupils", *SHOW_PUPILS)
    opened = python(OPENED.format(arguments=["build", "small", "--unit", "99000001"]), root)
    assert {"measures.csv", "rules.yml", "knowledge.yml", "page.html.j2", "book.css"} & {path.name for path in opened}
    counted = {file for modules in MADE.values() for file in reached(*modules)} | set(reached("sqa_lib.publish.run_page"))
    assert opened - counted == set()


def test_what_a_notebook_names_counts() -> None:
    cell = '{"source": ["from sqa_lib.metrics.national import national_units\\n", "import sqa_lib.claims.prover as p"]}'
    assert named_in(cell) == {"sqa_lib.metrics.national", "sqa_lib.claims.prover"}
    assert LIBRARY / "claims" / "constraints.py" in reached("sqa_lib.claims.prover")


def test_what_computes_statistics_does_not_count_where_they_are_only_read() -> None:
    """Editing what protects runs no section: a section counts the figures that it is given."""
    counted = set(reached(*MADE["sections"], apart=("sqa_lib.publication",)))
    assert LIBRARY / "disclosure" / "hiding.py" not in counted
    assert {LIBRARY / "section" / "charts.py", LIBRARY / "published.py", LIBRARY / "rows.py"} <= counted


def test_the_packages_of_packages_count() -> None:
    """A section's numbers may come from one that the library never names: statsmodels asks for patsy."""
    assert "patsy>=0.5.6" in [line.replace(" ", "") for line in requires("statsmodels")]
    assert {"patsy", "numpy", "highspy", "fonttools"} <= set(package_versions())
    assert "pytest" not in package_versions()

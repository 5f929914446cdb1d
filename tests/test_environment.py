"""pyproject.toml, environment.yml and the lock files say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

CONDA_NAMES = {
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",  # without the Qt windows, which nothing here opens
    "pandera": "pandera-pandas",  # conda has no extras; this is pandera[pandas]
    "playwright": "playwright-python",
    "quarto-cli": "quarto",
    "typst": "typst-py",  # conda's `typst` is the command, not the Python binding
}
PIP_ONLY = {
    "axe-playwright-python": "conda-forge does not have it",
    "font-source-sans-pro": "conda-forge does not have it",
    "font-source-serif-pro": "conda-forge does not have it",
    "pypandoc-binary": "conda-forge has pypandoc and pandoc apart; this is both in one, as the project requires it",
}
LOCKS = {"base": PROJECT["dependencies"], **{extra: [*PROJECT["dependencies"], *EXTRAS[extra]] for extra in ("lab", "test")}}
PYTHONS = ("3.11", "3.12", "3.13")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def bounds(lines: list[str]) -> dict[str, str]:
    """Name → bound, names in lower case."""
    return {requirement.name.lower(): str(requirement.specifier) for requirement in map(Requirement, lines)}


@pytest.fixture(scope="module")
def project() -> dict[str, str]:
    return bounds([*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)])


@pytest.fixture(scope="module")
def conda() -> tuple[dict[str, str], list[str]]:
    """What conda installs (name → bound) and the lines under `pip:`."""
    lines = yaml.safe_load(read("environment.yml"))["dependencies"]
    (by_pip,) = [line["pip"] for line in lines if isinstance(line, dict)]
    return bounds([line for line in lines if isinstance(line, str)]), by_pip


def test_environment_yml_has_every_dependency_with_the_same_bound_and_nothing_else(project, conda):
    by_conda, by_pip = conda
    expected = {CONDA_NAMES.get(name, name): bound for name, bound in project.items() if name not in PIP_ONLY}
    assert by_conda == expected | {"python": PROJECT["requires-python"], "pip": ""}
    assert bounds(by_pip[:-1]) == {name: project[name] for name in PIP_ONLY}


def test_environment_yml_ends_with_the_project_itself(conda):
    assert conda[1][-1] == "-e ."


@pytest.mark.parametrize("name", [*CONDA_NAMES, *PIP_ONLY])
def test_a_name_that_differs_is_still_a_dependency(name, project):
    assert name in project


def pins(lock: str) -> list[tuple[Requirement, int]]:
    """Every pinned requirement of a lock file with the number of its hashes."""
    text = read(f"requirements/{lock}.lock").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    return [(Requirement(line.partition("--hash=")[0]), len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line))) for line in lines]


def chosen(lock: str, python: str) -> dict[str, Requirement]:
    """What a lock file installs under a version of Python on Linux."""
    there = default_environment() | {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": "linux"}
    return {pin.name.lower(): pin for pin, _ in pins(lock) if pin.marker is None or pin.marker.evaluate(there)}


def version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_hashes_everything_it_pins_and_names_no_host(lock):
    assert [pin.name for pin, hashes in pins(lock) if not hashes or len(pin.specifier) != 1] == []
    assert "://" not in read(f"requirements/{lock}.lock")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_pins_every_dependency_of_its_extras_within_the_bounds(lock, python):
    installed = chosen(lock, python)
    required = [Requirement(line) for line in LOCKS[lock]]
    assert [r.name for r in required if r.name.lower() not in installed] == []
    wrong = [str(r) for r in required if version(installed[r.name.lower()]) not in r.specifier]
    assert wrong == []


@pytest.mark.parametrize("lock", ["lab", "test"])
def test_what_the_base_lock_pins_the_others_pin_alike(lock):
    base = {name: version(pin) for name, pin in chosen("base", "3.11").items()}
    other = {name: version(pin) for name, pin in chosen(lock, "3.11").items()}
    assert {name: other.get(name) for name in base} == base


def test_side_by_side_a_files_tests_stay_with_one_worker(request):
    """pytest-xdist tells a group by what it puts behind a test's name; a pytest that it does not know drops it in silence."""
    is_side_by_side = request.config.getoption("loadgroup", False)
    assert request.node.nodeid.endswith("@test_environment") == is_side_by_side


def test_the_hooks_use_the_ruff_of_the_lock_file():
    (repository,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    wanted = {hook["additional_dependencies"][0] for hook in repository["hooks"] if hook["id"].startswith("ruff")}
    assert wanted == {f"ruff=={version(chosen('test', '3.11')['ruff'])}"}

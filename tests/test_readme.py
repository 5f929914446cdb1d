"""The README and docs/ promise only what is there: commands, options, files, pictures."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sqa_lib.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md",
    "docs/checks.md",
    "docs/new-report-type.md",
    "docs/new-section.md",
    "docs/official-statistics.md",
    "docs/reviews.md",
    "docs/running.md",
    "docs/texts.md",
]
LARGEST_PICTURE = 300_000  # bytes


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def shell_lines(page: str, program: str) -> list[str]:
    """Lines of the page's `sh` blocks that call the program, without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    lines = (line.partition(" #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line.startswith(f"{program} ")]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))


def test_the_two_commands_are_targets_of_the_makefile():
    assert shell_lines("README.md", "make") == ["make report", "make test"]
    assert {"report", "test"} <= targets()


def test_every_make_target_named_anywhere_in_the_readme_exists():
    assert set(re.findall(r"`make ([a-z]+)`", read("README.md"))) <= targets()


def help_of(*arguments: str) -> str:
    """The help that a command line with `--help` after it prints; an unknown command or option in it is an error."""
    result = CliRunner().invoke(app, [*arguments, "--help"])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("line", [line for page in PAGES for line in shell_lines(page, "sqa")])
def test_every_sqa_line_names_a_command_and_options_that_exist(line: str):
    assert "Usage:" in help_of(*shlex.split(line)[1:])


def test_every_option_in_running_text_is_one_of_builds_or_of_a_new_reports():
    named = set(re.findall(r"`(--?[a-z]+)[ `]", read("README.md")))
    assert named
    assert named <= set(re.findall(r"(?<!\S)--?[a-z]+", help_of("build") + help_of("new", "report")))


@pytest.mark.parametrize("page", [*PAGES, "data/README.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(page: str):
    links = re.findall(r"\]\(([^)#]+)\)", re.sub("`[^`]*`", "", read(page)))
    missing = [link for link in links if "://" not in link and not (ROOT / page).parent.joinpath(link).exists()]
    assert missing == []


def test_pictures_have_a_text_and_are_small():
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", read("README.md"))
    assert pictures
    assert [path for text, path in pictures if not text or (ROOT / path).stat().st_size > LARGEST_PICTURE] == []

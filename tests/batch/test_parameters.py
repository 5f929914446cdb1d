"""What a notebook can be told is read from its own code: every way that Python has to write it, with its type."""

import json
from pathlib import Path

import pytest

from sqa_lib.batch.parameters import check_parameters, declared_parameters, typed_parameters
from sqa_lib.report import ReportError
from tests.small_project import DECLARED, write_notebook

TYPED = "few = 10\nleast = 0.5\nis_short = False\nnames = []\ntitle = 'x'\nnothing = None"


def notebook_of(declared: str, root: Path) -> Path:
    return write_notebook(root, "30-typed", "1", declared=declared)


@pytest.mark.parametrize(
    "code",
    [
        "form: str | None = None",
        "kind: Literal['a', 'b'] = 'a'",
        "kind: typing.Literal['a'] = 'a'",
        "years: list[str] = ['2020/21']  # those shown\nmost: dict[str, int] = {}",
        "a = b = 1",
        "a, (b, c) = 1, (2, 3)",
        "least = -1 + 2; title = '''two\nlines'''",
        "few: 'int' = 5",
        "%matplotlib inline\nfew = 5\n!true",
        "# nothing yet",
    ],
)
def test_every_name_that_the_cell_assigns_is_a_parameter(code: str, tmp_path: Path) -> None:
    """As Python itself assigns them."""
    assigned: dict[str, object] = {}
    plain = "\n".join(line for line in code.splitlines() if line[:1] not in "%!")
    exec(f"import typing\nfrom typing import Literal\n{plain}", assigned)
    assert set(declared_parameters(notebook_of(code, tmp_path))) == set(assigned) - {
        "__builtins__",
        "__annotations__",
        "typing",
        "Literal",
    }


@pytest.mark.parametrize(
    ("declared", "right", "wrong"),
    [
        ("x: int = 5", [3], ["3", True, 2.5, None]),
        ("x = 5", [3, -1], ["3", False]),
        ("x = 0.5", [0.25, 2], ["a", True]),
        ("x = True", [False], [1, "True"]),
        ("x = 'a'", ["b", ""], [3, None]),
        ("x = None", [3, "a", None, [1]], []),
        ("x = some_function()", [3, "a"], []),
        ("x: str | None = None", ["a", None], [3]),
        ("x: Optional[int] = 1", [2, None], ["a"]),
        ("x: Union[int, str] = 1", [2, "a"], [[1], None]),
        ("x: Literal['a', 'b'] = 'a'", ["b"], ["c", 1]),
        ("x: typing.Literal[1, 2] = 1", [2], [3, "1"]),
        ("x: Literal['a'] | None = None", ["a", None], ["b"]),
        ("x: list[str] = []", [["a"], []], ["a", [1]]),
        ("x: dict[str, int] = {}", [{"a": 1}], [{"a": "b"}, [1]]),
        ("x: tuple[int, ...] = ()", [(1, 2)], [("a",)]),
        ("x: 'int' = 5", [3], ["3"]),
        ("x: 'how many' = 5", ["a", 3], []),
        ("x: Literal[SHORT, 'b'] = 'b'", ["b", "c"], []),
        ("x: pd.Timestamp = None", ["2020-01-01", 3], []),
        ("a, x = 'a', 5", [3], ["3"]),
    ],
)
def test_a_value_is_of_the_type_that_is_written_or_of_that_of_the_notebooks_own(
    declared: str, right: list, wrong: list, tmp_path: Path
) -> None:
    notebook = notebook_of(declared, tmp_path)
    for value in right:
        check_parameters(notebook, {"x": value})
    for value in wrong:
        with pytest.raises(ReportError, match=r"30-typed.ipynb: parameter `x` is .*, expected "):
            check_parameters(notebook, {"x": value})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("few=5", 5),
        ("few=-1", -1),
        ("least=2.5", 2.5),
        ("least=2", 2.0),
        ("is_short=True", True),
        ("names=['a', 'b']", ["a", "b"]),
        ("title=5", "5"),
        ("title=a=b", "a=b"),
        ("nothing=5", "5"),
    ],
)
def test_a_parameter_of_the_command_line_is_of_the_type_that_the_notebook_has(text: str, value: object, tmp_path: Path) -> None:
    name, _, typed = text.partition("=")
    (given,) = typed_parameters(notebook_of(TYPED, tmp_path), {name: typed}).values()
    assert given == value and type(given) is type(value)


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        ("x: str | None = None", "a", "a"),
        ("x: str | None = None", "None", None),
        ("x: str | None = None", "5", "5"),
        ("x: Literal['a', 'b'] = 'a'", "b", "b"),
        ("x: Literal[1, 2] = 1", "2", 2),
        ("x: list[int] = []", "[1, 2]", [1, 2]),
        ("x: int | None = None", "5", 5),
    ],
)
def test_also_of_a_type_with_a_choice(declared: str, text: str, value: object, tmp_path: Path) -> None:
    assert typed_parameters(notebook_of(declared, tmp_path), {"x": text}) == {"x": value}


@pytest.mark.parametrize("text", ["few=many", "few=2.5", "few=", "least=x", "is_short=5", "is_short=yes", "names=a"])
def test_a_parameter_that_is_not_of_that_type_is_refused(text: str, tmp_path: Path) -> None:
    name, _, typed = text.partition("=")
    with pytest.raises(ReportError, match=f"30-typed.ipynb: parameter `{name}` is '.*', expected "):
        typed_parameters(notebook_of(TYPED, tmp_path), {name: typed})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"untis": "s1"}, "30-typed.ipynb: unknown parameter `untis`; did you mean `unit`?"),
        ({"colour": "red"}, "unknown parameter `colour`; there are: report, unit"),
        ({"unit": 7}, "30-typed.ipynb: parameter `unit` is 7, expected str; it has: report (str), unit (str), school_year (str)"),
    ],
)
def test_an_unknown_or_mistyped_parameter_lists_the_right_ones(given: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError) as failure:
        check_parameters(notebook_of(DECLARED, tmp_path), given)
    assert message in str(failure.value)


def test_a_choice_is_listed_as_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"expected Literal\['a', 'b'\]"):
        check_parameters(notebook_of("kind: Literal['a', 'b'] = 'a'", tmp_path), {"kind": "c"})


def test_a_cell_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"30-typed\.ipynb: line 2 of its cell of parameters is no Python: "):
        declared_parameters(notebook_of("unit = 'a'\nfew = = 5", tmp_path))


def test_a_notebook_without_such_a_cell_has_none(tmp_path: Path) -> None:
    notebook = notebook_of("few = 5", tmp_path)
    plain = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in plain["cells"]:
        cell["metadata"] = {}
    notebook.write_text(json.dumps(plain), encoding="utf-8")
    assert declared_parameters(notebook) == {}

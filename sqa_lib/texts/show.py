"""What `sqa check` prints of the units' texts."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sqa_lib.texts.check import CheckedTexts
from sqa_lib.texts.typed import TypedNumber

_HEADS = ("Where", "Typed", "Kind", "Published figure", "Write instead")
_KINDS = {"equal": "equal", "nearly": "nearly equal", "contradicts": "contradicts"}


def show_texts(checked: CheckedTexts, console: Console) -> None:
    """Print every mistake, then a table of the numbers typed by hand: for the analyst, who decides."""
    for file, mistake in checked.mistakes:
        console.print(Text.assemble(("text ", "bold red"), f"{file}, line {mistake.line}: {mistake.why}"), soft_wrap=True)
    if checked.typed:
        console.print(typed_table(checked.typed))
        console.print(summary(checked.typed), highlight=False, soft_wrap=True)


def typed_table(numbers: Sequence[TypedNumber]) -> Table:
    """One line per number."""
    table = Table(title="Numbers typed by hand")
    for head in _HEADS:
        table.add_column(head, overflow="fold")
    for number in numbers:
        kind = Text(_KINDS[number.verdict], style="bold red" if number.verdict == "contradicts" else "")
        said = f"{number.figure} ({number.subject})"
        table.add_row(Text(f"{number.file}:{number.line}"), Text(number.typed), kind, Text(said), Text(number.reference))
    return table


def summary(numbers: Sequence[TypedNumber]) -> str:
    """How many of each kind, and what to do."""
    found = Counter(number.verdict for number in numbers)
    kinds = ", ".join(f"{found[kind]} {name}" for kind, name in _KINDS.items() if found[kind])
    return f"Numbers typed by hand: {kinds}. A reference in their place is right next year too."

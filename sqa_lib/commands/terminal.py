"""What commands print to, and how they end."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

console = Console()
errors = Console(stderr=True)
FAILED, WRONG_USAGE = 1, 2
MOST_TOLD = 20


def warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        errors.print(f"[yellow]warning[/] {escape(warning)}", highlight=False, soft_wrap=True)


def tell_error(told: object) -> None:
    errors.print(f"[bold red]error:[/] {escape(str(told))}", highlight=False, soft_wrap=True)

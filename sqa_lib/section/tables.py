"""Tables as Pandoc Markdown: readable for Quarto, for the embedded publisher and in JupyterLab."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import ceil

from sqa_lib.markdown import of_one_width
from sqa_lib.marks import Mark
from sqa_lib.metrics.change import Change
from sqa_lib.metrics.comparison import Difference
from sqa_lib.published import Cell, coverage_note
from sqa_lib.section.blocks import Block
from sqa_lib.section.comparing import Beside
from sqa_lib.words import number, sentence

_WIDEST = 42
_ACROSS = 84
"""So many characters of a table stand side by side on a page of the PDF."""


def pipe_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, label: str, text_columns: Sequence[int] = (0,)
) -> str:
    """A pipe table with caption and id; all but the columns of texts are right-aligned.

    The dashes are as long as the columns' contents: where lines get long, Pandoc takes relative widths from them.
    """
    columns = [[head, *(row[i] for row in rows)] for i, head in enumerate(heads)]
    widths = _widths(columns, text_columns)
    rule = ["-" * width + ("" if i in text_columns else ":") for i, width in enumerate(widths)]
    lines = [_line(heads), "|" + "|".join(rule) + "|", *(_line(row) for row in rows)]
    return "\n".join(lines) + f"\n\n: {caption} {{#tbl-{label}}}\n"


def _widths(columns: Sequence[Sequence[str]], text_columns: Sequence[int]) -> list[int]:
    """In characters. Where the page is too narrow for all, texts are broken, so that no head runs into its neighbour."""
    widths = [min(max(_longest_cell(column), _head_width(column[0]), 5), _WIDEST) for column in columns]
    for i in sorted(text_columns, key=lambda i: -widths[i]):
        too_much = max(0, sum(widths) - _ACROSS)
        widths[i] = min(widths[i], max(widths[i] - too_much, _longest_word(columns[i][1:]) + 1, _head_width(columns[i][0])))
    return widths


def _head_width(head: str) -> int:
    """Its longest word: heads are broken between words, and their letters are bold, a tenth wider."""
    return ceil(1.1 * _longest_word([head])) + 1


def _longest_cell(column: Sequence[str]) -> int:
    return max((len(cell) for cell in column[1:]), default=0)


def _longest_word(cells: Sequence[str]) -> int:
    return max((len(word) for cell in cells for word in cell.split()), default=0)


def text_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    label: str,
    widths: Sequence[int],
    numbers: Sequence[int] = (),
) -> str:
    """As `pipe_table` for long texts: left-aligned but for the columns of numbers, with relative column widths."""
    rule = ["-" * width + (":" if i in numbers else "") for i, width in enumerate(widths)]
    lines = [_line(heads), "|" + "|".join(rule) + "|", *(_line(row) for row in rows)]
    return "\n".join(lines) + f'\n\n: {caption} {{#tbl-{label} tbl-colwidths="[{",".join(map(str, widths))}]"}}\n'


def grid_table(
    heads: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], caption: str, label: str, widths: Sequence[int]
) -> str:
    """A grid table whose cells are lists of sentences: one is a paragraph, several are bullets. widths: in characters, more where
    a word is longer."""
    rows = [[list(map(of_one_width, sentences)) for sentences in row] for row in rows]
    columns = zip(*([[head] for head in heads], *rows), strict=True)
    longest = [max(map(_longest_word, column)) for column in columns]
    widths = [max(width, word + 4) for width, word in zip(widths, longest, strict=True)]
    edge = "+" + "+".join("-" * width for width in widths) + "+"
    lines = [edge, *_grid_row([[head] for head in heads], widths), edge.replace("-", "=")]
    for row in rows:
        lines += [*_grid_row(row, widths), edge]
    return "\n".join(lines) + f"\n\n: {caption} {{#tbl-{label}}}\n"


def _grid_row(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    columns = [_grid_cell(sentences, width - 2) for sentences, width in zip(cells, widths, strict=True)]
    padded = zip_longest(*columns, fillvalue="")
    return ["|" + "|".join(f" {text:<{width - 2}} " for text, width in zip(line, widths, strict=True)) + "|" for line in padded]


def _grid_cell(sentences: Sequence[str], width: int) -> list[str]:
    if len(sentences) == 1:
        return textwrap.wrap(sentences[0], width, break_long_words=False, break_on_hyphens=False)
    options = {"initial_indent": "- ", "subsequent_indent": "  ", "break_long_words": False, "break_on_hyphens": False}
    return [line for sentence_ in sentences for line in textwrap.wrap(sentence_, width, **options)]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def block_table(block: Block, caption: str, label: str) -> str:
    """The numbers of a chart: one row a label; for a single series of shares also the interval and what it is a share of."""
    sample = next(iter(block.cells.values())).statistic
    if sample.kind == "share" and len(block.series) == 1:
        heads = [block.row_head, f"{_head(block.series[0], sample.kind)}", "95 % intervall", "Antal", "Av"]
        rows = [[sentence(row), *_share_cells(block[row, block.series[0]])] for row in block.rows]
    else:
        heads = [block.row_head, *(_head(series, sample.kind, sample.unit_of_measure) for series in block.series)]
        rows = [[sentence(row), *(block[row, series].figure for series in block.series)] for row in block.rows]
    return pipe_table(heads, rows, caption, label)


def _head(series: str, kind: str, unit: str = "") -> str:
    if kind == "share" or unit == "procent":
        return f"{sentence(series)}, %"
    return f"{sentence(series)}, {unit}" if unit else sentence(series)


def _share_cells(cell: Cell) -> list[str]:
    if not cell.is_known:
        return [cell.mark.value] * 4
    decimals = cell.statistic.decimals
    interval = f"{number(cell.low, decimals)}–{number(cell.high, decimals)}"
    return [cell.figure, interval, number(cell.numerator), number(cell.denominator)]


def change_table(block: Block, before: str, now: str, changes: Mapping[str, Change], caption: str, label: str) -> str:
    """Rows with both years' shares, the difference in percentage points with its interval, and its meaning in words."""
    heads = [block.row_head, f"{before}, %", f"{now}, %", "Skillnad, procentenheter", "Säker förändring"]
    rows = [
        [sentence(row), *(block[row, year].figure for year in (before, now)), _difference(change), _CERTAIN[change.direction]]
        for row, change in changes.items()
    ]
    return pipe_table(heads, rows, caption, label, text_columns=(0, 4))


def beside_table(rows: Mapping[str, Beside], own: str, caption: str, label: str) -> str:
    """A school's shares beside those of the other schools together, the difference with its interval, its meaning."""
    decimals = next(iter(rows.values())).own.statistic.decimals
    heads = ["Fråga", f"{own}, %", "Övriga skolor, %", "Skillnad, procentenheter", "Säker skillnad"]
    body = [
        [sentence(row), beside.own.figure, number(beside.others, decimals), _with_interval(beside.difference), beside.word]
        for row, beside in rows.items()
    ]
    return pipe_table(heads, body, caption, label, text_columns=(0, 4))


def _with_interval(difference: Difference) -> str:
    return f"{_signed(100 * difference.value)} ({_signed(100 * difference.low)} till {_signed(100 * difference.high)})"


_CERTAIN = {"increased": "ökning", "decreased": "minskning", "uncertain": "nej", "untested": "prövas inte", "unknown": "."}


def _difference(change: Change) -> str:
    if change.difference != change.difference:
        return "."
    interval = "" if change.low != change.low else f" ({_signed(change.low)} till {_signed(change.high)})"
    return _signed(change.difference) + interval


def _signed(value: float) -> str:
    """With one decimal, so that an interval which just leaves zero out is seen to."""
    text = number(abs(value), 1)
    return text if text == "0,0" else f"{'+' if value > 0 else '−'}{text}"


def marks_note(cells: Sequence[Cell]) -> str:
    """What the marks in a table mean, "" when there are none: `**.** uppgift saknas`."""
    marks = sorted({cell.mark for cell in cells if cell.mark is not Mark.NONE})
    return "; ".join(f"**{mark.value.replace('...', '…')}** {mark.explanation}" for mark in marks)


def source_line(cells: Sequence[Cell], more: str = "", *beside: Cell) -> str:
    """The line under a table: what its marks mean, of how much the figures are (those too that they stand beside), and more if
    there is more to say; "" when there is nothing."""
    note = marks_note(cells)
    said = [f"Tecken: {note}. Se @sec-about." if note else "", coverage_note([*cells, *beside]), more]
    text = " ".join(part for part in said if part)
    return f"\n::: {{.source}}\n{text}\n:::\n" if text else ""

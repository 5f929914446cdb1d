"""How a section's parts leave the notebook's cell: Markdown, and SVG figures with label, caption and alt text."""

from collections.abc import Sequence
from html import escape

from IPython.display import display

from sqa_lib.markdown import plain


def emit_markdown(text: str) -> None:
    """Markdown for the book, shown as such in JupyterLab."""
    display({"text/markdown": text + "\n", "text/plain": text}, raw=True)


def emit_conclusions(title: str, lines: Sequence[str], level: int = 2) -> None:
    """Lines in a box for conclusions, under a heading without number; a list is lines that begin with a dash."""
    heading = f"{'#' * level} {title} {{.unnumbered .unlisted}}"
    emit_markdown("\n".join(["::: {.conclusions}", heading, "", *lines, ":::"]))


def emit_figure(label: str, caption: str, alt: str, svg: str) -> None:
    """An SVG; label, caption and alt travel in the output's metadata (`sqa`), JupyterLab sees them as HTML."""
    shown = f"<figure><figcaption>{escape(plain(caption.replace('**', '')))}</figcaption>{svg}</figure>"
    metadata = {"sqa": {"label": label, "caption": caption, "alt": alt}}
    display({"image/svg+xml": svg, "text/html": shown, "text/plain": plain(alt)}, raw=True, metadata=metadata)

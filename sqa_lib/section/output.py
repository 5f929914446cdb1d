"""How a section's parts leave the notebook's cell: Markdown, and SVG figures with label, caption and alt text."""

from html import escape

from IPython.display import display


def emit_markdown(text: str) -> None:
    """Markdown for the book, shown as such in JupyterLab."""
    display({"text/markdown": text + "\n", "text/plain": text}, raw=True)


def emit_figure(label: str, caption: str, alt: str, svg: str) -> None:
    """An SVG; label, caption and alt travel in the output's metadata (`sqa`), JupyterLab sees them as HTML."""
    shown = f"<figure><figcaption>{escape(caption.replace('**', ''))}</figcaption>{svg}</figure>"
    metadata = {"sqa": {"label": label, "caption": caption, "alt": alt}}
    display({"image/svg+xml": svg, "text/html": shown, "text/plain": alt}, raw=True, metadata=metadata)

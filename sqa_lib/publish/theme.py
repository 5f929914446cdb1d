"""The style sheet: the authority's colours, the typefaces, and the rules in `templates/*.css`."""

from functools import cache
from pathlib import Path

from sqa_lib.publish import colours, fonts
from sqa_lib.report import Design

TEMPLATES = Path(__file__).parent / "templates"


def stylesheet(design: Design, with_layout: bool = True, with_fonts: bool = True) -> str:
    """CSS for a page. Without layout: only what the chapters' own elements need, for Quarto's pages, which bring a layout.
    Without fonts: a tenth of the size, in the reader's own typefaces."""
    colours.check(design)
    light, dark = colours.variables(colours.light(design)), colours.variables(colours.dark(design))
    if not with_layout:
        return f":root {{ {light} }}\n{_rules('content')}"
    modes = (
        f":root {{ color-scheme: light; {light} }}\n"
        f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ color-scheme: dark; {dark} }} }}\n'
        f'@media screen {{ :root[data-theme="dark"] {{ color-scheme: dark; {dark} }} }}\n'
    )
    return (fonts.css() + "\n" if with_fonts else "") + modes + _rules("layout") + _rules("content")


@cache
def _rules(name: str) -> str:
    return (TEMPLATES / f"{name}.css").read_text(encoding="utf-8")


def assets(design: Design, with_fonts: bool = True) -> dict[str, bytes]:
    """What every page refers to: file → content."""
    return {
        "assets/book.css": stylesheet(design, with_fonts=with_fonts).encode(),
        "assets/book.js": (TEMPLATES / "book.js").read_bytes(),
    }


def write_assets(folder: Path, design: Design) -> None:
    """Put what every page refers to beside pages in `folder`."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for name, data in assets(design).items():
        (folder / name).write_bytes(data)

"""An authority's two colours, checked for contrast, and every other colour of the books derived from them.

Source of the rule: WCAG 2.2, success criterion 1.4.3 (text 4.5:1), with its definition of relative luminance.
"""

import colorsys
from dataclasses import asdict, dataclass

from sqa_lib.publish.book import PublishError
from sqa_lib.report import Design

TEXT_CONTRAST = 4.5
WHITE = "#ffffff"
DARK_PAPER = "#15191d"


def _rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def _luminance(colour: str) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour))
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two `#rrggbb` colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def nearest_passing(colour: str, *backgrounds: str) -> str:
    """The colour itself, or the one of its hue and saturation, closest in lightness, that is readable on every background."""

    def passes(candidate: str) -> bool:
        return all(contrast(candidate, background) >= TEXT_CONTRAST for background in backgrounds)

    hue, start, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    levels = sorted((step / 256 for step in range(257)), key=lambda level: abs(level - start))
    candidates = (_hex(colorsys.hls_to_rgb(hue, level, saturation)) for level in levels)
    return colour if passes(colour) else next(filter(passes, candidates))


def mix(colour: str, background: str, share: float) -> str:
    """`share` of a colour on a background."""
    return _hex(tuple(share * a + (1 - share) * b for a, b in zip(_rgb(colour), _rgb(background), strict=True)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Palette:
    """The colours of one mode; the names are the CSS variables' and the Typst template's."""

    paper: str
    raised: str
    ink: str
    muted: str
    rule: str
    primary: str
    accent: str
    tint: str
    tint_accent: str
    notice: str
    figure: str


def check(design: Design) -> None:
    """Refuse a colour that can't be read as text on white, and say which one can."""
    for name in ("primary", "accent"):
        colour = getattr(design, name)
        if contrast(colour, WHITE) < TEXT_CONTRAST:
            raise PublishError(
                f"design.{name} {colour} has contrast {contrast(colour, WHITE):.1f}:1 on white; text needs {TEXT_CONTRAST}:1. "
                f"The nearest that passes is {nearest_passing(colour, WHITE)}."
            )


def light(design: Design) -> Palette:
    """Dark text on white. design: one that passes `check`."""
    raised, tint, tint_accent = "#f6f7f8", mix(design.primary, WHITE, 0.08), mix(design.accent, WHITE, 0.08)
    return Palette(
        paper=WHITE,
        raised=raised,
        ink="#1c2126",
        muted="#55606a",
        rule="#cfd5da",
        primary=nearest_passing(design.primary, WHITE, raised, tint, tint_accent),
        accent=nearest_passing(design.accent, WHITE, raised, tint_accent),
        tint=tint,
        tint_accent=tint_accent,
        notice="#fdf6e3",
        figure=WHITE,
    )


def dark(design: Design) -> Palette:
    """Light text on near-black; the two colours keep their hue. A chart keeps a light card of its own."""
    raised, tint, tint_accent = "#1e242a", mix(design.primary, DARK_PAPER, 0.3), mix(design.accent, DARK_PAPER, 0.22)
    return Palette(
        paper=DARK_PAPER,
        raised=raised,
        ink="#e8ebee",
        muted="#b1bac2",
        rule="#414b54",
        primary=nearest_passing(design.primary, DARK_PAPER, raised, tint, tint_accent),
        accent=nearest_passing(design.accent, DARK_PAPER, raised, tint_accent),
        tint=tint,
        tint_accent=tint_accent,
        notice="#3a3320",
        figure="#fbfbfa",
    )


def variables(palette: Palette) -> str:
    """A palette as CSS custom properties."""
    return " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in asdict(palette).items())

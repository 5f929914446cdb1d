"""Colours that everyone can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqa_lib.publish import PublishError, colours
from sqa_lib.report import Design

COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_contrast_is_the_one_of_wcag(first: str, second: str, expected: float) -> None:
    assert colours.contrast(first, second) == pytest.approx(expected, abs=0.01)


def test_a_pale_colour_is_refused_with_the_nearest_that_passes() -> None:
    with pytest.raises(PublishError) as caught:
        colours.check(Design(primary="#ffcc00"))
    assert str(caught.value).startswith("design.primary #ffcc00 has contrast 1.5:1 on white; text needs 4.5:1.")
    nearest = str(caught.value)[-8:-1]
    colours.check(Design(primary=nearest))


@given(COLOURS)
def test_the_nearest_passing_colour_passes_and_a_passing_one_is_kept(colour: str) -> None:
    nearest = colours.nearest_passing(colour, colours.WHITE)
    assert colours.contrast(nearest, colours.WHITE) >= colours.TEXT_CONTRAST
    assert colours.nearest_passing(nearest, colours.WHITE) == nearest


@given(COLOURS, COLOURS)
def test_every_text_colour_is_readable_on_every_ground_of_both_modes(primary: str, accent: str) -> None:
    design = Design(**{k: colours.nearest_passing(v, colours.WHITE) for k, v in {"primary": primary, "accent": accent}.items()})
    for palette in (colours.light(design), colours.dark(design)):
        for ground in (palette.paper, palette.raised, palette.notice):
            assert colours.contrast(palette.ink, ground) >= colours.TEXT_CONTRAST
        for ground in (palette.paper, palette.raised, palette.tint, palette.tint_accent):
            assert colours.contrast(palette.primary, ground) >= colours.TEXT_CONTRAST
            assert colours.contrast(palette.muted, ground) >= colours.TEXT_CONTRAST
        assert colours.contrast(palette.accent, palette.tint_accent) >= colours.TEXT_CONTRAST
        for ground in (palette.tint, palette.tint_accent):
            assert colours.contrast(palette.ink, ground) >= colours.TEXT_CONTRAST

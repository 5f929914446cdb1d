"""A book's definitions are those of the figures in it."""

from sqa_lib.publish.definitions import without_unused

ABOUT = """# Om rapporten {#sec-about}

## Definitioner

- [**Elever**]{#def-pupils}: antal elever. Källa: *elever*.
- [**Ärenden**]{#def-cases}: antal ärenden. Källa: *ärenden*.
- **Resultat** (Skolverket): [betyg]{#def-grades} (poäng); [prov]{#def-tests} (procent).
- **Kostnader** (Skolverket): [lokaler]{#def-premises} (kronor).

## Ord och begrepp

- **Huvudman**: den som ansvarar för skolan.
"""
SHOWS = "# Ärenden\n\nSiffror: [ärenden](about.qmd#def-cases); [prov](about.qmd#def-tests).\n\n- [Elever]{.x}\n"


def test_definitions_that_no_chapter_refers_to_are_left_out() -> None:
    kept = without_unused({"index.qmd": SHOWS, "about.qmd": ABOUT})
    assert kept["index.qmd"] == SHOWS
    assert [line for line in kept["about.qmd"].splitlines() if line.startswith("- ")] == [
        "- [**Ärenden**]{#def-cases}: antal ärenden. Källa: *ärenden*.",
        "- **Resultat** (Skolverket): [betyg]{#def-grades} (poäng); [prov]{#def-tests} (procent).",
        "- **Huvudman**: den som ansvarar för skolan.",
    ]


def test_a_book_that_refers_to_none_keeps_them_all() -> None:
    assert without_unused({"about.qmd": ABOUT}) == {"about.qmd": ABOUT}

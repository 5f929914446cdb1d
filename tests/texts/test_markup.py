"""What a unit's text may not hold: markup that a browser, Quarto, LaTeX or Typst would act on."""

import pytest

from sqa_lib.texts.markup import refused_in

REFUSED = [
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</p>", "<!-- dolt -->", "<?php ?>", "<svg/onload=alert(1)>",
    "\\\\<b>", "`x`{=html}", "```{=typst}\n#read(\"/etc/passwd\")\n```", "```{python}\nopen('x')\n```", "`{python} 1+1`",
    "`r 1+1`",
    "[x]{onclick=\"alert(1)\"}", "[x]{.a style='position:fixed'}", "## Rubrik {#a onclick=alert(1)}", "\\input{/etc/passwd}",
    "\\begin{x}", "$\\href{x}{y}$", "{{< include /etc/passwd >}}", "{{{< video x >}}}", "{{% x %}}",
    "{% raw %}{{< include x >}}{% endraw %}", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))", "[x](javascript&colon;alert(1))", "[x](javascript\\:alert(1))", "[x](<javascript:alert(1)>)",
    "[x](data:text/html,x)", "[x](vbscript:x)", "[x](file:///etc/passwd)", "[x](//evil.example)", "[x]({{ unit }})",
    "[x][y]\n\n[y]: javascript:alert(1)", "<javascript:alert(1)>", "![](https://evil.example/x.png)", "![x](/etc/passwd)",
    "![x][y]",
    "---\nfilters: [x.lua]\n---", "Text\n---\nbibliography: /etc/passwd\n---",
]  # fmt: skip
ALLOWED = [
    "Vi är färre än < 5, och 3 < 4.", "Minst <5 elever.", "*Viktigt*, **mycket**, _så_.", "## Slutsats", "## Rubrik {#sec-egen}",
    "[Skolverket](https://www.skolverket.se/a_(b))", "<https://skolverket.se>", "<rektor@example.se>",
    "[oss](mailto:a@example.se)",
    "[om](about.qmd#def-pupils)", "Se @sec-about.", "- ett\n- två\n\n***\n\n1. tre", "[Närvaro] Vi fortsätter.",
    "\\<b\\> är en tagg",
    "`x`", "Bra!", "> Citat", "| a | b |\n|---|---|\n| 1 | 2 |", "{{ v('pupils') }} gick här.", "[ord]{.value}", "5 $ och 6 $",
    "Det ökar -- mycket --- tror vi.", "Rubrik\n======",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_more_than_markdown_is_refused(text: str) -> None:
    assert list(refused_in(text))


@pytest.mark.parametrize("text", ALLOWED)
def test_markdown_is_not(text: str) -> None:
    assert list(refused_in(text)) == []


def test_the_line_and_the_mend_are_told() -> None:
    assert list(refused_in("Ett.\n\nTvå <b>x</b>.\n[här](javascript:x)")) == [
        (2, "`<b>x</b>.` is raw HTML; write \\< for the sign itself"),
        (2, "`</b>.` is raw HTML; write \\< for the sign itself"),
        (3, "the address `javascript:x` is no link to a page; begin it with https://"),
    ]

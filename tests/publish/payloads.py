"""What somebody might call a school who wants to run something in its readers' browsers, read a file or undo a page."""

PAYLOADS = (
    '"><img src=x onerror=alert(2)>', "<script>alert(1)</script>", "</title><script>alert(1)</script>", "<svg/onload=alert(1)>",
    "</script><script>alert(1)</script>", "<iframe src=javascript:alert(1)>", "<!-- --><b>", "--><img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<details open ontoggle=alert(1)>", "<style>*{display:none}</style>",
    "<base href=//e.se>", "' onmouseover='alert(1)", '" onfocus="alert(1)" autofocus="',
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;b&#62;", "&amp;", "[x](javascript:alert(3))",
    "[x](data:text/html,<script>alert(1)</script>)", "![x](https://evil.example/x.png)", "![x](/etc/passwd)", "[x][y]",
    "[y]: javascript:alert(1)", "<https://evil.example>", "https://evil.example", "www.evil.example", "@sec-about",
    "[@sec-about]", "-@fig-x", "*stars*", "**more**", "_under_", "__more__", "`code`", "~~gone~~", "H~2~O", "x^2^",
    "`<b>x</b>`{=html}", '`#read("/etc/passwd")`{=typst}', "[x]{onclick=alert(1)}", "{#sec-about}",
    "{.unnumbered onclick=alert(1)}", "{{< include /etc/passwd >}}", "{{% x %}}", "{{ v('pupils') }}", "{% raw %}", "${7*7}",
    "$x^2$", "$$\\frac{1}{2}$$", "$\\undefined{$", "\\input{/etc/passwd}", "\\textbf{x}", "\\", "\\\\", '#read("/etc/passwd")',
    '#import "@preview/x"', "#let x = 1", "//x", "/* x", "# Rubrik", "- punkt", "+ punkt", "* punkt", "1. punkt", "(1) punkt",
    "a) punkt", "#. punkt", "(@) punkt", "> citat", "::: {.lead}", ":::", "---", "***", "===", "| a | b", "|", "a || b",
    "+---+", ": term", "% titel", "[^1]", "^[not]", "[^1]: not", "--", "...", "'x'", "=cmd|' /C calc'!A0", "+1", "-1", "@x",
    'rad\nett\n\n# två', 'rad\r\n- två', '\tflik', 'x\u2028y', 'x\x0by', '\u202eabc', 'x\x00y', "../../etc/passwd", "..\\..\\x",
    "%2e%2e", "javascript:alert(1)", "O'Brien", "S:t Olof", "F–6 (Norra)", "Å & Ö",
)  # fmt: skip

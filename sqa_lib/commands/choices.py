"""Options that are one of several words, or pairs."""

from sqa_lib.report import ReportError

FORMATS = ("html", "pdf")
PUBLISHERS = ("auto", "quarto", "embedded")
ROUNDINGS = ("either", "half-up", "half-even")


def one_of(what: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise ReportError(f"unknown {what} `{name}`; there are: {', '.join(known)}")
    return name


def pairs(texts: list[str]) -> dict[str, str]:
    """`-p NAME=VALUE` as a mapping."""
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise ReportError(f"parameter `{wrong[0]}`: expected NAME=VALUE")
    return dict(text.split("=", 1) for text in texts)

"""An indicator in words, in a table and in a chart. The rule for its status is `sqa_lib.cycle.target`."""

from collections.abc import Callable, Sequence

from sqa_lib.cycle.outcome import Outcome
from sqa_lib.cycle.target import Status, interval_of
from sqa_lib.published import Cell
from sqa_lib.report import Design
from sqa_lib.section.output import emit_figure, emit_markdown
from sqa_lib.section.tables import source_line, text_table
from sqa_lib.section.target_chart import charted, target_charts
from sqa_lib.words import day, listed, number, points, sentence, spelled

STATUS: dict[Status, str] = {
    "reached": "uppnått",
    "on_the_way": "på väg",
    "not_on_the_way": "inte på väg",
    "cannot_tell": "kan inte avgöras",
    "baseline": "utgångsläge",
}
_REASONS = {
    "withheld": "uppgiften redovisas inte",
    "missing": "uppgift saknas",
    "no_interval": "uppgiften har inget säkerhetsmått",
    "other_unit": "skolan har tagit över en annan",
}
_PEOPLE = ("elever", "ärenden", "rektorer", "beslut")
_MOST_YEARS = 3


def show_indicators(found: Sequence[Outcome], caption: str, label: str, design: Design) -> None:
    """The series as small charts, a table of the same figures with targets and statuses, and why each status is what it is."""
    if not found:
        return
    if drawn := charted(found):
        _show_charts(drawn, caption, label, design)
    emit_markdown(indicator_table(found, caption, label))
    followed = [one for one in found if one.verdict.status != "baseline"]
    lines = [f"- **{one.indicator.name} – {status_words(one)}.** {explained(one)}" for one in followed]
    new = [one.indicator.name for one in found if one.verdict.status == "baseline"]
    emit_markdown("\n".join([*lines, *([_from_now_on(new, found[0].year, bool(followed))] if new else [])]))


def _from_now_on(names: Sequence[str], year: str, is_listed: bool) -> str:
    """The indicators that are new this school year, in one sentence; an item of the list where there are others."""
    if is_listed:
        return f"- **{listed(names)} – {STATUS['baseline']}.** {'De' if len(names) > 1 else 'Den'} följs från nästa läsår."
    return f"Läsåret {year} är utgångsläget. {'Indikatorerna' if len(names) > 1 else 'Indikatorn'} följs från nästa läsår."


def _show_charts(drawn: Sequence[Outcome], caption: str, label: str, design: Design) -> None:
    targets = [target_value(one) for one in drawn]
    said = listed([f"{one.indicator.name} ({status_words(one)}, mål {target_value(one)})" for one in drawn])
    alt = (
        f"{f'{sentence(spelled(len(drawn)))} små' if len(drawn) > 1 else 'Ett litet'} punktdiagram över läsåren, med "
        f"95-procentiga intervall och målet som streckad linje: {said}. Alla tal finns i tabellen efter diagrammet."
    )
    svg = target_charts(drawn, targets, design)
    emit_figure(f"fig-{label}", f"{caption}. Streckad linje: målet.", alt, svg)


def indicator_table(found: Sequence[Outcome], caption: str, label: str) -> str:
    """One row an indicator: its latest years with intervals (its baseline's among them), target and status."""
    years = _years(found)
    heads = ["Indikator", *years, "Mål", "Läge"]
    rows = [[one.indicator.name, *(_in_year(one, year) for year in years), _goal(one), status_words(one)] for one in found]
    cells = [one.series[year] for one in found for year in years if year in one.series]
    has_intervals = any("(" in cell for row in rows for cell in row[1 : len(years) + 1])
    note = "Inom parentes: 95-procentigt konfidensintervall." if has_intervals else ""
    widths = [26, *(15 for _ in years), 26, 17]
    return text_table(heads, rows, caption, label, widths, range(1, len(years) + 1)) + source_line(cells, note)


def _years(found: Sequence[Outcome]) -> list[str]:
    every = sorted({year for one in found for year in one.series})
    return sorted({*every[-_MOST_YEARS:], *(one.indicator.baseline for one in found)})


def _in_year(one: Outcome, year: str) -> str:
    return figure_with_interval(one.series[year]) if year in one.series else "."


def figure_with_interval(cell: Cell) -> str:
    """`64 % (60–68)`; a figure that is not left to chance, or has no interval, stands alone."""
    interval = interval_of(cell) if cell.is_known else None
    if not interval or interval[0] == interval[1]:
        return cell.with_sign
    return f"{cell.with_sign} ({'–'.join(number(end, cell.statistic.decimals) for end in interval)})"


def _goal(one: Outcome) -> str:
    return f"{target_words(one)} senast {day(one.indicator.date)}; utgångsläge läsåret {one.indicator.baseline}"


# ---- words ----------------------------------------------------------------------------------------------------------


def in_short(found: Sequence[Outcome]) -> str:
    """`Av sex mål är två uppnådda och ett på väg. Tre kan inte avgöras.`; "" without indicators."""
    counts = {status: sum(1 for one in found if one.verdict.status == status) for status in STATUS}
    told = [f"{_one(n)} {_TOLD[status][n > 1]}" for status, n in counts.items() if n and status in _TOLD]
    rest = [(_one(n), _REST[status]) for status, n in counts.items() if n and status in _REST]
    if len(found) == 1 and told:
        return f"Målet är {_TOLD[found[0].verdict.status][0]}."
    if told:
        return " ".join([f"Av {spelled(len(found))} mål är {listed(told)}.", *(f"{sentence(n)} {said}." for n, said in rest)])
    return " ".join(f"{sentence(n)} mål {said}." for n, said in rest)


def goal_in_short(one: Outcome) -> str:
    """`**Behöriga**: målet är minst 85 % senast 30 juni 2026. Läsåret 2024/25 är värdet 75,3 %, och målet är inte nått.`

    An official value is no sample: whether it meets the target is plain. Of others the status is said.
    """
    value = one.target
    goal = f"**{one.indicator.name}**: målet är {target_words(one)} senast {day(one.indicator.date)}."
    if not one.now.is_known:
        return f"{goal} Värdet för läsåret {one.year} redovisas inte."
    if one.now.statistic.kind != "official" or value != value:
        return f"{goal} Läsåret {one.year} är värdet {one.now.with_sign}: {status_words(one)}."
    is_met = one.now.value >= value if one.indicator.target.is_upwards else one.now.value <= value
    return f"{goal} Läsåret {one.year} är värdet {one.now.with_sign}, och målet är {'nått' if is_met else 'inte nått'}."


_TOLD = {"reached": ("uppnått", "uppnådda"), "on_the_way": ("på väg",) * 2, "not_on_the_way": ("inte på väg",) * 2}
_REST = {"cannot_tell": "kan inte avgöras", "baseline": "följs från nästa läsår"}


def _one(count: int) -> str:
    return "ett" if count == 1 else spelled(count)


def target_value(one: Outcome) -> str:
    """`minst 75 %`, and `100 %`, which nothing is above; a change alone, such as `upp minst 5 procentenheter`, where its baseline
    is not shown."""
    if one.target != one.target:
        return _change(one)
    sign = "\u00a0%" if one.now.is_percentage else ""
    decimals = one.now.statistic.decimals if one.indicator.target.is_change else _decimals(one.target)
    if one.now.is_percentage and one.indicator.target.is_upwards and one.target == 100:
        return f"{number(one.target)}{sign}"
    return f"{'minst' if one.indicator.target.is_upwards else 'högst'} {number(one.target, decimals)}{sign}"


def target_words(one: Outcome) -> str:
    """As `target_value`; of a change both."""
    both = one.indicator.target.is_change and one.target == one.target
    return f"{target_value(one)} ({_change(one)})" if both else target_value(one)


def _change(one: Outcome) -> str:
    target = one.indicator.target
    size = target.up_by or target.down_by or 0.0
    unit = points(size, _decimals(size)) if one.now.is_percentage else number(size, _decimals(size))
    return f"{'upp' if target.is_upwards else 'ned'} minst {unit}"


def _decimals(value: float) -> int:
    """None for a whole number, else one."""
    return 0 if round(value, 1) == round(value) else 1


def status_words(one: Outcome) -> str:
    """`på väg`, `kan inte avgöras: uppgiften redovisas inte`, `kan inte avgöras: för få elever`."""
    status, reason = STATUS[one.verdict.status], one.verdict.reason
    return f"{status}: {_REASONS.get(reason) or 'för få ' + _of_whom(one.now)}" if reason else status


def _of_whom(cell: Cell) -> str:
    """What the figure is about, in the plural."""
    if cell.statistic.kind != "share":
        return cell.statistic.noun[1] or "händelser"
    return next((word for word in _PEOPLE if word in cell.statistic.denominator), "svar")


def explained(one: Outcome) -> str:
    """Why the status is what it is, in a sentence or two with the published figures."""
    said = _EXPLAINED[one.verdict.reason or one.verdict.status](one)
    if one.is_due and one.verdict.status not in ("reached", "baseline"):
        said += f" Målet skulle vara nått senast {day(one.indicator.date)}."
    return said


def _since(one: Outcome) -> str:
    """`Sedan läsåret 2018/19 har värdet gått från 56 till 64 procent.`"""
    if not one.baseline.is_known:
        return ""
    unit = "\u00a0procent" if one.now.is_percentage else ""
    if one.baseline.figure == one.now.figure:
        return f"Värdet är {one.now.figure}{unit}, som läsåret {one.indicator.baseline}."
    return f"Sedan läsåret {one.indicator.baseline} har värdet gått från {one.baseline.figure} till {one.now.figure}{unit}."


def _reached(one: Outcome) -> str:
    interval = interval_of(one.now)
    how = "målet är nått" if interval and interval[0] == interval[1] else "även intervallets mindre gynnsamma ände når målet"
    return f"Läsåret {one.year} är värdet {one.now.with_sign}, och {how}."


def _hidden(one: Outcome) -> str:
    return f"Värdet för läsåret {one.year if not one.now.is_known else one.indicator.baseline}"


_EXPLAINED: dict[str, Callable[[Outcome], str]] = {
    "reached": _reached,
    "on_the_way": lambda one: f"{_since(one)} Det är en säker förbättring, men målet är inte säkert nått.",
    "not_on_the_way": lambda one: (
        f"{_since(one)} Även när slumpen räknas in är förändringen mindre än vad som krävs så här långt för att nå målet."
    ),
    "few": lambda one: (
        f"{_since(one)} Skillnaden kan bero på slumpen: siffrorna passar både med att inget har hänt och med att målet är inom "
        "räckhåll."
    ),
    "no_interval": lambda one: f"{_since(one)} Det finns inget mått på hur mycket värdet kan variera av slumpen.",
    "withheld": lambda one: f"{_hidden(one)} gäller för få, eller skyddar en uppgift om få.",
    "other_unit": lambda one: (
        f"Sedan läsåret {one.indicator.baseline} har skolan tagit över en annan skola, så att värdena inte kan jämföras."
    ),
    "missing": lambda one: f"{_hidden(one)} saknas i underlaget.",
    "incomplete": lambda one: (
        f"En del av underlaget saknas för läsåret {one.year if one.now.coverage else one.indicator.baseline}."
    ),
}

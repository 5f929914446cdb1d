"""A run as the terminal shows it: live where lines can be written over, and in plain lines everywhere else."""

import io
import tracemalloc

import pytest
from rich.console import Console

from sqa_lib.batch.event import BOOK, Event
from sqa_lib.progress import Tally, duration, is_live, progress
from tests.batch.runs import DONE, FAILED, KEPT, RUNNING, event, planned

LONG = "Tornedalens och Överkalix gemensamma resursskola för nyanlända, Älvsbyn–Övertorneå"
SECTIONS = ("attendance", "pupils")


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing says that this is a build server, which gets plain lines."""
    monkeypatch.delenv("CI", raising=False)


class Clock:
    """Goes on only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def terminal(width: int) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=width, height=40, color_system="truecolor", _environ={})


def pipe() -> Console:
    return Console(file=io.StringIO(), width=80, _environ={})


def shown(console: Console) -> str:
    return console.file.getvalue()


def screen(console: Console, *told: tuple[str, str], names: dict[str, str] | None = None) -> list[str]:
    """The lines of the display after these events, as they stand on the screen: what is drawn last, without its colours."""
    clock = Clock()
    units = planned(*SECTIONS, names=names or {"gran": "Granskolan", "tall": "Tallskolan"})
    drawn = Console(record=True, file=io.StringIO(), width=console.width, _environ={})
    with progress(console, "lulea-2020-21", units, clock) as tell:
        for what, status in told:
            clock.now += 10
            tell(
                event(
                    what, status, seconds=0.0 if status in (RUNNING, KEPT) else 10.0, error="KeyError: 'x'" * (status is FAILED)
                )
            )
        drawn.print(tell.__self__)
    return drawn.export_text().splitlines()


# ---- live -----------------------------------------------------------------------------------------------------------


def test_it_shows_what_is_done_kept_failed_and_running() -> None:
    told = [
        ("gran/attendance", KEPT),
        ("gran/pupils", RUNNING),
        ("gran/pupils", DONE),
        ("tall/attendance", RUNNING),
        ("tall/attendance", FAILED),
        ("tall/pupils", RUNNING),
    ]
    lines = screen(terminal(80), *told)
    assert lines[0].startswith("sections ━") and lines[0].endswith(" 3/4")
    assert lines[1].startswith("books  ") and lines[1].endswith(" 0/2")
    assert lines[2:] == ["lulea-2020-21, about 1 min left", "1 done, 1 kept, 1 failed", "  Tallskolan: pupils"]


def test_a_failure_comes_above_the_bars_as_it_happens() -> None:
    console = terminal(80)
    screen(console, ("gran/pupils", RUNNING), ("gran/pupils", FAILED))
    text = shown(console)
    assert text.count("gran/pupils failed: KeyError: 'x'") == 1
    assert text.index("gran/pupils failed") < text.rindex("sections")


def test_only_some_of_many_running_tasks_are_named() -> None:
    names = {str(number): f"Skola {number}" for number in range(9)}
    lines = screen(terminal(80), *((f"{code}/pupils", RUNNING) for code in names), names=names)
    assert lines[4:] == [*(f"  Skola {number}: pupils" for number in range(4)), "  and 5 more"]


@pytest.mark.parametrize("width", [20, 30, 40, 60, 200])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    lines = screen(terminal(width), ("lång/pupils", RUNNING), ("lång/attendance", RUNNING), names={"lång": LONG})
    assert max(map(len, lines)) <= width
    assert len(lines) == 6  # nothing is broken over two lines
    assert lines[0].endswith("0/2")
    assert lines[4].startswith(f"  {LONG}"[: width - 1])


def test_the_whole_of_a_finished_run_stays_on_the_screen() -> None:
    console = terminal(80)
    screen(console, *((f"{unit}/{task}", KEPT) for unit in ("gran", "tall") for task in (*SECTIONS, BOOK)))
    last = shown(console).split("sections")[-1]
    assert "4/4" in last and "2/2" in last and "0 done, 6 kept, 0 failed" in last


def test_markup_in_a_name_or_an_error_is_text() -> None:
    console = terminal(80)
    with progress(console, "small", planned("pupils", names={"a": "[red]A[/red]"})) as tell:
        tell(event("a/pupils", FAILED, error="KeyError: '[bold]x[/bold]'"))
    assert "KeyError: '[bold]x[/bold]'" in shown(console)


# ---- plain lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "is_terminal", "live"),
    [
        ({"TERM": "xterm-256color"}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "CI": "true"}, True, False),
        ({"TERM": "xterm"}, False, False),
    ],
)
def test_it_is_live_only_where_lines_can_be_written_over(
    environment: dict, is_terminal: bool, live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=80, _environ=environment)
    with progress(console, "small", planned("pupils")) as tell:
        tell(event("gran/pupils", FAILED, error="e"))
        tell(event("gran/book", DONE, seconds=3.0))
    assert is_live(console) is live
    assert ("\x1b" in shown(console)) is live


def test_plain_lines_are_one_for_each_book_and_failure_and_one_at_the_end() -> None:
    console, clock = pipe(), Clock()
    with progress(console, "small", planned("pupils", names={"gran": "Granskolan", "tall": LONG}), clock) as tell:
        tell(event("gran/pupils", RUNNING))
        clock.now += 10
        tell(event("gran/pupils", FAILED, error="ValueError: \x1b[31mno\x1b[0m\nmore", seconds=10.0))
        tell(event("gran/book", DONE, seconds=3.0))
        tell(event("tall/pupils", KEPT))
        tell(event("tall/book", KEPT))
    assert shown(console).splitlines() == [
        "gran/pupils failed: ValueError: no more",
        "gran Granskolan: book done in 3 s",
        "2 of 2 sections, 2 of 2 books: 1 done, 2 kept, 1 failed",
    ]


def test_a_long_run_tells_how_far_it_is_at_most_some_twenty_times() -> None:
    console = pipe()
    units = planned(*(f"s{number}" for number in range(17)), names={str(code): "Skola" for code in range(600)})
    with progress(console, "small", units) as tell:
        for code, unit in units.items():
            for task in unit.tasks:
                tell(event(f"{code}/{task}", KEPT))
    lines = shown(console).splitlines()
    assert len(lines) == 20
    assert lines[-1] == "10200 of 10200 sections, 600 of 600 books: 0 done, 10800 kept, 0 failed"


def test_a_line_is_not_broken_however_narrow_the_screen_is_said_to_be() -> None:
    console = Console(file=io.StringIO(), width=20, _environ={})
    with progress(console, "small", planned("pupils", names={"a": LONG})) as tell:
        tell(event("a/book", DONE, seconds=1.0))
    assert shown(console).splitlines()[0] == f"a {LONG}: book done in 1 s"


# ---- time left ------------------------------------------------------------------------------------------------------


def test_time_left_goes_by_what_ran_and_how_many_ran_at_a_time() -> None:
    """Two at a time, 10 s each: after 20 s 4 of 10 sections are done, 6 remain: 30 s."""
    tally = Tally(sections=10, books=0)
    for start in (0.0, 10.0):
        for number in (1, 2):
            tally.tell(event(f"u/{start}-{number}", RUNNING), start)
        for number in (1, 2):
            tally.tell(event(f"u/{start}-{number}", DONE, seconds=10.0), start + 10)
    assert tally.left(20.0) == pytest.approx(30.0)


def test_what_was_kept_does_not_make_the_rest_look_fast() -> None:
    tally = Tally(sections=1010, books=0)
    for number in range(1000):
        tally.tell(event(f"u/{number}", KEPT), 0.0)
    assert tally.left(1.0) is None
    tally.tell(event("u/x", RUNNING), 1.0)
    assert tally.left(2.0) is None
    tally.tell(event("u/x", DONE, seconds=10.0), 11.0)
    assert tally.left(11.0) == pytest.approx(90.0)


def test_books_are_counted_by_what_books_take() -> None:
    tally = Tally(sections=2, books=2)
    for what, seconds, now in (("a/s", 10.0, 10.0), ("b/s", 10.0, 20.0)):
        tally.tell(event(what, DONE, seconds=seconds), now)
    assert tally.left(20.0) == pytest.approx(20.0)  # as long as sections, until one is done
    tally.tell(event(f"a/{BOOK}", DONE, seconds=4.0), 24.0)
    assert tally.left(24.0) == pytest.approx(4.0)


def test_what_is_under_way_is_not_counted_twice() -> None:
    tally = Tally(sections=3, books=0)
    tally.tell(event("u/1", RUNNING), 0.0)
    tally.tell(event("u/1", DONE, seconds=10.0), 10.0)
    tally.tell(event("u/2", RUNNING), 10.0)
    assert tally.left(15.0) == pytest.approx(15.0)


def test_a_whole_country_takes_no_more_memory_than_a_municipality() -> None:
    tally = Tally(sections=87_000, books=5_116)

    def run(tasks: range) -> None:
        for number in tasks:
            tally.tell(Event("u", str(number), RUNNING), number)
            tally.tell(Event("u", str(number), DONE, seconds=1.0), number + 1)

    run(range(100))
    tracemalloc.start()
    run(range(100, 92_000))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 20_000
    assert tally.ended(False) == 92_000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (90, "2 min"), (3599, "1 h 00 min"), (8100, "2 h 15 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text

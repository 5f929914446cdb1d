"""Runs that nobody ran: events told by hand, for the tests of those who listen."""

from sqa_lib.batch.event import BOOK, Event, Status
from sqa_lib.batch.lock import Process
from sqa_lib.batch.log import Begun, PlannedUnit

DONE, FAILED, KEPT, RUNNING = Status.DONE, Status.FAILED, Status.KEPT, Status.RUNNING
PROCESS = Process(host="here", number=17, started="2026-03-02T09:15:00.000Z")
NAMES = {"gran": "Granskolan", "tall": "Tallskolan"}


def planned(*sections: str, names: dict[str, str] = NAMES) -> dict[str, PlannedUnit]:
    """Each unit with these sections and its book."""
    return {code: PlannedUnit(name=name, level="school", tasks=(*sections, BOOK)) for code, name in names.items()}


def begun(units: dict[str, PlannedUnit], process: Process = PROCESS) -> Begun:
    return Begun(
        report="small",
        school_year="2020/21",
        process=process,
        parameters={"jobs": 2},
        versions={"python": "3.11.9"},
        fingerprint="ab12",
        units=units,
    )


def event(what: str, status: Status, **told: object) -> Event:
    """`event("gran/pupils", DONE, seconds=2.0)`."""
    unit, _, task = what.partition("/")
    return Event(unit, task, status, **told)

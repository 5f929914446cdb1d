"""From the plan to executed notebooks."""

from sqa_lib.batch.event import BOOK, Event, Listener, Status
from sqa_lib.batch.execute import Outcome, execute
from sqa_lib.batch.plan import Job, chosen_units, notebooks_of, output_folder, plan
from sqa_lib.batch.record import read_record, write_record
from sqa_lib.batch.scheduler import run
from sqa_lib.batch.task import Result, Task
from sqa_lib.batch.workers import ClusterError, Workers

__all__ = [
    "BOOK",
    "ClusterError",
    "Event",
    "Job",
    "Listener",
    "Outcome",
    "Result",
    "Status",
    "Task",
    "Workers",
    "chosen_units",
    "execute",
    "notebooks_of",
    "output_folder",
    "plan",
    "read_record",
    "run",
    "write_record",
]

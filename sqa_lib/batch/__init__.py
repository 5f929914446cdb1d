"""From the plan to executed notebooks.

Who runs tasks takes `scheduler` and `workers` by name: they bring Dask along, which no kernel needs.
"""

from sqa_lib.batch.event import BOOK, Event, Listener, Status
from sqa_lib.batch.execute import Outcome, execute
from sqa_lib.batch.plan import Job, chosen_units, notebooks_of, output_folder, plan
from sqa_lib.batch.record import Record, read_record, recording
from sqa_lib.batch.task import Result, Task

__all__ = [
    "BOOK",
    "Event",
    "Job",
    "Listener",
    "Outcome",
    "Record",
    "Result",
    "Status",
    "Task",
    "chosen_units",
    "execute",
    "notebooks_of",
    "output_folder",
    "plan",
    "read_record",
    "recording",
]

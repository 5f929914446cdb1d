"""From the plan to executed notebooks."""

from sqa_lib.batch.execute import Outcome, execute_all
from sqa_lib.batch.plan import Job, chosen_units, notebooks_of, output_folder, plan
from sqa_lib.batch.record import Record, read_record, recording

__all__ = [
    "Job",
    "Outcome",
    "Record",
    "chosen_units",
    "execute_all",
    "notebooks_of",
    "output_folder",
    "plan",
    "read_record",
    "recording",
]

"""The run record `output/<report>/run.json`: what ran, how long it took, what failed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqa_lib.batch.execute import Outcome


def write_record(path: Path, outcomes: Sequence[Outcome], books: Mapping[str, Any], root: Path) -> dict[str, Any]:
    """Merge this run into the record, so that building one unit keeps what is known of the others; returns it."""
    record = read_record(path)
    for outcome in outcomes:
        sections = record["notebooks"].setdefault(outcome.job.unit.code, {})
        sections[outcome.job.section] = {
            "seconds": round(outcome.seconds, 2),
            "error": outcome.error,
            "notebook": str(outcome.job.output.relative_to(root)),
        }
    record["books"] |= books
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return record


def read_record(path: Path) -> dict[str, Any]:
    """The record as it stands; an empty one when there is none."""
    if not path.is_file():
        return {"notebooks": {}, "books": {}}
    return json.loads(path.read_text(encoding="utf-8"))

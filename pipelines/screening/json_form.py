"""A check as JSON, for programs. The keys are promised in docs/guides/check_a_file.md: change them only with FORM."""

from collections.abc import Sequence
from typing import Any

from pipelines.screening.screened import Group, Part, Screened
from pipelines.screening.stamp import Stamp

FORM = 1
"""Goes up when a key is renamed, removed or comes to mean something else; a new key does not raise it."""


def as_json(files: Sequence[Screened], stamp: Stamp) -> dict[str, Any]:
    """The whole check, ready for json.dumps."""
    return {
        "form": FORM,
        "program_version": stamp.version,
        "checked_at": stamp.at.isoformat(timespec="seconds"),
        "registers_missing": list(stamp.registers_missing),
        "is_whole": all(file.is_whole for file in files),
        "files": [_file(file) for file in files],
    }


def _file(file: Screened) -> dict[str, Any]:
    return {
        "path": file.path.as_posix(),
        "name": file.path.name,
        "size_bytes": file.size,
        "sha256": file.sha256,
        "verdict": file.verdict,
        "datasets": [_part(part) for part in file.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    outcome = part.outcome
    return {
        "source_id": outcome.source_id,
        "title": part.title,
        "verdict": outcome.verdict,
        "rows_landed": outcome.rows_landed,
        "cells_in": outcome.cells_in,
        "cells_landed": outcome.cells_landed,
        "cells_quarantined": outcome.cells_quarantined,
        "cells_out_of_scope": outcome.cells_out_of_scope,
        "notes": outcome.notes,
        "groups": [_group(group) for group in part.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "stage": group.stage,
        "severity": group.severity,
        "rule": group.rule,
        "title": group.title,
        "remedy": group.remedy,
        "count": group.count,
        "cells": group.cells,
        "findings": group.examples.select("sheet", "row", "column", "value", "reason").to_dicts(),
    }

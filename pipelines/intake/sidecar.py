"""What a person says about a file: a small YAML beside it (`<file>.delivery.yml`) or options of the command."""

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

SUFFIX = ".delivery.yml"


class Said(BaseModel):
    """The dataset, the period's label and the day of publication, each only where the file cannot say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str | None = None
    period: str | None = None
    published: date | None = None


class SidecarError(Exception):
    """A sidecar that cannot be read; the message names file and field."""


def sidecar_of(path: Path) -> Said:
    """What the sidecar beside `path` says; nothing when there is none.

    Raises:
        SidecarError: when it is not YAML or holds a field that no sidecar has.
    """
    beside = path.with_name(path.name + SUFFIX)
    if not beside.exists():
        return Said()
    try:
        return Said.model_validate(yaml.safe_load(beside.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise SidecarError(f"{beside.name}: not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise SidecarError(f"{beside.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error

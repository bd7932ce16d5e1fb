"""Where a user's data and settings are. Nothing of the code lives in a workspace; upgrading never touches it."""

import os
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

SETTINGS_FILE = "dovetail.toml"
SECTIONS = ("folders", "thresholds", "disclosure", "reports", "approval", "notify", "dagster")


class Folders(BaseModel):
    """Where files are delivered and where the warehouse is, from the folder that dovetail.toml lies in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    landing: str | None = None
    warehouse: str | None = None


class Thresholds(BaseModel):
    """Limits a user may set, with the defaults of the design. They are recorded in every release."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    coverage_minimum: float = Field(0.70, gt=0, le=1)
    group_minimum: int = Field(10, ge=2)
    stale_caveat_months: int = Field(18, ge=1)
    stale_unassigned_months: int = Field(36, ge=1)
    small_count: int = Field(5, ge=1)
    small_denominator: int = Field(30, ge=1)
    short_lived_months: int = Field(12, ge=1)
    repeated_moves: int = Field(2, ge=2)
    repeated_moves_months: int = Field(24, ge=1)
    early_days_months: int = Field(12, ge=0)
    is_caveat_used: bool = False
    is_majority_used: bool = False


class Disclosure(BaseModel):
    """What a public build may not show, and whether one is made; recorded in every release.

    Counts of people from 1 to `threshold` - 1 are hidden, with `suppress_zero` also 0. With `round_to` every count
    that stays open is rounded to the nearest multiple and rates follow from the rounded counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    public: bool = False
    threshold: int = Field(5, ge=2)
    suppress_zero: bool = False
    round_to: int | None = Field(None, ge=2)


class Reports(BaseModel):
    """What a build renders beside its pages, and in which language; nothing of it changes a number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spreadsheets: bool = True
    pdf: bool = False
    language: str = "en"

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, language: str) -> str:
        """Asked before a build and not after it, when the pages are rendered."""
        from reports.language import LanguageUnknown, catalogue

        try:
            catalogue(language)
        except LanguageUnknown as error:
            raise ValueError(str(error)) from error
        return language


class ApprovalSettings(BaseModel):
    """Whether a build waits for a person before it is published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    required: bool = False


EventKind = Literal["build_done", "build_failed", "deliveries_refused", "returns_late", "approval_waiting"]


class EmailSettings(BaseModel):
    """The relay that mail goes through. The password is in the environment variable named, never in this file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = Field(587, ge=1, le=65535)
    starttls: bool = True
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    user: str | None = None
    password_env: str | None = None


class WebhookSettings(BaseModel):
    """Where messages are posted. The address, which is a secret itself, is in the environment variable named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url_env: str


class Notify(BaseModel):
    """Which events leave by mail and webhook. All of them stand in the log and in notifications.jsonl anyway."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: tuple[EventKind, ...] = ("build_failed", "deliveries_refused", "returns_late", "approval_waiting")
    email: EmailSettings | None = None
    webhook: WebhookSettings | None = None


class DagsterSettings(BaseModel):
    """Where Dagster keeps its runs: SQLite in the warehouse, or the PostgreSQL of the environment variable named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    storage: Literal["sqlite", "postgres"] = "sqlite"
    url_env: str = "DOVETAIL_DAGSTER_URL"


class WorkspaceError(Exception):
    """A workspace that cannot be used; the message names the file and the setting."""


@dataclass(frozen=True)
class Workspace:
    """The folders of one warehouse, and its settings."""

    landing: Path
    warehouse: Path
    thresholds: Thresholds = field(default_factory=Thresholds)
    disclosure: Disclosure = field(default_factory=Disclosure)
    is_public: bool = False
    reports: Reports = field(default_factory=Reports)
    approval: ApprovalSettings = field(default_factory=ApprovalSettings)
    notify: Notify = field(default_factory=Notify)
    dagster: DagsterSettings = field(default_factory=DagsterSettings)

    @property
    def public(self) -> "Workspace":
        """The public build's own workspace: it holds nothing that may not be open, whatever is read in it."""
        return replace(self, warehouse=self.warehouse / "public", is_public=True)

    @property
    def landed(self) -> Path:
        """Landed Parquet, by shape, dataset and delivery."""
        return self.warehouse / "landed"

    @property
    def originals(self) -> Path:
        """Every delivered file as it came, under the fingerprint of its bytes."""
        return self.warehouse / "originals"

    @property
    def ledger(self) -> Path:
        """The delivery ledger and what is exported from it."""
        return self.warehouse / "ledger"

    @property
    def catalogue(self) -> Path:
        """Frames of the catalogue, written for each build."""
        return self.warehouse / "catalogue"

    @property
    def building(self) -> Path:
        """What a build is making; never read by anyone else."""
        return self.warehouse / "building"


def open_workspace(
    landing: Path | None = None,
    warehouse: Path | None = None,
    start: Path | None = None,
    *,
    is_public_asked: bool = False,
    spreadsheets: bool | None = None,
    pdf: bool | None = None,
) -> Workspace:
    """The workspace of the options given, else of the environment, else of the nearest dovetail.toml.

    The environment's names are DOVETAIL_LANDING and DOVETAIL_WAREHOUSE; dovetail.toml is looked for in `start` (the
    current folder when not given) and above it. With `is_public_asked` a public build is made, whatever it says;
    `spreadsheets` and `pdf` overrule it where they are not None.

    Raises:
        WorkspaceError: when a setting is wrong, or nothing says where the warehouse is.
    """
    settings, root = _settings(start or Path.cwd())
    folders = _section(settings, "folders", Folders)
    landing = landing or _from_environment("DOVETAIL_LANDING") or (root / folders.landing if folders.landing else None)
    warehouse = (
        warehouse
        or _from_environment("DOVETAIL_WAREHOUSE")
        or (root / folders.warehouse if folders.warehouse else None)
    )
    if warehouse is None:
        raise WorkspaceError(
            f"nothing says where the warehouse is: give --warehouse DIR, or run `dovetail init` to make {SETTINGS_FILE}"
        )
    warehouse = warehouse.resolve()
    disclosure = _section(settings, "disclosure", Disclosure)
    if is_public_asked:
        disclosure = disclosure.model_copy(update={"public": True})
    asked = {name: value for name, value in (("spreadsheets", spreadsheets), ("pdf", pdf)) if value is not None}
    return Workspace(
        landing.resolve() if landing else warehouse / "landing",
        warehouse,
        _section(settings, "thresholds", Thresholds),
        disclosure,
        reports=_section(settings, "reports", Reports).model_copy(update=asked),
        approval=_section(settings, "approval", ApprovalSettings),
        notify=_section(settings, "notify", Notify),
        dagster=_section(settings, "dagster", DagsterSettings),
    )


_Section = TypeVar("_Section", bound=BaseModel)


def _section(settings: dict[str, Any], name: str, model: type[_Section]) -> _Section:
    try:
        return model.model_validate(settings.get(name, {}))
    except ValidationError as error:
        first = error.errors()[0]
        setting = ".".join((name, *map(str, first["loc"])))
        raise WorkspaceError(f"{SETTINGS_FILE}: {setting}: {first['msg'].removeprefix('Value error, ')}") from error


def _from_environment(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value) if value else None


def _settings(start: Path) -> tuple[dict[str, Any], Path]:
    for folder in (start, *start.parents):
        path = folder / SETTINGS_FILE
        if path.exists():
            try:
                settings = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise WorkspaceError(f"{path.name}: not TOML: {error}") from error
            for name in settings:
                if name not in SECTIONS:
                    raise WorkspaceError(f"{path.name}: {name} is no section of it; there are: {', '.join(SECTIONS)}")
            return settings, folder
    return {}, start

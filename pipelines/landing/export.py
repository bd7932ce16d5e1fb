"""What a build reads beside the landed rows: the catalogue's frames, the ledger's tables, the settings of the build."""

from pathlib import Path

import polars as pl

from pipelines.findings.frames import judged_frames
from pipelines.landing.expected import expected_deliveries, last_learnt
from pipelines.landing.previous_gaps import lay_out
from pipelines.landing.registers import current_rows, registers
from pipelines.landing.topics import with_topics
from pipelines.ledger.store import Ledger
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue
from sources.frames import catalogue_frames
from sources.shapes import schema


def export(workspace: Workspace, catalogue: Catalogue, release_id: str, previous: tuple[str, Path] | None) -> None:
    """Write catalogue/*.parquet and ledger/*.parquet for the build of `release_id`.

    Args:
        workspace: Where the warehouse is.
        catalogue: What is declared.
        release_id: The release this build would become.
        previous: The current release and its folder; None before the first.
    """
    deliveries = Ledger(workspace.ledger).deliveries()
    previous_id, previous_release = previous or (None, None)
    frames = catalogue_frames(with_topics(catalogue, workspace.landed)) | judged_frames(catalogue)
    fictional = _is_fictional(workspace, catalogue)
    frames["settings"] = pl.DataFrame(
        {"release_id": [release_id], "previous_release_id": [previous_id],
         **{n: [v] for n, v in workspace.thresholds.model_dump().items()}, "is_fictional": [fictional]},
        schema_overrides={"previous_release_id": pl.String},
    )  # fmt: skip
    for name, frame in frames.items():
        _write(frame, workspace.catalogue / f"{name}.parquet")
    expected = expected_deliveries(
        workspace.landed, deliveries, catalogue, registers(workspace.landed, catalogue), last_learnt(deliveries)
    )
    tables = {
        "deliveries": deliveries,
        "expected_deliveries": expected,
        "decisions": _decisions(workspace),
    }
    for name, frame in tables.items():
        _write(frame, workspace.ledger / f"{name}.parquet")
    lay_out(previous_release, workspace.ledger)


def _is_fictional(workspace: Workspace, catalogue: Catalogue) -> bool:
    """A warehouse that knows any area of the sample's fictional country is fictional, whatever else it holds."""
    codes = current_rows(workspace.landed, "authorities")["area_code"].unique()
    return any(prefix.fictional for code in codes if (prefix := catalogue.prefix_of(code)))


def _decisions(workspace: Workspace) -> pl.DataFrame:
    return current_rows(workspace.landed, "decisions").select(
        pl.col(name).cast(kind) for name, kind in schema("decisions").items()
    )


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    frame.write_parquet(partial, compression="zstd")
    partial.replace(path)

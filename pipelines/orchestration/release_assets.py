"""The release and its report as assets."""

import dagster as dg

from pipelines.orchestration.keys import GATES, PUBLIC, RELEASE, REPORT
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from sources.catalogue import load_catalogue


@dg.asset(
    key=RELEASE,
    deps=[GATES],
    group_name="release",
    kinds={"duckdb", "parquet"},
    description="The current release: DuckDB file, Parquet and CSV of every public table, data package, MANIFEST",
)
def release(workspace: WorkspaceResource) -> dg.MaterializeResult:
    """Publish what was built, whole or not at all."""
    from pipelines.steps import publish

    published, is_new = publish(workspace.open(), load_catalogue(), tell)
    return dg.MaterializeResult(
        metadata={
            "release_id": published.release_id,
            "is_new": is_new,
            "data_fingerprint": published.data_fingerprint,
            "path": dg.MetadataValue.path(str(published.path)),
        }
    )


@dg.asset(
    key=REPORT,
    deps=[RELEASE],
    group_name="reports",
    kinds={"html"},
    description="The static site rendered from the current release, readable offline",
)
def report_site(workspace: WorkspaceResource) -> dg.MaterializeResult:
    """Render the report of the current release."""
    from pipelines.steps import report

    tell("report")
    front = report(workspace.open())
    return dg.MaterializeResult(metadata={"front_page": dg.MetadataValue.path(str(front))})


@dg.asset(
    key=PUBLIC,
    deps=[RELEASE],
    group_name="release",
    kinds={"duckdb", "parquet", "html"},
    description="The public release and its report: a second pass over rows in which small counts are hidden",
)
def public_release(workspace: WorkspaceResource) -> dg.MaterializeResult:
    """Make the public release, where one is asked for."""
    from pipelines.disclosure.build import build_public
    from pipelines.releases.store import ReleaseStore

    opened = workspace.open()
    current = ReleaseStore(opened.warehouse).current()
    if not opened.disclosure.public or current is None:
        return dg.MaterializeResult(metadata={"is_made": False})
    built = build_public(opened, load_catalogue(), current.release_id, tell)
    return dg.MaterializeResult(
        metadata={
            "is_made": True,
            "release_id": built.release.release_id,
            "is_new": built.is_new,
            "path": dg.MetadataValue.path(str(built.release.path)),
            "front_page": dg.MetadataValue.path(str(built.front_page)),
            "rows": built.rows,
            "rows_hidden_as_small": built.primary,
            "rows_hidden_beside": built.secondary,
        }
    )

"""The release and its report as assets."""

import dagster as dg

from pipelines.orchestration.keys import GATES, RELEASE, REPORT
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

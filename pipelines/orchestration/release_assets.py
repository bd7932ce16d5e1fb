"""The release and its report as assets."""

from collections.abc import Iterator

import dagster as dg

from pipelines.orchestration.automation import when_changed
from pipelines.orchestration.keys import ATTRIBUTION_GATE, DATA_TEAM, PUBLIC, READERS, RELEASE, RELEASE_GATE, REPORT
from pipelines.orchestration.retrying import retrying
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from sources.catalogue import load_catalogue


class ApprovalConfig(dg.Config):
    """A person's approval, where [approval] required = true asks for one: a name and a reason."""

    approved_by: str = ""
    reason: str = ""


@dg.asset(
    key=RELEASE,
    deps=[ATTRIBUTION_GATE, RELEASE_GATE],
    group_name="release",
    owners=[DATA_TEAM],
    kinds={"duckdb", "parquet"},
    output_required=False,
    automation_condition=when_changed(),
    description="The current release: DuckDB file, Parquet and CSV of every public table, data package, MANIFEST. With"
    " [approval] required = true it waits for a person: launch the job `publish` with a name and a reason.",
)
def release(
    context: dg.AssetExecutionContext, config: ApprovalConfig, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult]:
    """Publish what was built, whole or not at all; or say that it waits for a person."""
    from pipelines.steps import publish_approved

    with retrying(context):
        outcome = publish_approved(
            workspace.open(), load_catalogue(), tell, by=config.approved_by, reason=config.reason
        )
    if outcome.waiting is not None:
        context.log.info(f"Release {outcome.waiting.release_id} is built and waits for a person's approval")
        return
    assert outcome.release is not None
    manifest = outcome.release.manifest
    yield dg.MaterializeResult(
        metadata={
            "release_id": outcome.release.release_id,
            "is_new": outcome.is_new,
            "data_fingerprint": outcome.release.data_fingerprint,
            "path": dg.MetadataValue.path(str(outcome.release.path)),
            "database": dg.MetadataValue.path(str(outcome.release.database)),
            "files": len(manifest["files"]),
            "deliveries": int(manifest["inputs"].get("deliveries", 0)),
            "approved_by": (manifest["inputs"].get("approval") or {}).get("approved_by", "no approval was asked for"),
        }
    )


@dg.asset(
    key=REPORT,
    deps=[RELEASE],
    group_name="reports",
    owners=[READERS],
    kinds={"html"},
    automation_condition=when_changed(),
    description="The static site rendered from the current release, readable offline",
)
def report_site(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:
    """Render the report of the current release."""
    from pipelines.steps import report

    tell("report")
    with retrying(context):
        front = report(workspace.open())
    return dg.MaterializeResult(
        metadata={
            "front_page": dg.MetadataValue.path(str(front)),
            "open_it": dg.MetadataValue.url(front.as_uri()),
            "pages": sum(1 for _ in front.parent.rglob("*.html")),
        }
    )


@dg.asset(
    key=PUBLIC,
    deps=[RELEASE],
    group_name="release",
    owners=[DATA_TEAM],
    kinds={"duckdb", "parquet", "html"},
    automation_condition=when_changed(),
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

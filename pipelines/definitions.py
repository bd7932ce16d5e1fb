"""Assembles what Dagster shows and runs. Nothing else belongs here: assets, jobs and checks live in orchestration/."""

import dagster as dg

from pipelines.orchestration.jobs import build_jobs, landing_folder, quarterly
from pipelines.orchestration.landed_assets import build_landed_assets
from pipelines.orchestration.release_assets import public_release, release, report_site
from pipelines.orchestration.warehouse_assets import build_warehouse_assets
from pipelines.orchestration.workspace_resource import WorkspaceResource

defs = dg.Definitions(
    assets=[build_landed_assets(), *build_warehouse_assets(), release, report_site, public_release],
    jobs=build_jobs(),
    schedules=[quarterly],
    sensors=[landing_folder],
    resources={"workspace": WorkspaceResource()},
    executor=dg.in_process_executor,
)

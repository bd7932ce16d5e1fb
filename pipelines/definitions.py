"""Assembles what Dagster shows and runs. Nothing else belongs here: assets, jobs and checks live in orchestration/."""

import dagster as dg

from pipelines.orchestration.delivery_assets import build_delivery_assets
from pipelines.orchestration.input_assets import build_input_assets
from pipelines.orchestration.jobs import build_jobs
from pipelines.orchestration.landed_assets import build_landed_assets
from pipelines.orchestration.model_assets import build_gates, build_model_assets
from pipelines.orchestration.release_assets import public_release, release, report_site
from pipelines.orchestration.return_checks import build_return_checks
from pipelines.orchestration.schedules import build_schedules
from pipelines.orchestration.sensors import landing_folder, rebuild_what_depends, tell_of_builds, tell_of_failures
from pipelines.orchestration.workspace_resource import WorkspaceReader, WorkspaceResource
from pipelines.warehouse.manifest import manifest
from sources.catalogue import load_catalogue


def _assembled() -> dg.Definitions:
    catalogue, parsed = load_catalogue(), manifest()
    return dg.Definitions(
        assets=[
            build_delivery_assets(catalogue),
            *build_landed_assets(catalogue),
            build_input_assets(catalogue, parsed),
            build_model_assets(parsed),
            build_gates(parsed),
            release,
            report_site,
            public_release,
        ],
        asset_checks=[build_return_checks(catalogue)],
        jobs=build_jobs(catalogue),
        schedules=build_schedules(catalogue),
        sensors=[landing_folder, rebuild_what_depends, tell_of_builds, tell_of_failures],
        resources={"workspace": WorkspaceResource(), "reading": WorkspaceReader()},
        executor=dg.in_process_executor,
    )


defs = _assembled()

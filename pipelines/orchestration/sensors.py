"""What starts runs by itself: new files in the landing folder, and content that changed upstream of an asset."""

import json
from hashlib import sha256

import dagster as dg

from pipelines.orchestration.keys import RELEASE
from pipelines.orchestration.names import BUILD

SECONDS = 30
MOST_WAITS = 20
"""Looks after which a folder that never comes to rest is taken as it is: what is still being written is left then."""


@dg.sensor(
    job_name=BUILD,
    name="landing_folder",
    minimum_interval_seconds=SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="One run for whatever is new in the landing folder, once nothing in it has changed between two looks",
)
def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run for all that came since the last, when the folder has come to rest; the same files never twice."""
    from pipelines.intake.sidecar import SUFFIX
    from pipelines.landing_folder import landing_files, look
    from pipelines.workspace import WorkspaceError, open_workspace

    try:
        workspace = open_workspace()
    except WorkspaceError as error:
        return dg.SkipReason(str(error))
    files = landing_files(workspace.landing)
    seen = look([*files, *(path.with_name(path.name + SUFFIX) for path in files)])
    state = sha256(json.dumps(sorted(seen.items())).encode()).hexdigest()
    before = json.loads(context.cursor) if context.cursor else {"asked": None, "seen": None, "waits": 0}
    if not seen or state == before["asked"]:
        return dg.SkipReason(f"nothing new in {workspace.landing}")
    if state != before["seen"] and before["waits"] < MOST_WAITS:
        context.update_cursor(json.dumps(before | {"seen": state, "waits": before["waits"] + 1}))
        return dg.SkipReason(f"{len(files)} files, some of them new: waiting until nothing changes between two looks")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=state)],
        cursor=json.dumps({"asked": state, "seen": state, "waits": 0}),
    )


rebuild_what_depends = dg.AutomationConditionSensorDefinition(
    "rebuild_what_depends",
    target=dg.AssetSelection.all(),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=2 * SECONDS,
    description="Makes again what depends on something that changed, such as a corrected register, and nothing else",
)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="tell_of_builds",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=SECONDS,
    description="Tells of releases, builds that wait and refused files, as [notify] says",
)
def tell_of_builds(context: dg.RunStatusSensorContext) -> None:
    """What is told of a run that Dagster started and that ended well."""
    from pipelines.approval import last_waiting
    from pipelines.build_state import load_checks, load_outcomes
    from pipelines.notifications import of_builds
    from pipelines.notifications.seam import notify
    from pipelines.workspace import open_workspace

    events = context.instance.all_logs(context.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    made = {
        event.asset_materialization.asset_key: event.asset_materialization.metadata
        for event in events
        if event.asset_materialization is not None
    }
    workspace = open_workspace()
    if any(key.path[0] == "deliveries" for key in made) and (refused := of_builds.refused(load_outcomes(workspace))):
        notify(workspace, refused)
    release, waits = made.get(RELEASE), last_waiting(workspace)
    if release is not None and release["is_new"].value:
        notify(workspace, of_builds.done(str(release["release_id"].value), load_checks(workspace)))
    elif release is None and waits is not None and any(key.path[0] == "gates" for key in made):
        notify(workspace, of_builds.waits(waits.release_id, waits.checks, waits.warnings))


@dg.run_failure_sensor(
    name="tell_of_failures",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=SECONDS,
    description="Tells of runs that failed, as [notify] says",
)
def tell_of_failures(context: dg.RunFailureSensorContext) -> None:
    """What is told of a run that Dagster started and that failed: which checks or steps, and no row."""
    from pipelines.build_state import load_checks
    from pipelines.notifications import of_builds
    from pipelines.notifications.seam import notify
    from pipelines.workspace import open_workspace

    workspace = open_workspace()
    stopped = [
        f"{event.step_key}: {event.step_failure_data.error.cls_name if event.step_failure_data.error else 'failed'}"
        for event in context.get_step_failure_events()
    ]
    notify(workspace, of_builds.failed(load_checks(workspace), stopped or ["the run stopped before its first step"]))

"""What starts runs by itself: new files in the landing folder, and content that changed upstream of an asset."""

import json
from hashlib import sha256

import dagster as dg

from pipelines.orchestration.jobs import BUILD

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
    minimum_interval_seconds=SECONDS,
    description="Makes again what depends on something that changed, such as a corrected register, and nothing else",
)

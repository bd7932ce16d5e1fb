"""Whether every check that a release must pass was run on what was built: asked before publishing, however it began."""

from expectations.suites import checks
from pipelines.build_state import load_checks
from pipelines.warehouse.manifest import manifest
from pipelines.warehouse.standing import DATABASE
from pipelines.workspace import Workspace

STAGES = ("landing", "attribution", "release")


class BuildNotWhole(Exception):
    """Something that a release rests on is not there; the message says what, and what to do."""


def refuse_unless_whole(workspace: Workspace) -> None:
    """Let a build through when its database is there and each of its checks has an outcome.

    Raises:
        BuildNotWhole: the database, or the outcome of a check, is missing.
    """
    if not (workspace.warehouse / DATABASE).exists():
        raise BuildNotWhole("nothing is built that could be published: run dovetail build")
    wanted = {check.check_id for stage in STAGES for check in checks(stage)}  # type: ignore[arg-type]
    wanted |= {node["name"] for node in manifest()["nodes"].values() if node["resource_type"] == "test"}
    missing = sorted(wanted - {check.check_id for check in load_checks(workspace)})
    if missing:
        raise BuildNotWhole(
            f"{len(missing)} checks of what was built have no outcome, the first: {missing[0]}: run dovetail build"
        )

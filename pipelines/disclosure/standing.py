"""Whether the public release already stands for what is there: asked at every build, so it imports little."""

from pipelines.build_state import built_already
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue


def is_built(workspace: Workspace, catalogue: Catalogue) -> bool:
    """Whether a public build is not asked for, or stands for what is there already."""
    return not workspace.disclosure.public or (
        workspace.public.building.exists() and built_already(workspace.public, catalogue) is not None
    )

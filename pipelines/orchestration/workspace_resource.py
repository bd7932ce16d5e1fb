"""The workspace as a Dagster resource: its folders come from the run's configuration or the environment."""

from pathlib import Path

import dagster as dg

from pipelines.workspace import Workspace, open_workspace


class WorkspaceResource(dg.ConfigurableResource):
    """Folders of a workspace; empty means: the nearest dovetail.toml, or DOVETAIL_LANDING and DOVETAIL_WAREHOUSE."""

    landing: str = ""
    warehouse: str = ""

    def open(self) -> Workspace:
        """The workspace that this run works on."""
        return open_workspace(
            Path(self.landing) if self.landing else None,
            Path(self.warehouse) if self.warehouse else None,
        )

"""The workspace as a Dagster resource: its folders come from the run's configuration or the environment."""

from pathlib import Path

import dagster as dg

from pipelines.workspace import Workspace, open_workspace


class WorkspaceResource(dg.ConfigurableResource):
    """Folders of a workspace; empty means: the nearest dovetail.toml, or DOVETAIL_LANDING and DOVETAIL_WAREHOUSE.

    With `public` a public build is made, whatever the settings say; `spreadsheets` and `pdf` overrule them when given.
    """

    landing: str = ""
    warehouse: str = ""
    public: bool = False
    spreadsheets: bool | None = None
    pdf: bool | None = None

    def open(self) -> Workspace:
        """The workspace that this run works on."""
        return open_workspace(
            Path(self.landing) if self.landing else None,
            Path(self.warehouse) if self.warehouse else None,
            is_public_asked=self.public,
            spreadsheets=self.spreadsheets,
            pdf=self.pdf,
        )

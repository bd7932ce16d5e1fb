"""The workspace as a Dagster resource: its folders come from the run's configuration or the environment."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.progress import tell
from pipelines.workspace import Workspace, open_workspace


class WorkspaceReader(dg.ConfigurableResource):
    """A workspace to look at. Empty folders mean: the nearest dovetail.toml, or DOVETAIL_LANDING and _WAREHOUSE.

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


class WorkspaceResource(WorkspaceReader):
    """A workspace to work in: the run holds its lock from the first step to the last, unless its caller does already.

    One program at a time writes to a warehouse, whether it was started by Dagster or by a command.
    """

    is_held: bool = False

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["WorkspaceResource"]:  # noqa: ARG002
        """Hold the lock for the run; where somebody else holds it, wait until they are done."""
        if self.is_held:
            yield self
            return
        from pipelines.ledger.mending import mend
        from pipelines.lock import locked

        workspace = self.open()
        with locked(workspace, wait_seconds=math.inf):
            if mended := mend(workspace.ledger):
                tell(mended)
            yield self

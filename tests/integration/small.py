"""The smallest landing of which a whole release is made, and one more delivery for a second release."""

import shutil
from pathlib import Path

from pipelines.workspace import Workspace

INTAKE = Path(__file__).parents[1] / "fixtures" / "good" / "intake"
FILES = (
    "FICTIONAL_authorities.csv",
    "FICTIONAL_services.csv",
    "FICTIONAL_structures.csv",
    "FICTIONAL_participation.csv",
)


def deliver_first(workspace: Workspace) -> None:
    """Put the registers and one outcome file into the landing folder."""
    workspace.landing.mkdir(parents=True)
    for name in FILES:
        shutil.copy(INTAKE / name, workspace.landing)


def deliver_offences(workspace: Workspace) -> None:
    """Put a file of offences by service into the landing folder."""
    shutil.copy(INTAKE.parents[1] / "broken" / "intake" / "file_ambiguous.csv", workspace.landing / "offences.csv")
    (workspace.landing / "offences.csv.delivery.yml").write_text(
        "source: yjb__proven_offences_by_service\nperiod: 2021-22\n"
    )

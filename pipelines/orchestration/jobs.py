"""The jobs a data team runs or schedules. Each is a choice of assets; none holds a step of its own."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.orchestration.keys import delivered
from pipelines.orchestration.names import BUILD, CHASE, CLOSE, PROGRAMMES, PUBLISH
from pipelines.orchestration.return_checks import IN_TIME, UP_TO_DATE
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset


def build_jobs(catalogue: Catalogue) -> list[UnresolvedAssetJobDefinition]:
    """Every job."""
    datasets = list(catalogue.datasets.values())
    registers = [dataset.id for dataset in datasets if dataset.shape != "observations"]
    returned = [dataset for dataset in datasets if dataset.calendar is not None and dataset.shape == "observations"]
    # Landed rows are made by the step that receives them; asked for by themselves they are judged again.
    whole = dg.AssetSelection.all() - dg.AssetSelection.groups("landed", "registers") - _checks(returned)
    published = dg.AssetSelection.groups("release", "reports")
    programmes = [
        dg.define_asset_job(
            job,
            _deliveries([*registers, *(d.id for d in datasets if programme in programmes_of(d, catalogue))]),
            description=f"Receive new files of {programme} indicators and of the registers; what needs them follows",
        )
        for programme, job in PROGRAMMES.items()
    ]
    quarterly = [dataset for dataset in returned if dataset.calendar and dataset.calendar.every_months == 3]
    return [
        *programmes,
        dg.define_asset_job(
            "load_registers",
            _deliveries(registers),
            description="Receive new files of the registers, structures and decisions; what depends on them follows",
        ),
        dg.define_asset_job(
            BUILD, whole, description="The main job: receive what is new, build, check, release, report"
        ),
        dg.define_asset_job(
            "build", whole - published, description="Receive what is new, build and check; publish nothing"
        ),
        dg.define_asset_job(
            PUBLISH,
            published,
            description="Publish and report what was built and checked; where an approval is asked for, give it here:"
            " a name and a reason in the configuration of release__current",
        ),
        dg.define_asset_job(
            CLOSE,
            whole | _checks(quarterly),
            description="The day after quarterly returns are due: the main job, then which returns are missing",
        ),
        dg.define_asset_job(
            CHASE, _checks(returned), description="Which returns are overdue, and which services are behind"
        ),
    ]


def programmes_of(dataset: Dataset, catalogue: Catalogue) -> set[str | None]:
    """The programmes that a dataset's indicators belong to."""
    return {catalogue.indicators[measure.indicator].programme for measure in dataset.measures}


def _deliveries(source_ids: list[str]) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*(delivered(source_id) for source_id in sorted(source_ids))).without_checks()


def _checks(datasets: list[Dataset]) -> dg.AssetSelection:
    return dg.AssetSelection.checks(
        *(dg.AssetCheckKey(delivered(dataset.id), name) for dataset in datasets for name in (IN_TIME, UP_TO_DATE))
    )

"""`dovetail init`: a workspace with its settings, folders and template registers."""

from pathlib import Path

import click

from pipelines.cli.options import FOLDER

SETTINGS = """# Settings of this Dovetail workspace. Folders are relative to this file.

[folders]
landing = "landing"      # drop delivered files here
warehouse = "warehouse"  # releases, reports, ledger and originals

[thresholds]
# A comparison is refused when a smaller share of the services in scope can be used.
coverage_minimum = {coverage_minimum}
# A structural model with fewer services is shown and not tested.
group_minimum = {group_minimum}
# Evidence older than this at the end of the exposure window is a caveat, or no evidence at all (months).
stale_caveat_months = {stale_caveat_months}
stale_unassigned_months = {stale_unassigned_months}
# Counts and denominators below these are marked as unstable.
small_count = {small_count}
small_denominator = {small_denominator}
# A model in place for fewer months is marked as short-lived.
short_lived_months = {short_lived_months}
# So many changes of model within so many months are repeated moves.
repeated_moves = {repeated_moves}
repeated_moves_months = {repeated_moves_months}
# For so many months after a window's length has passed since a change, it is early days for the model.
early_days_months = {early_days_months}
# Whether a number that spans two models counts, with a caveat, for the one that held more than half of the window.
is_majority_used = {is_majority_used}
# Whether observations attributable with a caveat enter comparisons.
is_caveat_used = {is_caveat_used}

[disclosure]
# Whether every build also makes a public release, in which small counts of people are hidden
# (docs/guides/disclosure.md).
public = {public}
# Counts from 1 up to one below this are hidden; with suppress_zero also 0.
threshold = {threshold}
suppress_zero = {suppress_zero}
# Counts that stay open are rounded to the nearest multiple of this; leave the line out for no rounding.
# round_to = 5

[reports]
# Whether a build makes a workbook of every service and of the release, as XLSX and ODS.
spreadsheets = {spreadsheets}
# Whether it prints two sheets of A4 for every service (needs Chromium).
pdf = {pdf}
# The language of the pages' own words; docs/guides/translate.md says how to add one.
language = "{language}"

[approval]
# Whether a build waits for a person's approval before it is published (docs/guides/schedule_loads.md).
required = {required}

# Who is told of builds by mail or a webhook, and where Dagster keeps its runs: [notify] and [dagster], see
# docs/guides/schedule_loads.md and docs/guides/run_as_a_service.md. A secret is named there by its environment
# variable.
"""


@click.command()
@click.argument("directory", type=FOLDER, default=".")
def init(directory: Path) -> None:
    """Make a workspace in DIRECTORY: dovetail.toml, a landing folder and empty register templates.

    What is there already is never changed.
    """
    from pipelines.workspace import SETTINGS_FILE, ApprovalSettings, Disclosure, Reports, Thresholds
    from sources.catalogue import load_catalogue

    values = {
        name: str(value).lower() if isinstance(value, bool) else value
        for part in (Thresholds(), Disclosure(), Reports(), ApprovalSettings())
        for name, value in part.model_dump().items()
    }
    catalogue = load_catalogue()
    contents = {Path(SETTINGS_FILE): SETTINGS.format(**values)}
    for source_id in (
        "dovetail__structure_register", "dovetail__service_register", "dovetail__decisions", "dovetail__gap_evidence",
        "dovetail__contributions",
    ):  # fmt: skip
        header = ",".join(catalogue.datasets[source_id].signature.required)
        contents[Path("templates") / f"{source_id.removeprefix('dovetail__')}.csv"] = f"{header}\n"
    for folder in ("landing", "templates"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    for path, text in contents.items():
        if (directory / path).exists():
            click.echo(f"kept     {directory / path}")
        else:
            (directory / path).write_text(text, encoding="utf-8")
            click.echo(f"written  {directory / path}")
    click.echo("Fill in a template, put it and your files into landing/, then run: dovetail build")

"""`dovetail findings`: which published figures cannot be true as stated, and what our rows make of them."""

import json
import sys
from pathlib import Path

import click

from pipelines.cli.options import json_option, warehouse_option

EXAMPLES = """\b
Examples:
  dovetail findings
  dovetail findings Y-18
  dovetail findings --verdict not_feasible
  dovetail findings --state contradicted --seed 001
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", metavar="[ID]", required=False)
@click.option(
    "--seed",
    metavar="REPORT",
    help="One report: 003 YJB 2024, 001 Fielder 2008, 000 CfBT 2011, 004 LARC 2008, 002 Leicestershire, LAIT.",
)
@click.option(
    "--verdict",
    type=click.Choice(["unique", "several", "sum_of_rounded_only", "not_feasible", "base_unknown", "not_tested"]),
    help="What arithmetic says of the figure alone.",
)
@click.option(
    "--state",
    type=click.Choice(["reproduced", "contradicted", "not_reproducible"]),
    help="What the rows of this warehouse say of it.",
)
@warehouse_option
@json_option
def findings(
    name: str | None, seed: str | None, verdict: str | None, state: str | None, warehouse: Path | None, as_json: bool
) -> None:
    """Which published figures cannot be true as stated? And which do our own rows give, or contradict?

    Without an ID: a count of every verdict, then the figures that no whole number can stand behind, and those that
    cannot hold together. With the ID of a figure (Y-18), a statement (Y-16), a test (Y7a) or a conflict (F1): its
    working, bases, solutions and both places.

    A verdict needs only what is printed: 34% of 15, 16 or 17 services does not exist. It says nothing about which
    figure of a set is the wrong one, and a candidate explanation is shown and never applied.

    Exit codes: 0 done, 2 misuse or no such ID.
    """
    from pipelines.cli.releases import release_of
    from pipelines.findings import text
    from pipelines.findings.register import read
    from pipelines.one_line import one_line

    register = read(release_of(None, warehouse))
    if seed is not None and seed not in {row["seed"] for row in register.findings}:
        known = ", ".join(sorted({row["seed"] for row in register.findings}))
        raise click.UsageError(f"no figure of a report {seed}; there are {known or 'none'}")
    if name is not None:
        found, tests, conflicts = register.about(name)
        if not (found or tests or conflicts):
            click.echo(f"dovetail findings: no figure, test or conflict is called {name}.", err=True)
            sys.exit(2)
        if as_json:
            _echo_json({"findings": found, "tests": tests, "conflicts": conflicts})
            return
        lines = list(text.working(found, tests, conflicts))
    else:
        chosen = register.chosen(seed, verdict, state)
        if as_json:
            _echo_json(chosen)
            return
        if verdict is None and state is None:
            lines = list(text.overview(register, seed))
        elif verdict == "not_feasible" and state is None:
            lines = list(text.impossible(register, seed))
        else:
            lines = [f"{len(chosen)} of {len(register.chosen(seed))} figures:", *text.listing(chosen)]
    click.echo("\n".join(one_line(line) for line in lines).rstrip())


def _echo_json(what: object) -> None:
    click.echo(json.dumps(what, indent=1, default=str, ensure_ascii=False))

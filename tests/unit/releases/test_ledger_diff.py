"""`dovetail releases diff`: what changed in the gap ledger from one release to the next."""

import json

from click.testing import CliRunner

from pipelines.cli.main import dovetail

GAPS = """
create table attribution_gaps as select
    gap_id, kind, 'a kind' as kind_title, 'observation' as level, 'yjb_2024' as typology_id,
    'an_indicator' as indicator_id, 'svc_1' as service_id, 'youth_justice_service' as area_type,
    'svc_1' as area_code, date '2020-01-01' as period_start,
    date '2020-12-31' as period_end, 'found in ' || gap_id as evidence, null::varchar as observation_id,
    null::varchar as decision_id, closed as closed_in_release,
    case when closed is not null then 'decided: W-1' end as resolution
from (values {rows}) as t(gap_id, kind, closed)
"""


def gaps(**closed: str | None) -> str:
    rows = [f"('{gap}', 'E2', nullif('{release or ''}', ''))" for gap, release in closed.items()]
    return GAPS.format(rows=", ".join(rows))


def diff(*arguments: str):
    return CliRunner().invoke(dovetail, ["releases", "diff", *arguments])


def test_without_names_the_current_release_is_compared_with_the_one_before(build, release_of):
    warehouse = build(sql=gaps(stays=None, settled=None))
    release_of(warehouse)
    build(sql=gaps(stays=None, settled="2026.2", new=None), generation=2)
    release_of(warehouse)

    told = diff("--warehouse", str(warehouse))
    assert told.exit_code == 0, told.output
    assert told.output.splitlines() == [
        "The gap ledger from 2026.1 to 2026.2:",
        "  1 opened",
        "    E2   an_indicator svc_1 found in new",
        "  0 reopened",
        "  1 closed",
        "    E2   an_indicator svc_1 found in settled (decided: W-1)",
    ]
    parts = json.loads(diff("2026.1", "2026.2", "--json", "--warehouse", str(warehouse)).output)
    assert [row["gap_id"] for row in parts["closed"]] == ["settled"]


def test_the_first_release_has_none_before_it(build, release_of):
    from pipelines.releases.store import ReleaseNotFound

    warehouse = build(sql=gaps(stays=None))
    release_of(warehouse)
    refused = diff("--warehouse", str(warehouse))
    assert isinstance(refused.exception, ReleaseNotFound)
    assert "no release before 2026.1" in str(refused.exception)


def test_a_release_of_an_older_program_is_named_and_no_traceback_shown(build, release_of):
    from pipelines.releases.store import ReleaseNotFound

    warehouse = build()
    release_of(warehouse)
    build(sql=gaps(new=None), generation=2)
    release_of(warehouse)
    for arguments in (["releases", "diff"], ["gaps"], ["findings"]):
        refused = CliRunner().invoke(dovetail, [*arguments, "--warehouse", str(warehouse)])
        assert isinstance(refused.exception, ReleaseNotFound), arguments
        assert "an older program made it: run dovetail build" in str(refused.exception)

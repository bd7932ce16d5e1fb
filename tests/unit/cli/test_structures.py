"""`dovetail structures`: what a person is told of a service, and the register in which they record it."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner

from pipelines.cli.structures import structures
from pipelines.deliveries import receive
from pipelines.releases.publish import publish
from pipelines.structures.text import stated
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

GOOD = Path(__file__).parents[2] / "fixtures" / "good" / "intake"
GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "structures.md").read_text(encoding="utf-8")
SETTINGS = {"stale_caveat_months": 18, "stale_unassigned_months": 36}
TABLES = """
create table services as select * from (values
    ('vellow', 'Vellow'), ('oxterby', 'Oxterby'), ('quillmarsh_and_norrow', 'Quillmarsh and Norrow'),
    ('silent', 'Silent Vale'), ('mute', 'Mute Vale')
) as t(service_id, service_name);
create table typologies as select * from (values
    ('fielder_2007', 'Location in council structure', date '2007-02-01', date '2011-03-31'),
    ('yjb_2024', 'Level of integration', date '2011-04-01', null),
    ('focus', 'Focus area', date '2023-04-01', null)
) as t(typology_id, title, valid_from, valid_to);
create table typology_models as select * from (values
    ('yjb_2024', 'delivery', 'Delivery level', 5), ('yjb_2024', 'umbrella', 'Umbrella service', 4),
    ('yjb_2024', 'portfolio', 'Portfolio', 3), ('fielder_2007', 'freestanding', 'Freestanding', 2),
    ('focus', 'children', 'All children', 1), ('focus', 'safety', 'Community safety', 2)
) as t(typology_id, model_id, label, model_order);
create table gap_kinds as select * from (values
    ('E1', 'an assertion with a dated source'), ('E2', 'a recorded decision with a reason and a name'),
    ('S2', 'evidence that it was made permanent'), ('S3', 'evidence of the date it came into force'),
    ('S7', 'a date at least to the month'), ('S8', 'newer evidence'), ('S8U', 'newer evidence')
) as t(kind, resolved_by);
create table decisions as
    select 'd1' as decision_id, 'resolve_conflict' as decision_kind, 'o1' as subject, 'FICTIONAL judge' as decided_by,
        date '2024-05-01' as decided_on, 'the plan is newer' as reason;
create table structure_assertions as select * from (values
    ('v1', 'vellow', 'Vellow', 'yjb_2024', 'umbrella', 'in_force', date '2020-04-01', 'month', null, 'open', 100.0,
     'Plan 2020/21', date '2020-06-30', 'p. 4', 'part of the Adolescent Service', 'A', true),
    ('v2', 'vellow', 'Vellow Youth Justice', 'yjb_2024', 'delivery', 'planned', date '2025-04-01', 'day', null, 'open',
     100.0, 'Board minutes', date '2024-11-14', null, 'the board agreed', null, true),
    ('v3', 'vellow', 'Vellow', 'yjb_2024', 'portfolio', 'in_force', date '2015-04-01', 'year', null, 'open', 100.0,
     'Plan withdrawn', date '2016-06-30', null, null, 'A', false),
    ('o1', 'oxterby', 'Oxterby', 'yjb_2024', 'delivery', 'in_force', date '2022-04-01', 'day', null, 'open', 100.0,
     'Plan 2023/24', date '2023-06-30', null, null, 'A', true),
    ('o2', 'oxterby', 'Oxterby', 'yjb_2024', 'umbrella', 'in_force', date '2022-04-01', 'day', null, 'open', 100.0,
     'Inspection report', date '2022-09-30', 'p. 9', 'an umbrella service', 'B', true),
    ('q1', 'quillmarsh_and_norrow', 'Quillmarsh and Norrow', 'yjb_2024', 'delivery', 'in_force', date '2022-04-01',
     'day', null, 'open', 100.0, 'Plan 2023/24', date '2023-06-30', null, null, 'A', true),
    ('q2', 'quillmarsh_and_norrow', 'Quillmarsh and Norrow', 'yjb_2024', 'portfolio', 'in_force', date '2022-04-01',
     'day', null, 'open', 100.0, 'Inspection report', date '2022-09-30', null, null, 'B', true)
) as t(assertion_id, service_id, service_name, typology_id, model_id, tenure, valid_from, from_precision, valid_to,
    to_precision, scope_percent, source, source_date, page, quote, coder, is_current);
alter table structure_assertions add column delivery_id varchar default 'D1';
create table structures as select * from (values
    ('s1', 'vellow', 'yjb_2024', 'umbrella', 'in_force', date '2020-04-01', null::date, 'month', 'open', 100.0,
     'Plan 2020/21', date '2020-06-30', ['v1'], false, null, ['umbrella', 'portfolio']),
    ('s2', 'oxterby', 'yjb_2024', 'delivery', 'in_force', date '2022-04-01', null, 'day', 'open', 100.0,
     'Plan 2023/24', date '2023-06-30', ['o1', 'o2'], false, 'd1', ['delivery']),
    ('s3', 'quillmarsh_and_norrow', 'yjb_2024', null, 'in_force', date '2022-04-01', null, 'day', 'open', 100.0,
     'Sources disagree', date '2023-06-30', ['q1', 'q2'], true, null, ['delivery', 'portfolio']),
    ('s4', 'vellow', 'fielder_2007', 'freestanding', 'in_force', date '2006-04-01', date '2010-03-31', 'day', 'day',
     100.0, 'Survey', date '2009-06-30', [], false, null, ['freestanding']),
    ('s5', 'silent', 'focus', null, 'in_force', date '2023-04-01', null, 'day', 'open', 100.0, 'Plan 2023/24',
     date '2023-06-30', [], false, null, ['safety', 'children'])
) as t(structure_id, service_id, typology_id, model_id, tenure, valid_from, valid_to, from_precision, to_precision,
    scope_percent, evidence, evidence_date, assertion_ids, is_contested, decision_id, levels);
create table deliveries as
    select 'D1' as delivery_id, 'register.csv' as file_name, 'a' as sha256, 'accepted' as verdict,
        null::varchar as reason, timestamp '2024-06-01' as recorded_at;
create table quarantined_rows as
    select 'D1' as delivery_id, 'a' as source_id, 's' as sheet, 1::bigint as row, 'c' as "column", 'v' as value,
        'r' as rule, 'r' as reason, 1::bigint as cells
    where false;
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    """A warehouse with one release of a fictional country of four services."""
    warehouse = tmp_path_factory.mktemp("structures")
    (warehouse / "building").mkdir()
    with duckdb.connect(str(warehouse / "building" / "warehouse.duckdb")) as connection:
        connection.execute(TABLES)
    publish(warehouse, "2026.1", checks=[], inputs={"settings": SETTINGS}, built_at=datetime(2026, 3, 1), render=None)
    return warehouse


def run(*arguments: str):
    return CliRunner().invoke(structures, list(arguments))


@pytest.fixture
def told(warehouse):
    """What a command of the group prints about the release."""

    def tell(*arguments: str) -> str:
        result = run(*arguments, "--warehouse", str(warehouse))
        assert result.exit_code == 0, result.output
        return result.output

    return tell


def test_show_tells_how_a_service_was_organised_on_a_day_and_who_says_so(told):
    said = told("show", "vellow", "--on", "2021-07-01")
    assert "Vellow (vellow) on 1 July 2021" in said
    assert "Umbrella service: from April 2020 on" in said
    assert "Plan 2020/21, p. 4, 30 June 2020; read by A" in said
    assert "“part of the Adolescent Service”" in said
    assert "Does anyone disagree: no" in said
    assert "assertion_id v1" in said
    assert "fielder_2007" not in said
    assert "Plan withdrawn" not in said


def test_a_plan_is_told_apart_and_never_as_if_it_had_happened(told):
    said = told("show", "vellow", "--on", "2025-07-01")
    assert "Umbrella service: from April 2020 on" in said
    plans = said.split("Plans, never used as if they had happened:")[1]
    assert "Delivery level, planned from 1 April 2025: Board minutes, 14 November 2024" in plans
    assert "nobody is named as having read it" in plans
    assert "[S3] a plan is no evidence that it happened" in said


@pytest.mark.parametrize(
    ("on", "kind"),
    [("2021-12-30", None), ("2021-12-31", "S8"), ("2023-06-30", "S8"), ("2023-07-01", "S8U")],
)
def test_evidence_grows_stale_as_in_the_release(on, kind, told):
    said = told("show", "Vellow", "--on", on)
    assert {each for each in ("S8", "S8U") if f"[{each}]" in said} == ({kind} if kind else set())


def test_levels_that_are_true_at_once_are_told_beside_the_highest(told):
    said = told("show", "vellow", "--on", "2021-07-01")
    assert "Several levels at once: Umbrella service, Portfolio; the highest counts" in said


def test_a_scheme_of_several_labels_tells_them_all_and_no_conflict(told):
    said = told("show", "Silent Vale", "--on", "2024-07-01")
    assert "Community safety and All children: from 1 April 2023 on" in said
    assert "Contested" not in said
    assert "safety and children" in told("list", "--typology", "focus")


def test_a_conflict_shows_both_claims_and_what_would_settle_it(told):
    said = told("show", "Quillmarsh & Norrow", "--on", "01/07/2022")
    assert "Contested: from 1 April 2022 on" in said
    assert "Delivery level, in force from 1 April 2022: Plan 2023/24" in said
    assert "Portfolio, in force from 1 April 2022: Inspection report" in said
    assert "Does anyone disagree: yes, the sources above, and nobody has decided" in said
    assert "[E2] sources disagree" in said
    assert "It takes a recorded decision with a reason and a name" in said
    assert "resolve_conflict: its subject is the assertion_id to uphold" in said


def test_a_decision_is_told_with_the_claim_it_overruled(told):
    said = told("show", "Oxterby", "--on", "2022-07-01")
    assert "FICTIONAL judge decided on 1 May 2024 (d1): the plan is newer" in said
    after = said.split("Does anyone disagree: yes")[1]
    assert "Umbrella service, in force from 1 April 2022: Inspection report, p. 9" in after
    assert "assertion_id o1" not in after


def test_without_a_day_the_whole_history_is_told(told):
    said = told("show", "vellow")
    assert "Freestanding: from 1 April 2006 to 31 March 2010" in said
    assert "Umbrella service: from April 2020 on" in said
    only = told("show", "vellow", "--typology", "yjb_2024")
    assert "Freestanding" not in only


def test_a_day_on_which_nothing_is_known_says_so(told):
    assert "No claim about how it was organised is known." in told("show", "Mute Vale", "--on", "2020-07-01")
    assert "[E1] nothing says how the service was organised on 2012-07-01" in told(
        "show", "vellow", "--typology", "yjb_2024", "--on", "2012-07-01"
    )
    beyond = told("show", "vellow", "--on", "2008-05-01", "--typology", "fielder_2007")
    assert "Freestanding: from 1 April 2006" in beyond
    before = told("show", "vellow", "--on", "2006-07-01")
    assert "Freestanding: from 1 April 2006 to 31 March 2010" in before
    assert "No figure of that day is attributed in it: fielder_2007 describes 2007-02-01" in before
    early = told("show", "vellow", "--on", "2005-07-01")
    assert "Not asked of that day: fielder_2007 describes" in early
    outside = told("show", "vellow", "--typology", "fielder_2007", "--on", "2015-07-01")
    assert "Not asked of that day: fielder_2007 describes 2007-02-01 to 2011-03-31" in outside


@pytest.mark.parametrize(
    ("precision", "said"),
    [
        ("day", "1 April 2020"),
        ("month", "April 2020"),
        ("year", "2020, month not known"),
        ("unknown", "a day not known (taken as 1 April 2020)"),
    ],
)
def test_a_day_is_told_no_more_precisely_than_it_is_known(precision, said):
    assert stated(date(2020, 4, 1), precision) == said


@pytest.mark.parametrize("name", ["vellow", "Vellow", "VELLOW", "vellow youth justice"])
def test_a_service_is_known_by_every_spelling_of_the_register(name, told):
    assert told("show", name).startswith("Vellow")


def test_an_unknown_service_gets_the_nearest_spellings(warehouse):
    result = run("show", "Velow", "--warehouse", str(warehouse))
    assert result.exit_code == 2
    assert "No service is called Velow; the nearest are Vellow" in result.output
    assert "Quillmarsh and Norrow" in run("show", "norrow", "--warehouse", str(warehouse)).output
    assert "structures list shows those there are" in run("show", "Xyzzy", "--warehouse", str(warehouse)).output


def test_show_as_json_has_every_claim_with_its_document(told):
    said = json.loads(told("show", "oxterby", "--on", "2022-07-01", "--json"))
    (typology,) = said["typologies"]
    (interval,) = typology["intervals"]
    assert said["release"] == "2026.1"
    assert interval["decision"]["decided_by"] == "FICTIONAL judge"
    assert [(claim["assertion_id"], claim["agrees"]) for claim in interval["claims"]] == [("o2", False), ("o1", True)]


def test_list_filters_by_typology_model_day_and_contest(told):
    rows = json.loads(told("list", "--json"))["structures"]
    assert [row["service_id"] for row in rows] == ["oxterby", "quillmarsh_and_norrow", "silent", "vellow", "vellow"]
    assert "1 intervals of 1 services" in told("list", "--contested")
    assert "Contested" in told("list", "--contested")
    assert "Delivery level" in told("list", "--model", "delivery", "--on", "2023-01-01")
    assert "0 intervals" in told("list", "--model", "delivery", "--on", "2022-03-31")
    assert "1 intervals" in told("list", "--typology", "fielder_2007", "--on", "2010-03-31")
    assert "0 intervals" in told("list", "--typology", "fielder_2007", "--on", "2010-04-01")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "--typology", "yjb_1066"], "there are fielder_2007, focus, yjb_2024"),
        (["list", "--model", "marvellous"], "there are freestanding, safety, children, delivery"),
        (["show", "vellow", "--typology", "yjb_1066"], "no such typology"),
        (["show", "vellow", "--on", "yesterday"], "does not match the formats"),
    ],
)
def test_misuse_leaves_with_2_and_says_what_there_is(arguments, said, warehouse):
    result = run(*arguments, "--warehouse", str(warehouse))
    assert result.exit_code == 2
    assert said in result.output


# ------------------------------------------------------------------------------------------------------ the register


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """A warehouse with the fictional registers and no release."""
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    receive([GOOD / "FICTIONAL_authorities.csv", GOOD / "FICTIONAL_services.csv"], workspace, load_catalogue())
    return workspace


def filled_in(path: Path, *rows: dict[str, object]) -> Path:
    """The template with rows filled in under its examples, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book["Structure register"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=4):
        for name, value in row.items():
            sheet.cell(number, columns[name], value)
    book.save(path)
    return path


CLAIM = {
    "service": "Vellow", "typology": "yjb_2024", "model": "umbrella", "tenure": "in_force",
    "valid_from": date(2021, 4, 1), "from_precision": "day", "source": "FICTIONAL plan",
    "source_date": date(2023, 6, 30), "quote": "FICTIONAL words", "coder": "A",
}  # fmt: skip


@pytest.fixture
def template(workspace, tmp_path) -> Path:
    """The template as the command writes it."""
    path = tmp_path / "register.xlsx"
    result = run("template", str(path), "--warehouse", str(workspace.warehouse))
    assert result.exit_code == 0
    return path


def test_the_template_has_the_columns_lists_and_examples_that_are_not_loaded(template, workspace):
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["Structure register", "How to fill this in", "Lists"]
    sheet = book["Structure register"]
    header = [cell.value for cell in sheet[1]]
    assert tuple(header) == load_catalogue().datasets["dovetail__structure_register"].signature.required
    assert sheet.freeze_panes == "B2"
    assert book["Lists"].sheet_state == "hidden"
    lists = {rule.sqref.sorted()[0].coord[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["C"] == 'INDIRECT("models_"&$B4)'
    for typology in load_catalogue().typologies.values():
        cells = book.defined_names[f"models_{typology.id}"].attr_text.split("!")[1].replace("$", "")
        assert [cell.value for (cell,) in book["Lists"][cells]] == [model.id for model in typology.models]
    services = [cell.value for cell in book["Lists"]["E"] if cell.value]
    assert services == ["service", "Oxterby", "Quillmarsh", "Vellow"]
    (outcome,) = receive([template], workspace, load_catalogue())
    assert (outcome.verdict, outcome.rows_landed, outcome.cells_quarantined) == ("accepted", 0, 0)


def test_the_instructions_define_every_model_and_say_why_rows_are_refused(template):
    sheet = openpyxl.load_workbook(template)["How to fill this in"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row if cell.value}
    catalogue = load_catalogue()
    for typology in catalogue.typologies.values():
        assert {model.definition for model in typology.models} <= texts
    assert {catalogue.rules[rule].title for rule in ("claims_overlap", "plan_undecided", "portfolio_unquoted")} <= texts


def test_a_template_that_is_there_is_never_overwritten(template):
    result = run("template", str(template))
    assert result.exit_code == 2
    assert "not overwritten" in result.output
    assert run("template", str(template.with_suffix(".ods"))).exit_code == 2


def test_a_filled_template_is_imported_and_what_is_wrong_is_told(template, workspace):
    broken = CLAIM | {"service": "Quillmarsh", "tenure": "planned", "valid_from": None, "from_precision": None}
    filled_in(template, CLAIM, broken)
    result = run("import", str(template), "--warehouse", str(workspace.warehouse))
    assert result.exit_code == 1
    assert "accepted in part, 1 claims landed, 1 problems" in result.output
    assert "sheet Structure register, row 5, column valid_from" in result.output
    assert "[plan_undecided]" in result.output
    filled_in(template, CLAIM, broken | {"from_precision": "unknown"})
    result = run("import", str(template), "--warehouse", str(workspace.warehouse), "--json")
    assert result.exit_code == 0
    assert json.loads(result.output)[0]["rows_landed"] == 2


def test_check_without_services_takes_them_at_their_word_and_changes_nothing(template, tmp_path):
    filled_in(template, CLAIM | {"service": "Anywhere"})
    result = run("check", str(template))
    assert result.exit_code == 0
    assert "no timeline is made" in result.output
    assert "accepted as dovetail__structure_register" in result.output


@pytest.mark.parametrize("command", ["check", "import"])
def test_only_a_structure_register_is_taken(command, workspace):
    result = run(command, str(GOOD / "FICTIONAL_participation.csv"), "--warehouse", str(workspace.warehouse))
    assert result.exit_code == 2
    assert "is no structure register but dfe__participation_16_to_17" in result.output


# --------------------------------------------------------------------------------------------------------- the guide


def test_the_query_of_the_guide_gives_each_claim_with_its_document(warehouse):
    from pipelines.releases.query import run_sql
    from pipelines.releases.store import ReleaseStore

    (query,) = re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL)
    columns, rows = run_sql(ReleaseStore(warehouse).current(), query)
    assert columns[:4] == ["model_id", "valid_from", "valid_to", "is_contested"]
    assert [row[4:6] for row in rows] == [("Plan 2020/21", "p. 4")]


def test_the_guide_names_rules_columns_and_options_that_there_are():
    catalogue = load_catalogue()
    table = GUIDE.split("## What is refused")[1].split("## Ask a release")[0]
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", table)) - {"quarantined_rows", "delivery_warnings"}
    assert named <= set(catalogue.rules)
    columns = catalogue.datasets["dovetail__structure_register"].signature.required
    assert all(f"`{column}`" in GUIDE for column in columns)

"""What each kind of page must say of a whole release: comparisons, indicators, the front page, gaps, deliveries."""

import csv
import re
import shutil

import duckdb

from reports.pages.comparison_page import DOES_NOT_JUDGE
from tests.unit.reports.fake_facts import MODELS
from tests.unit.reports.reading import elements, table_rows
from tests.unit.reports.rendering import render

FTE = "first_time_entrants_10_to_17_per_100k"
COMPARISON = f"models/{FTE}--yjb_2024.html"
DOT = re.compile(r'<title data-quoted="">([^<]+)</title></path>')
REFUSED_LATEST = "models/suitable_ete_at_end_percent--yjb_2024.html"

# ------------------------------------------------------------------------------------------------- comparison pages


def test_the_opening_sentence_says_what_when_how_many_and_that_it_does_not_judge(site):
    for path, html in site.pages.items():
        if not path.startswith("models/"):
            continue
        opening = next(element.text for element in elements(html) if element.has("dv-opening"))
        assert opening.endswith(DOES_NOT_JUDGE)
        used, in_scope, left_out = (
            int(n) for n in re.search(r"(\d+) of (\d+) services in scope .*; (\d+) are left out: ", opening).groups()
        )
        reasons = [int(n) for n in re.findall(r"\((\d+)\)", opening.split("are left out: ")[1])]
        assert used + left_out == in_scope
        assert sum(reasons) == left_out
        assert re.search(r", (January|April|October) .*20\d\d, across services", opening)


def test_models_stand_in_the_order_of_their_typology_everywhere(fictional_site):
    for path, html in fictional_site.pages.items():
        if not path.startswith("models/"):
            continue
        wanted = [
            label for model, label, _ in MODELS[path.split("--")[1].removesuffix(".html")] if model != "unassigned"
        ]
        title = next(e.text for e in elements(html) if e.tag == "h1").removesuffix(", by structural model")
        rows = table_rows(html, f"{title} by structural model")
        assert [row[0].split(" too few")[0] for row in rows[1:]] == wanted
        assert table_rows(html, "Every period")[0][2:-1] == wanted if "Every period" in html else True
        alternative = next(e.attributes["aria-label"] for e in elements(html) if e.has("dv-chart"))
        places = [alternative.index(f"{label}: ") for label in wanted]
        assert places == sorted(places)


def test_a_comparison_names_every_dataset_that_its_figures_are_from(fictional_site):
    found = fictional_site.pages[COMPARISON].split("Data from <span data-quoted>")[1].split("</span>")[0]
    assert len(found.split("; ")) == 2
    assert found.endswith("; test__another_table")


def test_a_comparison_shows_medians_quartiles_and_what_is_pooled_in_words(fictional_site, fictional_release):
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        median, pooled, over, under, services = connection.execute(
            "select median, pooled_value, pooled_numerator, pooled_denominator, group_services from comparisons"
            f" where indicator_id = '{FTE}' and period_label = '2023' and model_id = 'umbrella'"
        ).fetchone()
    rows = table_rows(fictional_site.pages[COMPARISON], "First-time entrants to the youth justice system by")

    assert rows[0][2] == "The typical service (median)"
    assert rows[0][5] == "All children pooled"
    umbrella = next(row for row in rows if row[0] == "Integrated in an umbrella service")
    assert umbrella[1:3] == [str(services), f"{median:.1f}"]
    assert umbrella[5] == f"{pooled:.1f} {over:,.0f} of {under:,.0f}"


def test_a_model_with_too_few_services_is_shown_and_said_not_to_be_tested(fictional_site):
    rows = table_rows(fictional_site.pages[COMPARISON], "First-time entrants to the youth justice system by")
    assert [row[0] for row in rows if "too few services" in row[0]] == [
        "Standalone too few services to be tested; shown only"
    ]


def test_unassigned_is_a_column_of_its_own_and_every_service_in_scope_is_in_the_data(fictional_site):
    html = fictional_site.pages[COMPARISON]
    alternative = next(e.attributes["aria-label"] for e in elements(html) if e.has("dv-chart"))
    assert re.search(r"Unassigned: \d+ dots, not used", alternative)

    header, *rows = table_rows(html, "Every service in scope")
    assert len(rows) == 155
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    dots = DOT.findall(html)
    without = [row for row in rows if row[header.index("Per 100,000")].startswith("[")]
    assert len(dots) + len(without) == 155


def test_the_latest_period_that_is_not_refused_is_shown_and_a_refused_later_one_is_said(fictional_site):
    html = fictional_site.pages[REFUSED_LATEST]
    inset = next(element.text for element in elements(html) if element.has("govuk-inset-text"))

    assert inset.startswith("The latest period, January to March 2025, is not compared: Refused: ")
    assert "October to December 2024" in next(e.text for e in elements(html) if e.has("dv-opening"))
    latest, shown, _ = table_rows(html, "Every period")[1:]
    assert set(latest[2:-1]) == {"none"}
    assert "none" in shown[2:-1] or all(re.search(r"\d", cell) for cell in shown[2:-1])
    assert any("%" in cell for cell in shown[2:-1])


def test_a_refused_comparison_shows_the_reason_and_the_values_and_no_median(real_like_site):
    html = real_like_site.pages[COMPARISON]
    refusal = next(element.text for element in elements(html) if element.has("dv-refusal"))

    assert "Refused: 0 of 154 services in scope can be used (0%, at least 70% needed)." in refusal
    assert "median" not in html.lower()
    assert "All children pooled" not in html
    dots = DOT.findall(html)
    rows = table_rows(html, "Every service in scope")[1:]
    assert len(rows) == 154
    assert len(dots) == sum(not row[-2].startswith("[") for row in rows) > 100


def test_no_median_of_a_refused_period_is_printed(fictional_site, fictional_release):
    """The release keeps medians of refused comparisons null; a page would not print one even if it did not."""
    html = fictional_site.pages[REFUSED_LATEST]
    refused = table_rows(html, "Every period")[1]
    assert not any(re.search(r"\d", cell) for cell in refused[2:-1])


# -------------------------------------------------------------------------------------------------- indicator pages


def test_an_indicator_page_holds_all_rows_of_the_latest_period_by_name_with_interval_marker_and_status(fictional_site):
    html = fictional_site.pages["indicators/suitable_ete_at_end_percent.html"]
    rows = table_rows(html, "Youth justice service: ")
    assert rows[0] == [
        "Place", "Numerator", "Denominator", "Per cent", "95% interval", "Compared with", "Trend", "Structural model",
    ]  # fmt: skip
    assert len(rows) == 156
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:])
    plain = next(row for row in rows[1:] if row[3].endswith("%"))
    assert re.fullmatch(r"\d+\.\d% to \d+\.\d%", plain[4])
    suppressed = next(row for row in rows[1:] if row[3] == "[c]")
    assert suppressed[1] == "not given"
    assert suppressed[4] == "no value"
    assert {re.match("Attributable|Unassigned|Changed in period", row[-1])[0] for row in rows[1:]} >= {
        "Attributable", "Unassigned",
    }  # fmt: skip
    key = next(element.text for element in elements(html) if element.has("dv-key"))
    assert "[c] suppressed to protect confidentiality" in key


def test_a_percentage_on_a_small_base_carries_a_warning(fictional_site):
    rows = table_rows(fictional_site.pages["indicators/suitable_ete_at_end_percent.html"], "Youth justice service: ")
    for row in rows[1:]:
        if row[3].startswith("["):
            continue
        assert row[3].endswith("base under 30") == (int(row[2]) < 30), row


def test_the_definition_card_states_what_a_reader_must_know(fictional_site):
    html = fictional_site.pages["indicators/suitable_ete_at_end_percent.html"]
    found = elements(html)
    names = [element.text for element in found if element.tag == "dt" and element.has("govuk-summary-list__key")]
    values = [element.text for element in found if element.tag == "dd" and element.has("govuk-summary-list__value")]
    card = dict(zip(names, values, strict=True))

    assert card["Exposure window"] == (
        "The 12 months before it and the period itself (unverified: no source states it)"
    )
    assert card["Counted by"] == "The service's own caseload"
    assert card["Direction"] == "A higher value is what the indicator asks for"
    assert card["Numerator"] == "Children in suitable ETE at the end of their order"
    assert card["Nations"] == "England, Wales"
    assert card["Breaks in the series"] == "none recorded"
    assert card["Programme"] == "youth justice KPI: KPI 2"


def test_the_csv_holds_every_current_row_of_the_indicator(fictional_site, fictional_release):
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        wanted = connection.execute(
            f"select count(*), count(value) from observations where indicator_id = '{FTE}' and is_current"
        ).fetchone()
    rows = list(csv.DictReader((fictional_site.folder / "data" / f"{FTE}.csv").open(encoding="utf-8")))

    assert (len(rows), sum(bool(row["value"]) for row in rows)) == wanted
    assert {row["attribution"].split(":")[0] for row in rows} == {"yjb_2024"}


def test_an_event_of_each_place_is_shown_with_its_own_date(real_like_release, assets, tmp_path):
    release = shutil.copytree(real_like_release, tmp_path / "2026.1")
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute("update observations set period_type = 'inspection' where area_type <> 'country'")
        connection.execute(
            "update observations set period_start = date '2024-05-01', period_end = date '2024-05-01'"
            " where area_code = 's_007' and period_label like '2021%'"
        )
        connection.execute("delete from observations where area_code = 's_008' and period_label like '2021%'")
    render(release, tmp_path / "site", assets=assets)
    rows = table_rows((tmp_path / "site" / f"indicators/{FTE}.html").read_text("utf-8"), "Youth justice service: ")

    assert rows[0][1] == "Date"
    assert len(rows) == 155
    assert sorted({row[1] for row in rows[1:]}) == [
        "1 May 2024",
        "April 2020 to March 2021",
        "April 2021 to March 2022",
    ]


def test_withdrawn_and_superseded_rows_are_not_shown(fictional_release, assets, tmp_path):
    release = shutil.copytree(fictional_release, tmp_path / "2026.2")
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute(
            "insert into observations select * replace ('old' as observation_id, false as is_current, 'Oldtown' as"
            f" period_label) from observations where indicator_id = '{FTE}' and period_label = '2023' limit 1"
        )
        connection.execute(
            "insert into observations select * replace ('gone' as observation_id, true as is_withdrawn, 'Gonetown' as"
            f" period_label) from observations where indicator_id = '{FTE}' and period_label = '2023' limit 1"
        )
    render(release, tmp_path / "site", assets=assets)

    for file in (tmp_path / "site").rglob("*"):
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            assert "Oldtown" not in text, file
            assert "Gonetown" not in text, file


# ------------------------------------------------------------------------------------- front page, gaps, deliveries


def test_the_front_page_says_what_came_in_and_what_was_made_of_it(fictional_site):
    html = fictional_site.pages["index.html"]
    total = table_rows(html, "Deliveries and their cells")[-1]
    assert total[0] == "All datasets"
    cells_in, landed, quarantined, out_of_scope = (int(cell.split()[0].replace(",", "")) for cell in total[-4:])
    assert cells_in == landed + quarantined + out_of_scope
    assert len(table_rows(html, "Coverage by indicator and period")) == 1 + 6
    assert len(table_rows(html, "Every check")) == 1 + 5
    assert "22 November 2026" in html


def test_the_front_page_counts_each_kind_that_stops_attribution(fictional_site, fictional_release):
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        wanted = dict(connection.execute(
            "select kind, count(*) from attribution_gaps where is_blocking and closed_in_release is null"
            " group by kind"
        ).fetchall())  # fmt: skip
    rows = table_rows(fictional_site.pages["index.html"], "Gaps that stop attribution")[1:]

    assert {re.search(r"kind (\w+)", row[0])[1]: int(row[2]) for row in rows} == wanted


def test_the_gaps_page_counts_every_gap_once_and_lists_the_kinds_not_found(fictional_site, fictional_release):
    html = fictional_site.pages["gaps.html"]
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        counted = "select count(*) filter (closed_in_release is null), count(*) from attribution_gaps"
        total, with_closed = connection.execute(counted).fetchone()
    captions = [e.text for e in elements(html) if e.tag == "caption" and e.text.startswith("Gaps: ")]
    counts = [int(re.match(r"\d+", row[1])[0]) for caption in captions for row in table_rows(html, caption)[1:]]

    assert sum(counts) == total
    assert "Sources conflict (E2)" in html
    assert len(list(csv.DictReader((fictional_site.folder / "data" / "attribution_gaps.csv").open()))) == with_closed


def test_the_deliveries_page_gives_each_file_its_verdict_reason_and_cells(fictional_site):
    rows = table_rows(fictional_site.pages["deliveries.html"], "Every delivery")
    refused = next(row for row in rows if "FINAL (2)" in row[0])
    assert refused[1].startswith("Refused No declared dataset has this header")
    in_part = next(row for row in rows if row[1].startswith("Accepted in part"))
    assert [re.match(r"\d+", cell)[0] for cell in in_part[2:6]] == ["120", "119", "1", "0"]


def test_the_deliveries_page_says_whom_to_ask_for_what_is_missing(fictional_site):
    html = fictional_site.pages["deliveries.html"]
    header, row = table_rows(html, "Returns expected, by dataset and period")
    counted = dict(zip(header[2:], row[2:], strict=True))
    assert counted == {
        "Expected": "20", "Received": "18", "Corrected": "0", "Late": "0", "Refused": "0", "Missing": "2", "Due": "0",
    }  # fmt: skip
    chased = table_rows(html, "Returns to ask for")[1:]
    assert len(chased) == 2
    for asked in chased:
        assert asked[3:] == ["Missing", "the data lead of the service"]
        assert "no deadline known; late after 21 May 2025" in asked[2]
    assert "As on 20 November 2026" in html
    offered = list(csv.DictReader((fictional_site.folder / "data" / "expected_deliveries.csv").open()))
    assert {row["chase"] for row in offered} == {"the data lead of the service"}


def test_the_deliveries_page_tells_warnings_and_who_waived_a_check(fictional_site):
    html = fictional_site.pages["deliveries.html"]
    told = table_rows(html, "Warnings and notes")[1:]
    assert [(row[0], row[1], row[2]) for row in told] == [
        ("D0007", "Warning", "row 18, column total"), ("D0007", "Note", "the whole file"),
    ]  # fmt: skip
    assert "waived by A. Quill on 2026-11-02 until 2026-12-31" in told[1][4]
    assert [row[1:3] for row in table_rows(html, "Told, by rule")[1:]] == [["Warning", "1"], ["Note", "1"]]
    (decision,) = table_rows(html, "Decisions")[1:]
    assert decision[0].startswith("Lets a check over whole deliveries pass until a day")
    assert decision[3] == "31 December 2026"
    assert len(list(csv.DictReader((fictional_site.folder / "data" / "delivery_warnings.csv").open()))) == 2

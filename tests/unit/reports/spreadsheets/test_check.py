"""The checker sees each rule broken, in both formats; a workbook as ours are made breaks none."""

import pytest

from reports.spreadsheets import check
from tests.unit.reports.spreadsheets.books import book, edited, written

SHEETS = r"xl/worksheets/sheet4\.xml"  # the first table
STRINGS = r"xl/sharedStrings\.xml"
# What is wrong -> (what the checker says, the part of an XLSX and how it is broken, how the content of an ODS is).
BROKEN = {
    "merged cells": (
        "It has merged cells.",
        (SHEETS, "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'),
        ("<table:table-cell ", '<table:table-cell table:number-columns-spanned="2" '),
    ),
    "a formula": (
        "It has formulas.",
        (SHEETS, "<v>57.2113</v>", "<f>1+1</f><v>57.2113</v>"),
        ('office:value="57.2113"', 'office:value="57.2113" table:formula="of:=1+1"'),
    ),
    "frozen panes": (
        "It has frozen or split panes.",
        (SHEETS, r'(<sheetView [^>]*?)/>', r'\1><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'),
        None,
    ),
    "a hidden row": (
        "It has hidden rows or columns.",
        (SHEETS, "<row ", '<row hidden="1" '),
        ("<table:table-row>", '<table:table-row table:visibility="collapse">'),
    ),
    "a hidden sheet": (
        "It has hidden worksheets.",
        (r"xl/workbook\.xml", '<sheet name="Gaps"', '<sheet name="Gaps" state="hidden"'),
        ("<table:table ", '<table:table table:display="false" '),
    ),
    "a filter": (
        "It has filters.",
        (r"xl/tables/table3\.xml", "<tableColumns", '<autoFilter ref="A6:E9"/><tableColumns'),
        ('table:display-filter-buttons="false"', 'table:display-filter-buttons="true"'),
    ),
    "a picture": (
        "It has pictures or text boxes.",
        (SHEETS, "</sheetData>", '</sheetData><drawing r:id="rId9"/>'),
        ("<table:table-header-rows>", '<table:shapes><draw:frame/></table:shapes><table:table-header-rows>'),
    ),
    "a coloured cell": (
        "It has coloured cells.",
        (r"xl/styles\.xml", "</fills>", '<fill><patternFill patternType="solid"/></fill></fills>'),
        ("<style:table-column-properties ", '<style:table-column-properties fo:background-color="#ff0000" '),
    ),
    "no title": (
        "Latest: A1 holds no title.",
        (STRINGS, "<t>Values of Vellow</t>", "<t></t>"),
        ('("title" office:value-type="string"><text:p>)Values of Vellow<', r"\1<"),
    ),
    "not said to be fictional": (
        "Latest: A2 does not say FICTIONAL.",
        (STRINGS, "<t>FICTIONAL: every", "<t>Every"),
        (r'(table:name="Latest".*?<text:p>)FICTIONAL: e', r"\1E"),
    ),
    "a blank cell": (
        "Latest: Row 8 has a blank cell: nobody knows what it means.",
        (STRINGS, "<t>Oxterby</t>", "<t> </t>"),
        ("<text:p>Oxterby</text:p>", "<text:p></text:p>"),
    ),
    "a dash for a value": (
        "Latest: Row 8 has '–' in place of a value: use a shorthand such as [x].",
        (STRINGS, "<t>Oxterby</t>", "<t>–</t>"),
        ("<text:p>Oxterby</text:p>", "<text:p>–</text:p>"),
    ),
    "an old marker": (
        "Latest: Row 8 has 'N/A' in place of a value: use a shorthand such as [x].",
        (STRINGS, "<t>Oxterby</t>", "<t>N/A</t>"),
        ("<text:p>Oxterby</text:p>", "<text:p>N/A</text:p>"),
    ),
    "a shorthand not explained": (
        "Latest: The shorthand [c] is not explained above the table.",
        (STRINGS, r"\[c\] = ", "c is "),
        (r"\[c\] = ", "c is "),
    ),
    "two columns with one heading": (
        "Latest: Two columns have one heading.",
        (STRINGS, "<t>Marker</t>", "<t>Service</t>"),
        ("<text:p>Marker</text:p>", "<text:p>Service</text:p>"),
    ),
    "a heading of two lines": (
        "Latest: A heading is blank, no text, or of several lines.",
        (STRINGS, "<t>Marker</t>", "<t>Mar\nker</t>"),
        ("<text:p>Marker</text:p>", "<text:p>Mar</text:p><text:p>ker</text:p>"),
    ),
    "a gap above the table": (
        "Latest: Row 5 is blank: what stands above a table stands in column A, without gaps.",
        (STRINGS, "<t>Read from files.</t>", "<t></t>"),
        ("<text:p>Read from files.</text:p>", "<text:p></text:p>"),
    ),
    "the number of tables not said": (
        "Latest: It does not say how many tables it holds.",
        (STRINGS, "<t>This worksheet contains one table. Some", "<t>Some"),
        (r'(table:name="Latest".*?)This worksheet contains one table\.', r"\1"),
    ),
    "the table not all marked": (
        "Latest: What is marked as the table is not all of it.",
        (r"xl/tables/table3\.xml", 'ref="A6:E9"', 'ref="A6:E8"'),
        (r"Latest\.A6:Latest\.E9", "Latest.A6:Latest.E8"),
    ),
    "a note that is not there": (
        "Note 2 is referred to and not on the sheet Notes.",
        (STRINGS, r"Value \[note 1\]", "Value [note 2]"),
        (r"Value \[note 1\]", "Value [note 2]"),
    ),
    "a note that nothing refers to": (
        "Note 1 is not referred to by any heading.",
        (STRINGS, r"Value \[note 1\]", "Value"),
        (r"Value \[note 1\]", "Value"),
    ),
    "a sheet name with a blank": (
        "The worksheet name 'The gaps' has blanks or signs, or more than 31 characters.",
        (r"xl/workbook\.xml", 'name="Gaps"', 'name="The gaps"'),
        ('table:name="Gaps"', 'table:name="The gaps"'),
    ),
    "a sheet that contents leave out": (
        "Contents does not list every worksheet in its order.",
        (r"xl/workbook\.xml", 'name="Gaps"', 'name="Missing"'),
        ('table:name="Gaps"', 'table:name="Missing"'),
    ),
    "contents not second": (
        "It begins with Cover, First and not with Cover, Contents.",
        (r"xl/workbook\.xml", 'name="Contents"', 'name="First"'),
        ('table:name="Contents"', 'table:name="First"'),
    ),
    "notes not third": (
        "Notes does not follow Contents.",
        (r"xl/workbook\.xml", 'name="Notes"(.*)name="Gaps"', r'name="Gaps"\1name="Notes"'),
        ('table:name="Notes"(.*)table:name="Gaps"', r'table:name="Gaps"\1table:name="Notes"'),
    ),
    "a table name with a blank": (
        "The table name 'the table' has blanks or signs.",
        (r"xl/tables/table3\.xml", 'name="latest_table"', 'name="the table"'),
        ('table:name="latest_table"', 'table:name="the table"'),
    ),
    "two tables of one name": (
        "Two tables are called notes_table.",
        (r"xl/tables/table3\.xml", 'name="latest_table"', 'name="notes_table"'),
        ('table:name="latest_table"', 'table:name="notes_table"'),
    ),
}  # fmt: skip
CASES = [
    (what, kind) for what, (_, *how) in BROKEN.items() for kind, one in zip(("xlsx", "ods"), how, strict=True) if one
]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_as_ours_are_made_breaks_no_rule(kind, tmp_path):
    assert check.broken(written(book(), tmp_path, kind), is_fictional=True) == []


@pytest.mark.parametrize(("what", "kind"), CASES)
def test_a_broken_rule_is_seen(what, kind, tmp_path):
    says, in_xlsx, in_ods = BROKEN[what]
    how = in_xlsx if kind == "xlsx" else (r"content\.xml", *in_ods)

    found = check.broken(edited(written(book(), tmp_path, kind), *how), is_fictional=True)

    assert says in found


def test_a_table_of_the_sheet_beside_the_first_is_one_too_many(tmp_path):
    path = written(book(), tmp_path, "ods")
    twice = edited(path, r"content\.xml", r"(<table:database-range [^>]*latest_table[^>]*/>)", r"\1\1")

    assert "Latest: It has 2 tables: one is the most, and the cover has none." in check.broken(twice, is_fictional=True)


def test_words_beside_column_a_above_the_table_are_seen(tmp_path):
    beside = r'\1<table:table-cell office:value-type="string"><text:p>beside</text:p></table:table-cell>'
    path = edited(
        written(book(), tmp_path, "ods"),
        r"content\.xml",
        r"(<text:p>Read from files\.</text:p></table:table-cell>)",
        beside,
    )

    assert "Latest: Row 5 has words beside column A, above the table." in check.broken(path, is_fictional=True)


def test_what_is_not_fictional_may_not_say_it(tmp_path):
    found = check.broken(written(book(), tmp_path, "xlsx"), is_fictional=False)

    assert "Latest: It says FICTIONAL, and the release is not." in found


def test_a_file_that_breaks_a_rule_is_refused_by_name(tmp_path):
    path = edited(written(book(), tmp_path, "xlsx"), STRINGS, "<t>Oxterby</t>", "<t></t>")

    with pytest.raises(check.RulesBroken, match=r"edited_made\.xlsx breaks the rules(.|\n)*Row 8 has a blank cell"):
        check.hold(path, is_fictional=True)

"""Workbooks of a release, as XLSX and as ODS, by the Analysis Function's rules for spreadsheets.

`book` describes a workbook, `service_book` and `release_book` say what ours hold, `xlsx` and `ods` write a description,
`check` reads a written file back and holds it to the rules, `writing` makes all of a release.
"""

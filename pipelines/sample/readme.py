"""What the folder of the sample says of itself. Lines stay short so that it reads well as plain text."""

README = """# FICTIONAL sample of Dovetail

Every place, service, code and number here is invented by `dovetail sample`. Nothing describes a real authority,
service or child. The layouts are those of real publications where one was found, defects included.

## What is in it

| files | layout | what they hold |
|---|---|---|
| `FICTIONAL_countries`, `_regions`, `_local_authorities_dfe` | EES reference lists | codes and names |
| `FICTIONAL_local_authorities_register` | mySociety register | current and past authorities: one recoded, one split |
| `FICTIONAL_service_register` | Dovetail's own | 155 services on 31 December 2023, their authorities and dates |
| `FICTIONAL_structure_register` | Dovetail's own | claims on structural models: `yjb_2024` and `fielder_2007` |
| `FICTIONAL_population_mid_*` | ONS single year of age | children aged 10 to 17, and everyone else |
| `FICTIONAL_tellus*`, `FICTIONAL_ni_*` | DfE tidy data | five National Indicators of PSA 14, England, 2007 to 2011 |
| `FICTIONAL_first_time_entrants_`, `_reoffending_`, `_custody_by_service` | our own | the older indicators |
| `FICTIONAL_kpi_*` | YJB template tables | ten KPIs, eight quarters, 2023Q1 to 2024Q4 (January to March 2025) |

A file `*.delivery.yml` beside a file says when it was published.

## What is true of the numbers

- Services differ as real ones do: first-time entrants have a median of about 136 and a standard deviation of about
  53 per 100,000 children; populations are log-normal.
- **No difference between structural models is built in.** Models are dealt by lot and the numbers are made without
  knowing them. A difference that a comparison shows is chance.
- Of 155 plans of 2023/24, 13 cannot be used and 142 are: 41 directorate, 37 portfolio, 27 umbrella, 24 delivery and
  13 without a clear indication. Some of these services change model in 2024, some hold an interim arrangement, some
  have only a plan, one is disputed by two sources, one change has no date but its year, two rest on old evidence.

## What goes wrong on purpose

- Two services a quarter return no KPI at all; one returns KPI 3 of 2023Q3 late, in a file of its own.
- KPI 1 of 2024Q2 is corrected for four services.
- One cell of KPI 6 of 2024Q3 holds the word `three`; it is refused and the rest of the file loads.
- Two services leave a cell empty in KPI 7 and in KPI 8 of 2024Q1: their sums cannot be made.
- Small counts are suppressed (`c`), and authorities that took no part in a survey show `x`.
- One service code in KPI 5 carries a space.
"""

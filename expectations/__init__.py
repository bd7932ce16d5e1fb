"""What must hold: Great Expectations suites over small evidence frames, one suite for each gate.

A frame holds one row for each delivery, series, typology or table, made by DuckDB in one pass; the keys of what failed
travel with it. What belongs here is what no single row shows. Rows are checked by the readers and by dbt.
"""

"""Stands in for dbt's `target` when SQL is linted."""

name = "dev"
type = "duckdb"
schema = "main"
database = "warehouse"
threads = 1

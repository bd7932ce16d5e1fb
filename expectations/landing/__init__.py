"""Evidence on landed data, before dbt: what came in, against the ledger and the catalogue."""

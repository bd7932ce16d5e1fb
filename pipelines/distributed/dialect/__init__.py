"""How an expression of DuckDB's SQL is said to an engine of Spark's dialect with the same meaning. No engine here."""

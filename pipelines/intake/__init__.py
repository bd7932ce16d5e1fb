"""Intake: a delivered file becomes landed rows, quarantined cells and declared out-of-scope cells, and they balance.

What belongs here: recognising a dataset, and judging its rows and cells against the catalogue and the registers.
What does not: file formats (readers), where deliveries are remembered (ledger), and any attribution (dbt).
"""

"""Pydantic models of everything declared under sources/: they load it and refuse it naming file and field."""

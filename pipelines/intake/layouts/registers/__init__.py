"""Registers: tables of which each row is a statement about an area, a service, a structure, a gap or a decision.

One module a kind of register says what its rows must hold (`complete`) and what they must not say together
(`together`); `judging` takes the rows through them and accounts for every cell.
"""

from pipelines.intake.layouts.registers.judging import judge

__all__ = ["judge"]

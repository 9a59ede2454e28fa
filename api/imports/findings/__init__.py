"""Findings of an authority (检查清单): every row is a hazard and a compensation slip, in the order of time."""

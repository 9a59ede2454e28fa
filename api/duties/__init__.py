"""Duty lists and tasks at the edge: tasks dispatched from the lists, lists published with their warnings (DUTY-10)."""

"""What each stream or document must remember to decide: frozen states and the functions that fold facts into them.

``evolve`` believes facts and checks no rule, so old history always replays.
"""

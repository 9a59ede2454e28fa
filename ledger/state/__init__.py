"""States by which decisions are made: of each stream and document a frozen struct, and the function that folds facts.

``evolve`` believes facts and checks no rule, so old history always replays.
"""

"""The shape of every query's answer: its members in their order, with the types that JSON gives them.

Functions answer with plain objects; tests convert every answer into its struct and back, to the same bytes. Money is a
text such as "1234.50"; a day is "2026-02-05"; what may be missing altogether is ``UnsetType``.
"""

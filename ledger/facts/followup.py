"""Facts of follow-up (整改推送与培训): a post is suspended until its training is passed (ASS-17)."""

from __future__ import annotations

from ledger.fact import Fact
from ledger.vocabulary import PersonId


class PostSuspended(Fact, frozen=True, kw_only=True, tag="post.suspended.v1"):
    """The person gets no new tasks until the training is passed; no wage effect."""

    person: PersonId
    reason: str
    training: str


class PostReinstated(Fact, frozen=True, kw_only=True, tag="post.reinstated.v1"):
    """The person returns to the post."""

    person: PersonId

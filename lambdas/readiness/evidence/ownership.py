"""Whose is a repository, and how many people know it?"""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REPOSITORY, "repository's owner")
class Ownership:
    """Who owns a repository at GitHub, and how many people contributed to it."""

    #: The repository's id.
    arn: str
    owner: str
    #: Whether the owner is an organization, and no person.
    shared: bool
    #: Contributors that are no bots, as far as the first hundred show.
    people: int

"""The population registry (Dukcapil): a port. The setting `POPULATION_REGISTRY` names the class behind it."""

from accounts.proofing.registry.port import (
    Agreement,
    Answer,
    Asked,
    Member,
    PopulationRegistry,
    Relation,
    Status,
    Unavailable,
    registry,
)

__all__ = [
    "Agreement",
    "Answer",
    "Asked",
    "Member",
    "PopulationRegistry",
    "Relation",
    "Status",
    "Unavailable",
    "registry",
]

"""Services: what is published, and what their agencies are writing."""

from services.catalogue.models.authoring import (
    AgencyRule,
    Case,
    Change,
    ModuleOffer,
    Publication,
    Replay,
    ServiceDraft,
)
from services.catalogue.models.published import (
    ChangeClass,
    DraftsPolicy,
    Origin,
    Revision,
    Service,
    ServiceVersion,
    VersionLife,
)

__all__ = [
    "AgencyRule",
    "Case",
    "Change",
    "ChangeClass",
    "DraftsPolicy",
    "ModuleOffer",
    "Origin",
    "Publication",
    "Replay",
    "Revision",
    "Service",
    "ServiceDraft",
    "ServiceVersion",
    "VersionLife",
]

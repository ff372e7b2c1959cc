"""Services: what is published, and what their agencies are writing."""

from services.catalogue.models.authoring import (
    AgencyRule,
    Change,
    ModuleOffer,
    Publication,
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
    "Change",
    "ChangeClass",
    "DraftsPolicy",
    "ModuleOffer",
    "Origin",
    "Publication",
    "Revision",
    "Service",
    "ServiceDraft",
    "ServiceVersion",
    "VersionLife",
]

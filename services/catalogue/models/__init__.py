"""Services: what is published, and what their agencies are writing."""

from services.catalogue.models.authoring import (
    AgencyRule,
    Change,
    ModuleOffer,
    Publication,
    ServiceDraft,
)
from services.catalogue.models.forecast import Forecast
from services.catalogue.models.published import (
    ChangeClass,
    DraftsPolicy,
    Origin,
    Revision,
    Service,
    ServiceVersion,
    VersionLife,
)
from services.catalogue.models.trying import GoldenCase, Replay

__all__ = [
    "AgencyRule",
    "Change",
    "ChangeClass",
    "DraftsPolicy",
    "Forecast",
    "GoldenCase",
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

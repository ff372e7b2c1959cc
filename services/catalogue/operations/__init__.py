"""Changing the catalogue: what modules bring, what admins write, publish, plan and retire."""

from services.catalogue.operations.modules import Published, SlugTaken, UnknownAgency, publish, sync_catalogue

__all__ = ["Published", "SlugTaken", "UnknownAgency", "publish", "sync_catalogue"]

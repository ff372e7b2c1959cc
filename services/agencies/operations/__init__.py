"""Writing down the city: what its data say, its calendar, and what its officers look up."""

from services.agencies.operations.calendar import remove_holiday, set_holiday
from services.agencies.operations.city import Loaded, find_mandates, load_city

__all__ = ["Loaded", "find_mandates", "load_city", "remove_holiday", "set_holiday"]

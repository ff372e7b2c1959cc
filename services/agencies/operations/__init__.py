"""Writing down the city: what its data say, its calendar, and what its officers look up."""

from services.agencies.operations.calendar import remove_holiday, set_holiday
from services.agencies.operations.city import Loaded, find_mandates, load_city
from services.agencies.operations.staff import change_unit, end_work, make_unit, place_in_unit

__all__ = [
    "Loaded",
    "change_unit",
    "end_work",
    "find_mandates",
    "load_city",
    "make_unit",
    "place_in_unit",
    "remove_holiday",
    "set_holiday",
]

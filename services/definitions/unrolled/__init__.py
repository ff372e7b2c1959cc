"""What a form does with answers, found out once for each version and written as straight lines."""

from services.definitions.unrolled.functions import unrolled_checks, unrolled_form

__all__ = ["unrolled_checks", "unrolled_form"]

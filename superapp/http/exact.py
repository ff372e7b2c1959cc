"""Bodies whose fields may be left out: misspelt, a date would be no date, and mean at once; so it is refused."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

_NAMED = 20


class Exact(serializers.Serializer[Any]):
    """A name that is none of these is refused."""

    def to_internal_value(self, data: Any) -> Any:
        """Return what is valid.

        :raises ValidationError: naming what is no field, or is not valid.
        """
        if isinstance(data, Mapping):
            detail = serializers.ErrorDetail(gettext("There is no such field."), "unknown")
            unknown = islice((str(name) for name in data if name not in self.fields), _NAMED)
            if errors := {name: [detail] for name in unknown}:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

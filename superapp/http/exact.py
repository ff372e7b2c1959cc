"""What a body may say: a misspelt date would be no date, and mean at once; so it is refused."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar

from django.utils.translation import gettext
from rest_framework import serializers

_NAMED = 20


class Exact(serializers.Serializer[Any]):
    """A name that is none of these is refused."""

    # What is told beside the fields where the body is put: who sends back what was read (PUT) may leave these in, and
    # changes nothing by them.
    read_back: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        """Return what is valid.

        :raises ValidationError: naming what is no field, or is not valid.
        """
        if isinstance(data, Mapping):
            detail = serializers.ErrorDetail(gettext("There is no such field."), "unknown")
            known = self.fields.keys() | self.read_back
            unknown = islice((str(name) for name in data if name not in known), _NAMED)
            if errors := {name: [detail] for name in unknown}:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

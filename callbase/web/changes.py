"""Bodies of PATCH: any of a schema's fields, with the schema's own checks, as a dict of just those that were sent.

ninja's PatchDict allows null for every field and cannot read postponed annotations; this does neither and can.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ninja import Body
from pydantic import BaseModel, GetCoreSchemaHandler, create_model
from pydantic_core import core_schema

T = TypeVar("T")

if TYPE_CHECKING:

    class Changes(dict[str, Any], Generic[T]):
        """`Changes[QueueIn]`"""

else:

    class Changes:
        """`Changes[QueueIn]`"""

        def __class_getitem__(cls, schema: type[BaseModel]) -> Any:
            fields = {}
            for name, info in schema.model_fields.items():
                optional = copy.copy(info)
                optional.default, optional.default_factory = None, None
                fields[name] = (info.annotation, optional)
            partial = create_model(f"{schema.__name__.removesuffix('In')}Changes", __base__=schema.__base__, **fields)

            class Sent(dict):
                @classmethod
                def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
                    return core_schema.no_info_after_validator_function(
                        lambda model: model.model_dump(exclude_unset=True, by_alias=True), handler(partial))

            Sent.__name__ = Sent.__qualname__ = partial.__name__
            return Body[Sent]

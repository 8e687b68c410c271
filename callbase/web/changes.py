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


def _sent(model: BaseModel) -> dict[str, Any]:
    """The fields that were sent, each whole: what a field leaves out inside itself has its default."""
    fields = {info.alias or name for name, info in type(model).model_fields.items() if name in model.model_fields_set}
    return {name: value for name, value in model.model_dump(by_alias=True).items() if name in fields}


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
                    return core_schema.no_info_after_validator_function(_sent, handler(partial))

            Sent.__name__ = Sent.__qualname__ = partial.__name__
            return Body[Sent]

"""Did an answer arrive whole?

botocore does not ask: it takes what came of a body that broke off, and reads JSON that it cannot parse
as an answer without members. An empty list is what that looks like, and would be judged as one.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import IncompleteReadError
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError


def demand_whole(client: Any) -> None:
    """Let every call of a client raise an error where its answer is not whole."""
    client.meta.events.register("before-parse", _check)


def _check(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    streams = operation_model.has_streaming_output or operation_model.has_event_stream_output
    if operation_model.http["method"] == "HEAD" or streams:
        return
    body, announced = response_dict["body"], response_dict["headers"].get("content-length")
    if announced is not None and len(body) < int(announced):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(announced))
    succeeded = response_dict["status_code"] < 300
    if succeeded and _is_json(operation_model) and body.lstrip()[:1] not in (b"", b"{"):
        message = f"{operation_model.name} was not answered in JSON"
        raise ResponseParserError(message)


def _is_json(operation_model: OperationModel) -> bool:
    output: Any = operation_model.output_shape
    protocol = operation_model.service_model.resolved_protocol
    # Where an answer has a payload, its body is that alone.
    return protocol in ("json", "rest-json") and not (
        output and output.serialization.get("payload")
    )

"""How does a digest reach one address?

One SendEmail per address, so that one bad address blocks nobody; bounces and complaints come back by
the configuration set.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from botocore.config import Config

from readiness.digest.names import clean
from readiness.digest.render import Mail

#: SES is asked once: an answer that is lost may have been a mail that left.
ONCE = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 1},
)
#: The longest value that SES takes in a header of ours.
_LONGEST_HEADER = 870


def send(client: Any, mail: Mail, *, address: str, sender: str, configuration_set: str = "") -> str:
    """Send a mail through SES and return the message's id; what SES refuses is raised."""
    request: dict[str, Any] = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [address]},
        "Content": {
            "Simple": {
                "Subject": _content(mail.subject),
                "Body": {"Text": _content(mail.text), "Html": _content(mail.html)},
                "Headers": [
                    {"Name": name, "Value": header(value)}
                    for name, value in headers_of(mail, sender).items()
                ],
            }
        },
    }
    if configuration_set:
        request["ConfigurationSetName"] = configuration_set
    message_id: str = client.send_email(**request)["MessageId"]
    return message_id


def headers_of(mail: Mail, sender: str) -> dict[str, str]:
    """Return the headers by which people filter, and by which they get out."""
    subject = quote(f"unsubscribe {clean(mail.audience, 64)}")
    return {**mail.headers, "List-Unsubscribe": f"<mailto:{sender}?subject={subject}>"}


def header(value: str) -> str:
    """Return a header's value on one line of printable ASCII; anything else could end it."""
    return clean(value, _LONGEST_HEADER).encode("ascii", "replace").decode()


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}

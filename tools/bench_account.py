"""What does one account that is not empty answer, and how often was it asked?

The simulated organization of the demo with one account in it, a set latency before each answer, and
a log of its requests.  Run as `python tools/bench_account.py PORT SCALE`; its own address is
`/_bench/`: GET takes the log (and empties it), PUT sets the latency in milliseconds.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from readiness.demo.stage import Handler, Stage
from tests import world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REGION = "us-east-1"
#: How many of each thing the account has at a scale of one.
EACH = 20

_SCOPE = re.compile(r"Credential=(\d+)/\d+/([^/]+)/([^/]+)/")


class Asked:
    """A WSGI application that notes each request and lets it wait before it is answered."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.seconds = 0.0
        self.log: list[tuple[str, float, float]] = []
        self.lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.monotonic()
        if environ["PATH_INFO"].startswith("/_bench/"):
            return self.control(environ, start_response)
        if environ.get("HTTP_TRANSFER_ENCODING") == "chunked":
            body = environ["wsgi.input"].read()
        else:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        name = request_name(environ, body)
        time.sleep(self.seconds)
        answer = list(self.application(environ, start_response))
        with self.lock:
            self.log.append((name, began, time.monotonic()))
        return answer

    def control(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["REQUEST_METHOD"] == "PUT":
            self.seconds = json.loads(content) / 1000
        with self.lock:
            taken, self.log = self.log, []
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(taken).encode()]


def request_name(environ: WSGIEnvironment, body: bytes) -> str:
    """Return what makes two requests the same one: who asks whom, in which region, and for what."""
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    asked = (environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
    digest = hashlib.sha256(body).hexdigest()
    return " ".join([*(found.groups() if found else ("",)), target, *asked, digest])


def furnish(endpoint: str, scale: int) -> None:
    """Put one of everything into the account, and many of what accounts have many of."""
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    world.build(REGION)
    session: Any = boto3.Session(region_name=REGION)
    clients = {
        name: session.client(name)
        for name in (
            "s3", "iam", "sqs", "sns", "dynamodb", "lambda", "logs", "cloudwatch", "ec2",
            "secretsmanager", "rds", "kms", "ecr",
        )
    }  # fmt: skip
    role = clients["iam"].create_role(RoleName="bench", AssumeRolePolicyDocument=world.ASSUMED_BY)[
        "Role"
    ]["Arn"]
    for number in range(EACH * scale):
        _one_more(clients, f"bench-{number}", role)


def _one_more(clients: dict[str, Any], name: str, role: str) -> None:
    clients["s3"].create_bucket(Bucket=name)
    clients["iam"].create_user(UserName=name)
    clients["iam"].create_role(RoleName=name, AssumeRolePolicyDocument=world.ASSUMED_BY)
    clients["sqs"].create_queue(QueueName=name)
    clients["sns"].create_topic(Name=name)
    clients["dynamodb"].create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    clients["lambda"].create_function(
        FunctionName=name, Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"-"}
    )
    clients["logs"].create_log_group(logGroupName=name)
    clients["cloudwatch"].put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": name}],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=600,
        ComparisonOperator="GreaterThanThreshold",
    )
    clients["ec2"].create_security_group(GroupName=name, Description=name)
    clients["ec2"].create_volume(AvailabilityZone=f"{REGION}a", Size=8)
    clients["secretsmanager"].create_secret(Name=name, SecretString="only-in-a-bench")
    clients["rds"].create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
    )
    clients["kms"].create_key(Description=name)
    clients["ecr"].create_repository(repositoryName=name)


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port, scale = int(sys.argv[1]), int(sys.argv[2])
    os.environ["MOTO_PORT"] = str(port)
    moto = cast("WSGIApplication", DomainDispatcherApplication(create_backend_app))
    asked = Asked(Stage(moto))
    server = make_server("127.0.0.1", port, asked, threaded=True, request_handler=Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        furnish(f"http://127.0.0.1:{port}", scale)
    except BaseException:
        server.shutdown()
        raise
    print("furnished", flush=True)
    serving.join()


if __name__ == "__main__":
    main()

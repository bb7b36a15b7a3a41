"""Do secrets lie in a store that is made for them, and nowhere else?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.builds import BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, TaskDefinition
from readiness.evidence.databases import DbCluster, DbInstance, Table
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.secret_forms import CONNECTION_NAME, FORMS_FROM, is_secret_name
from readiness.evidence.secret_stores import Secret
from readiness.evidence.settings import Parameter
from readiness.evidence.variables import Variable

_Configured = LambdaFunction | TaskDefinition | BuildProject


def _variables(of: _Configured) -> Iterator[tuple[str, Variable]]:
    """Yield the variables with the names that they have among the resource's own."""
    if isinstance(of, TaskDefinition):
        for container in of.containers:
            yield from ((f"{container.name}/{each.name}", each) for each in container.variables)
    else:
        yield from ((each.name, each) for each in of.variables)


@check(Severity.CRITICAL)
def workload_env_no_plaintext_secret(of: _Configured, unit: Unit) -> Iterator[Result]:
    """Whoever may describe a function reads its variables, and so does every log that prints them.

    Pass: no environment variable of the function, of the task definition of a service or of the
    build project holds a secret: a value in a known format of one, or a literal of eight characters
    or more under a name such as `DB_PASSWORD`. References (ARNs, parameters, dynamic references) are
    none.
    Fix: keep the value in Secrets Manager or as a SecureString, name it by its ARN (`secrets` with
    `valueFrom`, type SECRETS_MANAGER), and rotate what stood in the variable.
    Blind spot: a secret without a known format under a name that does not say so, and what published
    versions of a function still hold.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
    """
    if isinstance(of, LambdaFunction) and of.variables_hidden:
        # Granting kms:Decrypt would let the scanner read more than this.
        yield not_seen([Gap(reason=Reason.DENIED, resource=of.arn, action="kms:Decrypt")])
        return
    found = False
    for name, variable in _variables(of):
        if variable.secret:
            found = True
            yield failed(f"holds {variable.secret} in plain text").about(f"{of.arn}#{name}")
        elif variable.literal and is_secret_name(variable.name):
            found = True
            said = "holds a value in plain text, under the name of a secret"
            yield failed(said).about(f"{of.arn}#{name}")
    if found:
        return
    old = FORMS_FROM.too_old(unit.now)
    count = sum(1 for _ in _variables(of))
    if not count:
        yield passed("has no environment variables")
    elif old:
        yield unknown(Reason.UNDECIDED, f"may hold secrets of a newer format: {old}")
    else:
        yield passed(f"has {counted(count, 'environment variable')}, and no secret among them")


_Workload = LambdaFunction | EcsService | BuildProject | Instance | DbInstance | DbCluster


@check(Severity.MEDIUM)
def secret_store_in_use(
    stored: Evidence[Secret | Parameter],
    workloads: Evidence[_Workload],
    tasks: Evidence[TaskDefinition],
    tables: Evidence[Table],
    unit: Unit,
) -> Result:
    """Passwords that no store keeps lie in files, in images and in heads.

    Pass: Secrets Manager has a secret that is not a service's own (replicas count), or Parameter
    Store has a SecureString; or everything that holds data here asks IAM who is calling. A region
    where nothing runs is not judged.
    Fix: keep what the workload needs in Secrets Manager or as a SecureString, and let its role read it.
    Blind spot: vaults of others are not visible; accept the finding with a link to how yours is used.
    See: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html
    """
    if not any(True for _ in workloads):
        return not_applicable("runs nothing that takes settings")
    if any(_is_ours(each) for each in stored):
        return passed("keeps secrets in Secrets Manager or Parameter Store")
    if any(_wants_a_secret(each) for each in workloads | tasks):
        if any(isinstance(each, Secret) for each in stored):
            return no_evidence("keeps no secret but those that services keep for themselves")
        said = "runs what needs a password or a key, and keeps none in a store of secrets"
        return failed(said)
    for each in workloads:
        if isinstance(each, LambdaFunction) and each.variables_hidden:
            return not_seen([Gap(reason=Reason.DENIED, resource=each.arn, action="kms:Decrypt")])
    if any(isinstance(each, DbInstance | DbCluster | Table) for each in workloads | tables):
        return passed("holds data only where IAM says who is calling, and so needs no secret")
    return no_evidence("keeps no secret, and nothing says that it needs one")


def _is_ours(stored: Secret | Parameter) -> bool:
    """Whether a secret, or a parameter that is kept as one, is nobody's but ours."""
    if isinstance(stored, Secret):
        return not stored.owner
    return stored.type == "SecureString"


def _wants_a_secret(found: _Workload | TaskDefinition) -> bool:
    """Whether something asks for a password, or is told where something does."""
    match found:
        case DbInstance():
            return not found.cluster and not found.iam_authentication
        case DbCluster():
            return not found.iam_authentication
        case LambdaFunction() | TaskDefinition() | BuildProject():
            return any(
                variable.secret
                or (variable.literal and is_secret_name(variable.name))
                or (CONNECTION_NAME.search(variable.name) and not variable.reference)
                for _, variable in _variables(found)
            )
        case _:
            return False


#: A rotation may take until the end of its window.
_WINDOW_DAYS = 1


@check(Severity.MEDIUM)
def secretsmanager_secret_rotated(
    secret: Secret, unit: Unit, *, secret_max_age_days: int = 90
) -> Result:
    """A secret that leaked opens its door until it is changed, and nobody knows that it leaked.

    Pass: the secret is rotated, and was when its schedule wanted it; or it was changed within 90 days,
    which is how those are kept fresh that nothing can rotate. What a service of AWS keeps passes by
    that service's rotation. A replica is judged in its primary region.
    Fix: turn on rotation of the secret, or change it by hand.
    Blind spot: a change of its description counts as one of its value.
    See: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html
    """
    if secret.primary:
        return not_applicable(f"is a replica, and judged in {secret.primary}")
    if secret.owner:
        if secret.rotates:
            return passed(f"is rotated by {secret.owner}, which keeps it")
        return not_applicable(f"is kept by {secret.owner}, which does not let it be rotated")
    if secret.rotates and _on_time(secret, unit):
        return passed("is rotated as its schedule wants it")
    age = round(unit.age_days(secret.changed))
    if age <= secret_max_age_days:
        return passed(f"was changed {counted(age, 'day')} ago")
    late = "is late with its rotation and" if secret.rotates else "is not rotated and"
    return failed(f"{late} was changed {counted(age, 'day')} ago, more than {secret_max_age_days}")


def _on_time(secret: Secret, unit: Unit) -> bool:
    if secret.rotated is None:
        return False
    if secret.every_days is not None:
        return unit.age_days(secret.rotated) <= secret.every_days + _WINDOW_DAYS
    return secret.due is not None and unit.now <= secret.due + timedelta(days=_WINDOW_DAYS)


@check(Severity.HIGH)
def ssm_parameter_secret_is_securestring(parameter: Parameter) -> Result:
    """A parameter of type String is read in plain text by whoever may list and get it.

    Pass: a parameter whose name is that of a secret, such as `/shop/db-password`, is a SecureString.
    Others are not judged.
    Fix: make the parameter anew as a SecureString, and change the secret that was in it.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
    """
    if not is_secret_name(parameter.name):
        return not_applicable("has no name of a secret")
    if parameter.type == "SecureString":
        return passed("is a SecureString")
    return failed(f"has the name of a secret and is a {parameter.type}")

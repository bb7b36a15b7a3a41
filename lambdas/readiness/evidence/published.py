"""What does AWS publish that no call of its API tells, and until when may it be believed?

Plain data, with its source and the day on which that is known to have said so: after the stated number
of days a check that would pass by the table answers UNKNOWN. The tables are renewed with each release.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Published:
    """Where a table is from, and how old it may get."""

    source: str
    looked_up: date
    good_for_days: int = 180

    def too_old(self, moment: datetime) -> str:
        """Say how old the table is where that is too old to be believed; empty otherwise."""
        days = (moment.date() - self.looked_up).days
        if days <= self.good_for_days:
            return ""
        return f"the table from {self.source} is {days} days old"


# --- Lambda runtimes ------------------------------------------------------------------------------

RUNTIMES_FROM = Published(
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    looked_up=date(2026, 10, 20),
)
#: When AWS deprecates each runtime of Lambda, or did; as cfn-lint 1.58.0 (of that day) has them from
#: the page. Runtimes in preview have no date, and are not supported: they are left out, as is `custom`.
LAMBDA_RUNTIMES = {
    "dotnet10": date(2028, 11, 14),
    "dotnet6": date(2024, 12, 20),
    "dotnet8": date(2026, 11, 10),
    "dotnetcore1.0": date(2019, 6, 27),
    "dotnetcore2.0": date(2019, 5, 30),
    "dotnetcore2.1": date(2022, 1, 5),
    "dotnetcore3.1": date(2023, 4, 3),
    "go1.x": date(2024, 1, 8),
    "java11": date(2027, 6, 30),
    "java11.al2023": date(2029, 6, 30),
    "java17": date(2027, 6, 30),
    "java17.al2023": date(2029, 6, 30),
    "java21": date(2029, 6, 30),
    "java25": date(2029, 6, 30),
    "java8": date(2024, 1, 8),
    "java8.al2": date(2027, 6, 30),
    "java8.al2023": date(2029, 6, 30),
    "nodejs": date(2016, 8, 30),
    "nodejs10.x": date(2021, 7, 30),
    "nodejs12.x": date(2023, 3, 31),
    "nodejs14.x": date(2023, 12, 4),
    "nodejs16.x": date(2024, 6, 12),
    "nodejs18.x": date(2025, 9, 1),
    "nodejs20.x": date(2026, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "nodejs24.x": date(2028, 4, 30),
    "nodejs4.3": date(2020, 3, 5),
    "nodejs4.3-edge": date(2020, 3, 5),
    "nodejs6.10": date(2019, 8, 12),
    "nodejs8.10": date(2020, 3, 6),
    "provided": date(2024, 1, 8),
    "provided.al2": date(2026, 7, 31),
    "provided.al2023": date(2029, 6, 30),
    "python2.7": date(2021, 7, 15),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
    "python3.6": date(2022, 7, 18),
    "python3.7": date(2023, 12, 4),
    "python3.8": date(2024, 10, 14),
    "python3.9": date(2025, 12, 15),
    "ruby2.5": date(2021, 7, 30),
    "ruby2.7": date(2023, 12, 7),
    "ruby3.2": date(2026, 3, 31),
    "ruby3.3": date(2027, 3, 31),
    "ruby3.4": date(2028, 3, 31),
    "ruby4.0": date(2029, 3, 31),
}

# --- Fargate --------------------------------------------------------------------------------------

PLATFORMS_FROM = Published(
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html",
    looked_up=date(2026, 11, 24),
)
#: The newest version of Fargate's platform, by the family of operating systems.
FARGATE_PLATFORMS = {"Linux": "1.4.0", "Windows": "1.0.0"}

# --- Registries -----------------------------------------------------------------------------------

REGISTRIES_FROM = Published(
    source="https://gallery.ecr.aws/",
    looked_up=date(2026, 11, 24),
    good_for_days=365,
)
#: Where AWS itself publishes images, as the beginnings of their names: namespaces that its own guides
#: and repositories name. What is not here is not trusted, and can be by an option.
AWS_REGISTRIES = (
    "public.ecr.aws/amazonlinux/",
    "public.ecr.aws/appmesh/",
    "public.ecr.aws/aws-cli/",
    "public.ecr.aws/aws-controllers-k8s/",
    "public.ecr.aws/aws-ec2/",
    "public.ecr.aws/aws-observability/",
    "public.ecr.aws/aws-secrets-manager/",
    "public.ecr.aws/cloudwatch-agent/",
    "public.ecr.aws/ecs-sample-image/",
    "public.ecr.aws/eks/",
    "public.ecr.aws/eks-distro/",
    "public.ecr.aws/karpenter/",
    "public.ecr.aws/lambda/",
    "public.ecr.aws/sam/",
    "public.ecr.aws/xray/",
)

# --- TLS of databases -----------------------------------------------------------------------------

TLS_DEFAULTS_FROM = Published(
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
    looked_up=date(2026, 11, 24),
    good_for_days=365,
)
#: By the engine of a database: the parameter by which it refuses clients without TLS, the newest version
#: whose default is off, and the oldest whose default is on. Versions between the two are not known.
#: Each line is from the page above it, below https://docs.aws.amazon.com/AmazonRDS/latest/.
TLS_BY_DEFAULT: dict[str, tuple[str, tuple[int, ...], tuple[int, ...]]] = {
    # UserGuide/PostgreSQL.Concepts.General.SSL.html
    "postgres": ("rds.force_ssl", (14, 9999), (15,)),
    # AuroraUserGuide/AuroraPostgreSQL.Security.html, and the release notes of version 17
    "aurora-postgresql": ("rds.force_ssl", (16, 9999), (17,)),
    # UserGuide/SQLServer.Concepts.General.SSL.Using.html
    "sqlserver": ("rds.force_ssl", (9999,), ()),
    # UserGuide/mysql-ssl-connections.require-ssl.html
    "mysql": ("require_secure_transport", (8, 4, 9999), (9, 7)),
    # UserGuide/mariadb-ssl-connections.require-ssl.html
    "mariadb": ("require_secure_transport", (11, 4, 9999), (11, 8)),
    # AuroraUserGuide/AuroraMySQL.Security.html; of 8.4 it says nothing
    "aurora-mysql": ("require_secure_transport", (8, 0, 9999), ()),
}

"""Look at AppSync."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.apis import GraphqlApi
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(GraphqlApi, "appsync.list_graphql_apis")
def graphql_apis(aws: Aws) -> Iterator[GraphqlApi]:
    # Those that other accounts share are theirs.
    for each in aws.pages("appsync.list_graphql_apis", "graphqlApis", owner="CURRENT_ACCOUNT"):
        others = each.get("additionalAuthenticationProviders") or ()
        yield GraphqlApi(
            arn=each["arn"],
            name=each["name"],
            private=each.get("visibility", "GLOBAL") == "PRIVATE",
            authentication=(
                each["authenticationType"],
                *(other["authenticationType"] for other in others),
            ),
            web_acl=each.get("wafWebAclArn", ""),
        )

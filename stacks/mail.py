"""From whom does the digest come, and what hears of a mail that comes back?"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.audit import accept_resources


class Mail(Construct):
    """The sender's identity and the configuration set of everything that we send."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        sender: str,
        returned: sns.Topic,
    ) -> None:
        super().__init__(scope, id)
        self._sender = sender
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            configuration_set_name="readiness",
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        self.configuration_set.add_event_destination(
            "Returned",
            destination=ses.EventDestination.sns_topic(returned),
            events=[
                ses.EmailSendingEvent.BOUNCE,
                ses.EmailSendingEvent.COMPLAINT,
                ses.EmailSendingEvent.REJECT,
            ],
        )
        ses.EmailIdentity(
            self,
            "Sender",
            identity=ses.Identity.email(sender),
            configuration_set=self.configuration_set,
        )

    def let_send(self, role: iam.Role) -> None:
        """Let the role send from our sender, through our configuration set."""
        stack = cdk.Stack.of(self)
        # While SES is in its sandbox it asks for the recipient's identity as well.
        identities = stack.format_arn(service="ses", resource="identity", resource_name="*")
        configuration_set = stack.format_arn(
            service="ses",
            resource="configuration-set",
            resource_name=self.configuration_set.configuration_set_name,
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail"],
                resources=[identities, configuration_set],
                conditions={"StringEquals": {"ses:FromAddress": self._sender}},
            )
        )
        accept_resources(
            role, [identities], reason="The condition on the sender's address is the boundary."
        )

"""Which actions together let a principal gain rights that nobody gave it?

Kept against two public collections, Apache License 2.0:
pathfinding.cloud (https://github.com/DataDog/pathfinding.cloud), and Prowler's list of version 5.46.0
(https://github.com/prowler-cloud/prowler, providers/aws/services/iam/lib/privilege_escalation.py),
which both go back to https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/.
What another set includes is left out: with `iam:AttachRolePolicy` no further action is needed. So is
CodeStar, which AWS shut down in July 2024.
"""

from __future__ import annotations

from datetime import date

from readiness.evidence.published import Published

#: When the sets below were last compared with their sources.
ESCALATIONS_FROM = Published(
    source="https://pathfinding.cloud", looked_up=date(2026, 11, 24), good_for_days=365
)

#: Rights over oneself, or over whoever has more of them.
_OVER_PRINCIPALS = """
iam:CreatePolicyVersion
iam:SetDefaultPolicyVersion
iam:AttachUserPolicy
iam:AttachGroupPolicy
iam:AttachRolePolicy
iam:PutUserPolicy
iam:PutGroupPolicy
iam:PutRolePolicy
iam:AddUserToGroup
iam:UpdateAssumeRolePolicy
iam:CreateAccessKey
iam:CreateLoginProfile
iam:UpdateLoginProfile
iam:DeleteUserPermissionsBoundary
iam:DeleteRolePermissionsBoundary sts:AssumeRole
sso:AttachManagedPolicyToPermissionSet
sso:PutInlinePolicyToPermissionSet
"""

#: A role is handed to something new that does what the principal tells it.
_BY_NEW_RESOURCES = """
iam:PassRole ec2:RunInstances
iam:PassRole ec2:RequestSpotInstances
iam:PassRole autoscaling:CreateAutoScalingGroup autoscaling:CreateLaunchConfiguration
iam:PassRole autoscaling:UpdateAutoScalingGroup autoscaling:CreateLaunchConfiguration
iam:PassRole lambda:CreateFunction lambda:InvokeFunction
iam:PassRole lambda:CreateFunction lambda:CreateEventSourceMapping
iam:PassRole lambda:CreateFunction lambda:AddPermission
iam:PassRole glue:CreateDevEndpoint
iam:PassRole glue:CreateJob glue:StartJobRun
iam:PassRole glue:CreateJob glue:CreateTrigger
iam:PassRole glue:UpdateJob glue:StartJobRun
iam:PassRole glue:UpdateJob glue:CreateTrigger
iam:PassRole glue:CreateSession glue:RunStatement
iam:PassRole cloudformation:CreateStack
iam:PassRole cloudformation:CreateStackSet cloudformation:CreateStackInstances
iam:PassRole cloudformation:UpdateStackSet
iam:PassRole datapipeline:CreatePipeline datapipeline:PutPipelineDefinition datapipeline:ActivatePipeline
iam:PassRole ecs:RunTask
iam:PassRole ecs:RegisterTaskDefinition ecs:CreateService
iam:PassRole ecs:StartTask
iam:PassRole sagemaker:CreateNotebookInstance
iam:PassRole sagemaker:CreateTrainingJob
iam:PassRole sagemaker:CreateProcessingJob
iam:PassRole apprunner:CreateService
iam:PassRole braket:CreateJob
iam:PassRole elasticmapreduce:RunJobFlow
iam:PassRole emr-serverless:CreateApplication emr-serverless:StartJobRun
iam:PassRole gamelift:CreateBuild gamelift:CreateFleet
iam:PassRole kinesisanalytics:CreateApplication kinesisanalytics:StartApplication
iam:PassRole omics:CreateWorkflow omics:StartRun
iam:PassRole imagebuilder:CreateInfrastructureConfiguration imagebuilder:CreateImage
iam:PassRole amplify:CreateApp amplify:CreateBranch amplify:StartJob
iam:PassRole cognito-identity:SetIdentityPoolRoles
iam:PassRole scheduler:CreateSchedule
iam:PassRole ssm:CreateDocument ssm:StartAutomationExecution
iam:PassRole states:CreateStateMachine states:StartExecution
"""

#: Something that has a role already is made to do what the principal tells it.
_BY_EXISTING_RESOURCES = """
lambda:UpdateFunctionCode
lambda:UpdateFunctionConfiguration
glue:UpdateDevEndpoint
cloudformation:UpdateStack
cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet
codebuild:StartBuild
codebuild:StartBuildBatch
codedeploy:CreateDeployment codedeploy:RegisterApplicationRevision codedeploy:GetDeploymentConfig
apprunner:UpdateService
batch:SubmitJob
states:UpdateStateMachine states:StartExecution
ssm:StartSession
ssm:SendCommand
ecs:ExecuteCommand ecs:DescribeTasks
ec2:ModifyInstanceAttribute ec2:StopInstances ec2:StartInstances
ec2:CreateLaunchTemplateVersion ec2:ModifyLaunchTemplate
ec2-instance-connect:SendSSHPublicKey ec2:DescribeInstances
sagemaker:CreatePresignedNotebookInstanceUrl
sagemaker:CreateNotebookInstanceLifecycleConfig sagemaker:UpdateNotebookInstance sagemaker:StopNotebookInstance sagemaker:StartNotebookInstance
bedrock-agentcore:StartCodeInterpreterSession bedrock-agentcore:InvokeCodeInterpreter
bedrock-agentcore:InvokeAgentRuntimeCommand
bedrock-agentcore:StartBrowserSession bedrock-agentcore:ConnectBrowserAutomationStream
"""

#: Every set of actions, as they are written in a policy.
ESCALATIONS: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split())
    for lines in (_OVER_PRINCIPALS, _BY_NEW_RESOURCES, _BY_EXISTING_RESOURCES)
    for line in lines.split("\n")
    if line
)

#: By what else than IAM's own writes an administrator is told (with `iam:PassRole`).
IAM_WRITES = (
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:PassRole",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
)

#: Which resources an action must reach as a whole to count, as `service:type`; what is not listed
#: counts with any type of its own service.
REACHES = {
    "iam:AddUserToGroup": "iam:group",
    "iam:AttachGroupPolicy": "iam:group",
    "iam:AttachRolePolicy": "iam:role",
    "iam:AttachUserPolicy": "iam:user",
    "iam:CreateAccessKey": "iam:user",
    "iam:CreateLoginProfile": "iam:user",
    "iam:CreatePolicy": "iam:policy",
    "iam:CreatePolicyVersion": "iam:policy",
    "iam:CreateRole": "iam:role",
    "iam:CreateUser": "iam:user",
    "iam:DeleteRolePermissionsBoundary": "iam:role",
    "iam:DeleteUserPermissionsBoundary": "iam:user",
    "iam:PassRole": "iam:role",
    "iam:PutGroupPolicy": "iam:group",
    "iam:PutRolePolicy": "iam:role",
    "iam:PutUserPolicy": "iam:user",
    "iam:SetDefaultPolicyVersion": "iam:policy",
    "iam:UpdateAssumeRolePolicy": "iam:role",
    "iam:UpdateLoginProfile": "iam:user",
    "ec2-instance-connect:SendSSHPublicKey": "ec2:instance",
    "ssm:SendCommand": "ec2:instance",
    "ssm:StartSession": "ec2:instance",
    "sts:AssumeRole": "iam:role",
}

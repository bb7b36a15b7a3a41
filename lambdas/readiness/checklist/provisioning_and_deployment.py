"""Judge the items of the category "Provisioning and Deployment"."""

from __future__ import annotations

from readiness.checklist.model import Mode, category, item

CATEGORY = category(
    "Provisioning and Deployment",
    item("Build AMIs"),
    item("Build Docker images"),
    item("Configure CPU, memory and GC settings", mode=Mode.ATTESTED),
    item("Configure hard drives"),
    item("Deploy AMIs using Auto Scaling Groups"),
    item("Deploy Docker images using ECS, EKS or Fargate"),
    item("Deploy serverless apps using Lambda and API Gateway"),
    item("Solution can be deployed automatically via a pipeline", mode=Mode.ATTESTED),
    item("Solution has release tags"),
    item("Solution is defined in Infrastructure as code"),
    item("Solution pipeline has multiple environments for dev and prod"),
)

# Managed policies, roles that have them, and roles of others that get them.

resource "aws_iam_policy" "this" {
  for_each = var.create_policies ? local.policy_documents : {}

  name        = "${local.slug}-${each.key}-${local.region}"
  description = "${each.key} of Zoho OAuth tokens under ${var.prefix}"
  policy      = each.value
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(each.value) <= 6144
      error_message = "A managed policy has at most 6,144 characters: choose a shorter prefix."
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = var.roles

  name               = each.key
  description        = "${each.value.policy} of Zoho OAuth tokens under ${var.prefix}"
  assume_role_policy = local.trust_policies[each.key]
  tags = merge(var.tags, each.value.client_id == null ? {} : {
    (local.tag_client) = each.value.client_id
  })
}

resource "aws_iam_role_policy_attachment" "own" {
  for_each = var.roles

  role       = aws_iam_role.this[each.key].name
  policy_arn = aws_iam_policy.this[each.value.policy].arn
}

resource "aws_iam_role_policy_attachment" "others" {
  for_each = var.attachments

  role       = each.value.role
  policy_arn = aws_iam_policy.this[each.value.policy].arn
}

locals {
  services = {
    lambda           = "lambda.amazonaws.com"
    ecs              = "ecs-tasks.amazonaws.com"
    eks_pod_identity = "pods.eks.amazonaws.com"
  }

  trust_policies = {
    for name, role in var.roles : name => role.trust == "irsa" ? jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Principal = { Federated = role.oidc_provider_arn }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "${local.issuers[name]}:aud" = "sts.amazonaws.com"
            "${local.issuers[name]}:sub" = "system:serviceaccount:${role.namespace}:${role.service_account}"
          }
        }
      }]
      }) : jsonencode({
      Version = "2012-10-17"
      Statement = [merge(
        {
          Effect    = "Allow"
          Principal = { Service = local.services[role.trust] }
          # Pod Identity gives its sessions tags.
          Action = role.trust == "eks_pod_identity" ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"]
        },
        # Nobody else's task. Lambda is not known to send this key.
        role.trust == "ecs" ? { Condition = { StringEquals = { "aws:SourceAccount" = local.account } } } : {},
      )]
    })
  }

  # What a provider's ARN names after `oidc-provider/`.
  issuers = {
    for name, role in var.roles : name => replace(coalesce(role.oidc_provider_arn, "none"), "/^.*:oidc-provider//", "") if role.trust == "irsa"
  }
}

locals {
  environment = tomap(merge(
    { ZTOK_PREFIX = var.prefix, ZTOK_USER_TAG = var.user_tag },
    local.has_key ? { ZTOK_KMS_KEY_ID = local.kms_key_arn } : {},
  ))
  environment_with_region = tomap(merge(local.environment, { AWS_REGION = local.region }))
}

output "application_env" {
  description = "Environment variables of the program: all that it reads of what this module decides."
  value       = local.environment_with_region
}

output "application_env_lambda" {
  description = "The same without AWS_REGION, which Lambda sets and lets nobody else set."
  value       = local.environment
}

output "application_env_ecs" {
  description = "The same as application_env, as a container definition has it."
  value       = [for name, value in local.environment_with_region : { name = name, value = value }]
}

output "policy_documents" {
  description = "The text of the policies reader, writer and operator."
  value       = tomap(local.policy_documents)
}

output "policy_arns" {
  description = "ARNs of the managed policies, by name; empty without create_policies."
  value       = { for name, policy in aws_iam_policy.this : name => policy.arn }
}

output "role_arns" {
  description = "ARNs of the roles that were made, by name."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}

output "secret_arn_patterns" {
  description = "What the ARNs of all secrets of the namespace look like: tokens, and index pages."
  value       = { tokens = local.tokens_arn, pages = local.pages_arn }
}

output "index_secret_arn" {
  description = "ARN of the first index page; null without create_index_container."
  value       = one(aws_secretsmanager_secret.index[*].arn)
}

output "kms_key_arn" {
  description = "ARN of the key that encrypts the secrets; null if that is aws/secretsmanager."
  value       = local.kms_key_arn
}

output "kms_alias" {
  description = "Alias of the key; null without create_kms_key."
  value       = one(aws_kms_alias.this[*].name)
}

output "vpc_endpoint_id" {
  description = "Id of the interface endpoint; null without create_vpc_endpoint."
  value       = one(aws_vpc_endpoint.secrets_manager[*].id)
}

output "alarm_arns" {
  description = "ARNs of the alarms, by name."
  value       = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.arn }
}

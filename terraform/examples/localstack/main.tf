# The module on an emulator on this machine: localstack/up, then `eval "$(localstack/env)"`.
# It is what scripts/terraform-test applies, with the program working on it.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.87, < 7"
    }
  }
}

# Only to the emulator: without AWS_ENDPOINT_URL, `endpoint` has to be said.
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {
    secretsmanager = var.endpoint
    kms            = var.endpoint
    iam            = var.endpoint
    sts            = var.endpoint
    logs           = var.endpoint
    cloudwatch     = var.endpoint
  }
}

variable "endpoint" {
  description = "URL of the emulator, on this machine."
  type        = string
  default     = "http://127.0.0.1:4566"

  validation {
    condition     = can(regex("^http://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?$", var.endpoint))
    error_message = "The emulator runs on this machine."
  }
}

variable "prefix" {
  description = "Namespace of the tokens."
  type        = string
  default     = "zoho-token-store"
}

variable "name" {
  description = "Begins the names of roles and log groups."
  type        = string
  default     = "ztok"
}

resource "aws_cloudwatch_log_group" "these" {
  # checkov:skip=CKV_AWS_158:on an emulator
  for_each = toset(["trail", "application"])

  name              = "/${var.name}/${each.key}"
  retention_in_days = 365
}

module "token_store" {
  source = "../.."

  prefix                  = var.prefix
  recovery_window_in_days = 0
  create_kms_key          = true
  # An emulator keeps keys for nobody.
  kms_deletion_window_in_days = 7

  roles = {
    "${var.name}-reader"   = { policy = "reader", trust = "lambda" }
    "${var.name}-writer"   = { policy = "writer", trust = "ecs" }
    "${var.name}-operator" = { policy = "operator", trust = "eks_pod_identity" }
  }

  enable_trail_alarms        = true
  trail_log_group_name       = aws_cloudwatch_log_group.these["trail"].name
  enable_application_alarms  = true
  application_log_group_name = aws_cloudwatch_log_group.these["application"].name
}

output "application_env" {
  description = "Environment of the program."
  value       = module.token_store.application_env
}

output "policy_documents" {
  description = "The policies."
  value       = module.token_store.policy_documents
}

output "index_secret_arn" {
  description = "ARN of the first index page."
  value       = module.token_store.index_secret_arn
}

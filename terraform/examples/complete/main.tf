# Everything that the module can make, around a VPC and log groups of this example.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.87, < 7"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Region of all resources."
  type        = string
  default     = "eu-west-1"
}

variable "client_id" {
  description = "The Zoho client whose tokens the programs of this example reach."
  type        = string
  default     = "1000.EXAMPLE"
}

variable "recovery_window_in_days" {
  description = "Days for which a destroyed index page can be restored; 0 to destroy and apply again, as tests do."
  type        = number
  default     = 30
}

resource "aws_vpc" "this" {
  # checkov:skip=CKV2_AWS_11:flow logs are for whoever owns the VPC to decide
  cidr_block           = "10.20.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "zoho-token-store" }
}

# Lets nothing in or out.
resource "aws_default_security_group" "none" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "private" {
  vpc_id            = aws_vpc.this.id
  cidr_block        = "10.20.1.0/24"
  availability_zone = "${var.region}a"
}

resource "aws_security_group" "endpoint" {
  name        = "zoho-token-store-endpoint"
  description = "Secrets Manager, from inside the VPC"
  vpc_id      = aws_vpc.this.id

  ingress {
    description = "HTTPS from the VPC"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = [aws_vpc.this.cidr_block]
  }
}

resource "aws_cloudwatch_log_group" "trail" {
  # checkov:skip=CKV_AWS_158:the lines hold no credential; AWS encrypts them with a key of its own
  name              = "/trail/zoho-token-store"
  retention_in_days = 365
}

resource "aws_cloudwatch_log_group" "application" {
  # checkov:skip=CKV_AWS_158:the lines hold no credential; AWS encrypts them with a key of its own
  name              = "/app/zoho-token-store"
  retention_in_days = 365
}

resource "aws_sns_topic" "alarms" {
  name              = "zoho-token-store-alarms"
  kms_master_key_id = "alias/aws/sns"
}

# A role that someone else made.
resource "aws_iam_role" "dashboard" {
  name = "zoho-token-store-dashboard"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  tags = { "zoho-token-store:client" = var.client_id }
}

module "token_store" {
  source = "../.."

  prefix   = "crm/production"
  user_tag = "digest"
  tags     = { team = "crm" }

  recovery_window_in_days = var.recovery_window_in_days

  create_kms_key = true

  restrict_to_client = true
  roles = {
    "crm-function" = { policy = "reader", trust = "lambda", client_id = var.client_id }
    "crm-task"     = { policy = "writer", trust = "ecs", client_id = var.client_id }
    "crm-pod"      = { policy = "writer", trust = "eks_pod_identity", client_id = var.client_id }
    "crm-operator" = { policy = "operator", trust = "lambda" }
  }
  attachments = {
    dashboard = { role = aws_iam_role.dashboard.name, policy = "reader" }
  }

  create_vpc_endpoint = true
  vpc_id              = aws_vpc.this.id
  subnet_ids          = [aws_subnet.private.id]
  security_group_ids  = [aws_security_group.endpoint.id]

  enable_trail_alarms        = true
  trail_log_group_name       = aws_cloudwatch_log_group.trail.name
  enable_application_alarms  = true
  application_log_group_name = aws_cloudwatch_log_group.application.name
  alarm_actions              = [aws_sns_topic.alarms.arn]
}

output "application_env" {
  description = "Environment of the programs."
  value       = module.token_store.application_env
}

output "role_arns" {
  description = "Roles of the programs."
  value       = module.token_store.role_arns
}

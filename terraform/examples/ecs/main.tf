# A task of ECS on Fargate: the image of the Dockerfile here, not as root, on a file system that nobody can
# write. The tokens are in Secrets Manager, so there is nothing to write.

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

variable "image" {
  description = "The image, with its digest: REGISTRY/NAME@sha256:…"
  type        = string
}

variable "repository_arn" {
  description = "ARN of the ECR repository that has the image."
  type        = string
}

variable "architecture" {
  description = "What the image was built for: ARM64 or X86_64."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "The architecture is ARM64 or X86_64."
  }
}

variable "name" {
  description = "Name of the task, and beginning of its roles'."
  type        = string
  default     = "zoho-token"
}

variable "command" {
  description = "Arguments of ztok."
  type        = list(string)
  default     = ["list", "--expiring", "10m", "--output", "json"]
}

variable "policy" {
  description = "What the command may do: reader, writer or operator."
  type        = string
  default     = "reader"
}

variable "prefix" {
  description = "Namespace of the tokens."
  type        = string
  default     = "zoho-token-store"
}

variable "recovery_window_in_days" {
  description = "Days for which a destroyed index page can be restored; 0 to destroy and apply again, as tests do."
  type        = number
  default     = 30
}

module "token_store" {
  source = "../.."

  prefix                  = var.prefix
  recovery_window_in_days = var.recovery_window_in_days

  roles = { "${var.name}-task" = { policy = var.policy, trust = "ecs" } }

  enable_application_alarms  = true
  application_log_group_name = aws_cloudwatch_log_group.this.name
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_158:the lines hold no credential; AWS encrypts them with a key of its own
  # checkov:skip=CKV_AWS_338:a month is enough to look into an alarm
  name              = "/ecs/${var.name}"
  retention_in_days = 30
}

# Pulls the image and writes the log; the program itself has the role of the module.
resource "aws_iam_role" "execution" {
  name = "${var.name}-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "execution" {
  # checkov:skip=CKV_AWS_355:AWS takes no narrower resource for GetAuthorizationToken
  name = "pull-and-log"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*"
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = var.repository_arn
      },
      {
        Effect   = "Allow"
        Action   = ["ecr:GetAuthorizationToken"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = module.token_store.role_arns["${var.name}-task"]

  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }

  container_definitions = jsonencode([{
    name                   = "ztok"
    image                  = var.image
    essential              = true
    command                = var.command
    environment            = module.token_store.application_env_ecs
    readonlyRootFilesystem = true
    user                   = "65532:65532"
    privileged             = false
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this.name
        "awslogs-region"        = var.region
        "awslogs-stream-prefix" = "ztok"
      }
    }
  }])
}

output "task_definition_arn" {
  description = "ARN of the task definition."
  value       = aws_ecs_task_definition.this.arn
}

# A Lambda function that looks tokens up: examples/lambda of the crate, whose README says how to build
# the zip for either architecture.

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

variable "zip" {
  description = "Path of the zip with the program, named `bootstrap`."
  type        = string
}

variable "architecture" {
  description = "What the program was built for: arm64 (a fifth cheaper) or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "The architecture is arm64 or x86_64."
  }
}

variable "name" {
  description = "Name of the function, and beginning of its role's."
  type        = string
  default     = "zoho-token"
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

  roles = { "${var.name}-function" = { policy = "reader", trust = "lambda" } }

  enable_application_alarms  = true
  application_log_group_name = aws_cloudwatch_log_group.this.name
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_158:the lines hold no credential; AWS encrypts them with a key of its own
  # checkov:skip=CKV_AWS_338:a month is enough to look into an alarm
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 30
}

# Lines of the log, and nothing else besides what the module grants.
resource "aws_iam_role_policy" "log" {
  name = "log"
  role = "${var.name}-function"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }]
  })

  depends_on = [module.token_store]
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:the program does not use X-Ray
  # checkov:skip=CKV_AWS_115:how many run at once is for the account to divide
  # checkov:skip=CKV_AWS_116:whoever invokes it waits for the answer
  # checkov:skip=CKV_AWS_117:Secrets Manager is reached over the internet, with TLS; for a VPC see examples/complete
  # checkov:skip=CKV_AWS_173:the environment holds names, no credential
  # checkov:skip=CKV_AWS_272:who signs is for the account to decide
  function_name    = var.name
  description      = "Looks up Zoho OAuth tokens"
  role             = module.token_store.role_arns["${var.name}-function"]
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  memory_size      = 128
  timeout          = 15

  environment {
    variables = module.token_store.application_env_lambda
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  depends_on = [aws_iam_role_policy.log]
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

terraform {
  # Validations that look at another variable take 1.9.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.87, < 7"
    }
  }
}

# All that the module and its examples can make is really made, on moto: AWS_ENDPOINT_URL names it, and
# the keys are `test`. scripts/terraform-test sees to both, and has the program work on an applied module.

variables {
  # So that the next test can make the same secrets.
  recovery_window_in_days = 0
}

run "complete" {
  module {
    source = "./examples/complete"
  }

  assert {
    condition     = output.application_env["ZTOK_PREFIX"] == "crm/production" && startswith(output.application_env["ZTOK_KMS_KEY_ID"], "arn:aws:kms:eu-west-1:")
    error_message = "the environment names the namespace and the key that was made"
  }
  assert {
    condition     = toset(keys(output.role_arns)) == toset(["crm-function", "crm-task", "crm-pod", "crm-operator"])
    error_message = "the roles are there"
  }
  assert {
    condition     = module.token_store.index_secret_arn != null && module.token_store.vpc_endpoint_id != null
    error_message = "the first page and the endpoint are there"
  }
  assert {
    condition     = length(module.token_store.alarm_arns) == 4 && module.token_store.kms_alias == "alias/zoho-token-store/crm-production"
    error_message = "the alarms and the alias are there"
  }
}

run "complete_again" {
  module {
    source = "./examples/complete"
  }

  assert {
    condition     = output.application_env == run.complete.application_env && output.role_arns == run.complete.role_arns
    error_message = "a second apply changes nothing"
  }
}

run "lambda" {
  module {
    source = "./examples/lambda"
  }
  variables {
    prefix = "crm/function"
    zip    = "./tests/function.zip"
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ ZTOK_PREFIX = "crm/function", ZTOK_USER_TAG = "plain" })
    error_message = "the function's environment has what the program reads, and nothing that Lambda refuses"
  }
}

run "ecs" {
  module {
    source = "./examples/ecs"
  }
  variables {
    prefix         = "crm/task"
    name           = "zoho-token-ecs"
    image          = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/ztok@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    repository_arn = "arn:aws:ecr:eu-west-1:111122223333:repository/ztok"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem
    error_message = "the task writes no disk"
  }
}

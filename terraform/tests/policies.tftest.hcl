# What the policies say, for each way to set them up. Planned only: real provider, no network, no account.
# The matrix (policy-matrix.json) and roles.json are held against the documents of these runs, by name.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "111122223333" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws" }
}

variables {
  prefix = "prod"
}

run "plain" {
  command = plan

  assert {
    condition     = toset(keys(output.policy_documents)) == toset(["reader", "writer", "operator"])
    error_message = "there are three policies"
  }
  assert {
    condition = alltrue(flatten([for document in values(output.policy_documents) : [
      for statement in jsondecode(document).Statement : contains(["ReadInBatches", "List"], statement.Sid) if contains(flatten([statement.Resource]), "*")
    ]]))
    error_message = "only batches and listings may name all secrets"
  }
  assert {
    condition = alltrue(flatten([for document in values(output.policy_documents) : [
      for statement in jsondecode(document).Statement : [for action in statement.Action : !strcontains(action, "*")] if statement.Effect == "Allow"
    ]]))
    error_message = "what is allowed is named, action by action"
  }
  assert {
    condition = alltrue([for statement in jsondecode(output.policy_documents["operator"]).Statement :
      statement.Resource == ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/index/*"]
      if length(setintersection(statement.Action, ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"])) > 0
    ])
    error_message = "an operator neither reads nor writes tokens, unless it is said"
  }
  assert {
    condition     = alltrue([for document in values(output.policy_documents) : !strcontains(document, "kms:")])
    error_message = "without a key of one's own there is nothing to grant on one"
  }
  assert {
    condition     = alltrue([for document in values(output.policy_documents) : length(document) <= 6144])
    error_message = "a managed policy has at most 6,144 characters"
  }
  assert {
    condition     = output.application_env == tomap({ ZTOK_PREFIX = "prod", ZTOK_USER_TAG = "plain", AWS_REGION = "eu-west-1" })
    error_message = "the environment of a program without a key of its own"
  }
  assert {
    condition     = !contains(keys(output.application_env_lambda), "AWS_REGION")
    error_message = "Lambda refuses AWS_REGION"
  }
  assert {
    condition     = tomap({ for each in output.application_env_ecs : each.name => each.value }) == output.application_env
    error_message = "ECS gets the same as the others"
  }
  assert {
    condition     = aws_secretsmanager_secret.index[0].name == "prod/index/00" && aws_secretsmanager_secret_policy.index[0].block_public_policy
    error_message = "the first page is there, and its policy can let nobody else in"
  }
  assert {
    condition     = length(aws_kms_key.this) + length(aws_vpc_endpoint.secrets_manager) + length(aws_cloudwatch_metric_alarm.this) + length(aws_iam_role.this) == 0
    error_message = "what is not asked for is not made"
  }
}

run "with_a_key" {
  command = plan
  variables {
    use_kms_key           = true
    kms_key_arn           = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    operator_reads_values = true
  }

  assert {
    condition     = output.application_env["ZTOK_KMS_KEY_ID"] == var.kms_key_arn && aws_secretsmanager_secret.index[0].kms_key_id == var.kms_key_arn
    error_message = "the program and the first page use the key"
  }
  # The evaluator behind the matrix does not know encryption contexts: these are looked at here.
  assert {
    condition = alltrue(flatten([for role, document in output.policy_documents : [
      for statement in jsondecode(document).Statement : (
        statement.Resource == var.kms_key_arn
        && statement.Condition.StringEquals["kms:ViaService"] == "secretsmanager.eu-west-1.amazonaws.com"
        && length(setsubtract(statement.Condition.StringLike["kms:EncryptionContext:SecretARN"], [
          "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/token/*",
          "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/index/*",
          "RequestToValidateKeyAccess",
        ])) == 0
        && (role == "reader") == (statement.Action == ["kms:Decrypt"])
      ) if strcontains(join(" ", statement.Action), "kms:")
    ]]))
    error_message = "the key is used through Secrets Manager only, for secrets of the namespace only, and readers only decrypt"
  }
  assert {
    condition = alltrue([for document in values(output.policy_documents) :
      length([for statement in jsondecode(document).Statement : statement if statement.Sid == "UseKey"]) == 1
    ])
    error_message = "each role may use the key"
  }
}

run "with_a_key_and_a_blind_operator" {
  command = plan
  variables {
    use_kms_key = true
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
  }

  assert {
    condition = [for statement in jsondecode(output.policy_documents["operator"]).Statement :
      statement.Condition.StringLike["kms:EncryptionContext:SecretARN"] if statement.Sid == "UseKey"
    ] == [["arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/index/*"]]
    error_message = "who may not see tokens decrypts index pages only"
  }
}

run "by_client" {
  command = plan
  variables {
    restrict_to_client = true
  }

  assert {
    condition = alltrue([for role in ["reader", "writer"] : length([
      for statement in jsondecode(output.policy_documents[role]).Statement : statement
      if contains(["NoOtherClient", "NoTagOfAnotherClient", "NobodyWithoutClient"], statement.Sid) && statement.Effect == "Deny"
    ]) == 3])
    error_message = "readers and writers are kept to their client"
  }
}

run "operator_reads" {
  command = plan
  variables {
    operator_reads_values = true
  }
}

run "immediate" {
  command = plan
  variables {
    allow_immediate_deletion = true
  }
}

run "everything_around" {
  command = plan
  variables {
    create_kms_key             = true
    create_vpc_endpoint        = true
    vpc_id                     = "vpc-1"
    subnet_ids                 = ["subnet-1"]
    security_group_ids         = ["sg-1"]
    enable_trail_alarms        = true
    trail_log_group_name       = "trail"
    enable_application_alarms  = true
    application_log_group_name = "app"
    roles = {
      function = { policy = "reader", trust = "lambda" }
      task     = { policy = "writer", trust = "ecs" }
      pod      = { policy = "writer", trust = "eks_pod_identity" }
      account = {
        policy            = "operator", trust = "irsa"
        oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"
        namespace         = "crm", service_account = "sync"
      }
    }
    attachments = { mine = { role = "mine", policy = "reader" } }
  }

  assert {
    condition = [for statement in jsondecode(aws_kms_key.this[0].policy).Statement : "${statement.Effect} ${statement.Sid}"] == [
      "Allow IamDecides", "Deny OnlyThroughSecretsManager", "Deny OnlyThisNamespace"
    ]
    error_message = "the key serves this namespace, through Secrets Manager"
  }
  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation
    error_message = "the key rotates"
  }
  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset(["access_denied", "pending_deletion", "throttled", "index_behind"])
    error_message = "four alarms"
  }
  assert {
    condition = jsondecode(aws_iam_role.this["account"].assume_role_policy).Statement[0].Condition.StringEquals == {
      "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com"
      "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub" = "system:serviceaccount:crm:sync"
    }
    error_message = "IRSA names one service account"
  }
  assert {
    condition     = jsondecode(aws_iam_role.this["pod"].assume_role_policy).Statement[0].Action == ["sts:AssumeRole", "sts:TagSession"]
    error_message = "Pod Identity tags its sessions"
  }
  assert {
    condition = alltrue([for name, service in { function = "lambda.amazonaws.com", task = "ecs-tasks.amazonaws.com", pod = "pods.eks.amazonaws.com" } :
      jsondecode(aws_iam_role.this[name].assume_role_policy).Statement[0].Principal.Service == service
    ])
    error_message = "each role trusts its service"
  }
  assert {
    condition     = aws_iam_role_policy_attachment.others["mine"].role == "mine"
    error_message = "a role of others gets its policy"
  }
}

run "only_documents" {
  command = plan
  variables {
    create_policies        = false
    create_index_container = false
  }

  assert {
    condition     = length(aws_iam_policy.this) + length(aws_secretsmanager_secret.index) + length(aws_secretsmanager_secret_policy.index) == 0
    error_message = "nothing is made"
  }
  assert {
    condition     = length(output.policy_documents) == 3 && length(output.policy_arns) == 0
    error_message = "the documents are there all the same"
  }
}

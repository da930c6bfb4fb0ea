# The three policies, as text that is known before anything is made. tests/roles.json lists their actions,
# and the tests of the program hold these against what it really calls.

locals {
  read = [
    {
      Sid      = "Read"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = local.store_arns
    },
    local.read_in_batches,
  ]

  # AWS takes no narrower resource than `*` here, and checks GetSecretValue for each secret of a batch.
  read_in_batches = {
    Sid      = "ReadInBatches"
    Effect   = "Allow"
    Action   = ["secretsmanager:BatchGetSecretValue"]
    Resource = "*"
  }

  # AWS takes no narrower resource here either: names and tags of all secrets of the account show.
  list = {
    Sid      = "List"
    Effect   = "Allow"
    Action   = ["secretsmanager:ListSecrets"]
    Resource = "*"
  }

  write = concat([
    {
      Sid      = "Write"
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue", "secretsmanager:RestoreSecret"]
      Resource = local.store_arns
    },
    local.delete,
    {
      Sid      = "CreateTagged"
      Effect   = "Allow"
      Action   = ["secretsmanager:CreateSecret"]
      Resource = local.store_arns
      Condition = merge(
        {
          StringEquals                = local.own_tags
          "ForAllValues:StringEquals" = { "aws:TagKeys" = local.tag_keys }
        },
        local.has_key ? { ArnEquals = { "secretsmanager:KmsKeyArn" = local.kms_key_arn } } : {},
      )
    },
    {
      # Of a new secret, and of one whose user or client changes: then not all tags are sent.
      Sid      = "Tag"
      Effect   = "Allow"
      Action   = ["secretsmanager:TagResource"]
      Resource = local.store_arns
      Condition = {
        StringEqualsIfExists        = local.own_tags
        "ForAllValues:StringEquals" = { "aws:TagKeys" = local.tag_keys }
      }
    },
  ], local.no_forced_deletion)

  # Index pages are never deleted.
  delete = {
    Sid      = "Delete"
    Effect   = "Allow"
    Action   = ["secretsmanager:DeleteSecret"]
    Resource = [local.tokens_arn]
  }

  no_forced_deletion = [for each in ["NoForcedDeletion"] : {
    Sid       = each
    Effect    = "Deny"
    Action    = ["secretsmanager:DeleteSecret"]
    Resource  = local.store_arns
    Condition = { Bool = { "secretsmanager:ForceDeleteWithoutRecovery" = "true" } }
  } if !var.allow_immediate_deletion]

  own_tags = {
    "aws:RequestTag/${local.tag_prefix}" = [var.prefix]
    "aws:RequestTag/${local.tag_kind}"   = ["token", "index"]
  }
  tag_keys = [local.tag_prefix, local.tag_kind, local.tag_schema, local.tag_user, local.tag_client]

  # What an operator does who may not see a token: index pages hold ids and fingerprints, no credential.
  blind = concat([
    {
      Sid      = "ReadIndex"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [local.pages_arn]
    },
    local.read_in_batches,
    {
      Sid      = "Describe"
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret"]
      Resource = local.store_arns
    },
    local.delete,
    {
      # So that the index forgets what was deleted. Not on tokens: who writes a token decides whose CRM
      # its program works on.
      Sid      = "WriteIndex"
      Effect   = "Allow"
      Action   = ["secretsmanager:PutSecretValue", "secretsmanager:RestoreSecret"]
      Resource = [local.pages_arn]
    },
  ], local.no_forced_deletion)

  # Statements of a role, without those for a key.
  role_statements = {
    reader = concat(local.read, local.other_clients)
    writer = concat(local.read, local.write, local.other_clients)
    # jsonencode and back: lists of statements of different shapes are no alternatives of each other.
    operator = concat(
      [local.list],
      jsondecode(var.operator_reads_values ? jsonencode(concat(local.read, local.write)) : jsonencode(local.blind)),
    )
  }

  policy_documents = {
    for role, statements in local.role_statements : role => jsonencode({
      Version   = "2012-10-17"
      Statement = concat(statements, local.key_statements[role])
    })
  }
}

# Each client's programs see their own tokens. Denials, because an allowance could be joined by another;
# and only where there is a client's tag, because a secret that does not exist has none, and to learn that
# it does not exist is half of what the store asks for.
locals {
  principal_client = "$${aws:PrincipalTag/${local.tag_client}}"

  other_clients = [for each in [
    {
      Sid      = "NoOtherClient"
      Effect   = "Deny"
      Action   = [for verb in ["DeleteSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue", "RestoreSecret", "TagResource"] : "secretsmanager:${verb}"]
      Resource = [local.tokens_arn]
      Condition = {
        StringNotEquals = { "aws:ResourceTag/${local.tag_client}" = local.principal_client }
        Null            = { "aws:ResourceTag/${local.tag_client}" = "false" }
      }
    },
    {
      Sid      = "NoTagOfAnotherClient"
      Effect   = "Deny"
      Action   = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"]
      Resource = [local.tokens_arn]
      Condition = {
        StringNotEquals = { "aws:RequestTag/${local.tag_client}" = local.principal_client }
        Null            = { "aws:RequestTag/${local.tag_client}" = "false" }
      }
    },
    {
      # Else the two above would compare with nothing.
      Sid       = "NobodyWithoutClient"
      Effect    = "Deny"
      Action    = ["secretsmanager:*"]
      Resource  = [local.tokens_arn]
      Condition = { Null = { "aws:PrincipalTag/${local.tag_client}" = "true" } }
    },
  ] : each if var.restrict_to_client]
}

# The key, where there is one: only through Secrets Manager, and only for secrets of this namespace.
locals {
  key_uses = {
    reader   = { actions = ["kms:Decrypt"], secrets = local.store_arns }
    writer   = { actions = ["kms:Decrypt", "kms:GenerateDataKey"], secrets = local.encryption_contexts }
    operator = { actions = ["kms:Decrypt", "kms:GenerateDataKey"], secrets = var.operator_reads_values ? local.encryption_contexts : [local.pages_arn] }
  }

  key_statements = {
    for role, use in local.key_uses : role => [for sid in ["UseKey"] : {
      Sid      = sid
      Effect   = "Allow"
      Action   = use.actions
      Resource = local.kms_key_arn
      Condition = {
        StringEquals = { "kms:ViaService" = local.via_secrets_manager }
        StringLike   = { "kms:EncryptionContext:SecretARN" = use.secrets }
      }
    } if local.has_key]
  }
}

# A key for the secrets of this namespace. IAM grants its use (iam.tf); its own policy takes back what no
# one should do with it.

resource "aws_kms_key" "this" {
  count = var.create_kms_key ? 1 : 0

  description             = "Zoho OAuth tokens under ${var.prefix}"
  enable_key_rotation     = true
  deletion_window_in_days = var.kms_deletion_window_in_days
  policy                  = local.key_policy
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  count = var.create_kms_key ? 1 : 0

  name          = "alias/zoho-token-store/${local.slug}"
  target_key_id = aws_kms_key.this[0].key_id
}

locals {
  has_key     = var.create_kms_key || var.use_kms_key
  kms_key_arn = var.create_kms_key ? one(aws_kms_key.this[*].arn) : var.kms_key_arn

  via_secrets_manager = "secretsmanager.${local.region}.amazonaws.com"
  # Secrets Manager encrypts with the secret's ARN as context. When it checks that a new secret may use
  # the key, some of its versions send that word in place of an ARN.
  encryption_contexts = concat(local.store_arns, ["RequestToValidateKeyAccess"])
  cryptography        = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]

  key_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "IamDecides"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "OnlyThroughSecretsManager"
        Effect    = "Deny"
        Principal = "*"
        Action    = local.cryptography
        Resource  = "*"
        Condition = { StringNotEquals = { "kms:ViaService" = local.via_secrets_manager } }
      },
      {
        Sid       = "OnlyThisNamespace"
        Effect    = "Deny"
        Principal = "*"
        Action    = local.cryptography
        Resource  = "*"
        Condition = { StringNotLike = { "kms:EncryptionContext:SecretARN" = local.encryption_contexts } }
      },
    ]
  })
}

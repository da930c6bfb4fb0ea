# The first index page: the container alone. There is no version resource anywhere in this module.
# The provider would read the value into the state, and, once its version is gone, put the first value
# over all that the program has written since.

resource "aws_secretsmanager_secret" "index" {
  count = var.create_index_container ? 1 : 0

  name = "${var.prefix}/index/00"
  # As the program would describe and tag it.
  description             = "Index of Zoho OAuth tokens; written by zoho-token-store"
  kms_key_id              = local.kms_key_arn
  recovery_window_in_days = var.recovery_window_in_days

  tags = merge(var.tags, {
    (local.tag_prefix) = var.prefix
    (local.tag_kind)   = "index"
    (local.tag_schema) = "1"
  })
}

# Keeps other accounts out, even if someone adds a statement that lets them in.
resource "aws_secretsmanager_secret_policy" "index" {
  count = var.create_index_container ? 1 : 0

  secret_arn          = aws_secretsmanager_secret.index[0].arn
  policy              = local.resource_policy
  block_public_policy = true
}

locals {
  resource_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "NoOtherAccount"
      Effect    = "Deny"
      Principal = "*"
      Action    = "secretsmanager:*"
      Resource  = "*"
      Condition = {
        StringNotEquals = { "aws:PrincipalAccount" = local.account }
        Bool            = { "aws:PrincipalIsAWSService" = "false" }
      }
    }]
  })
}

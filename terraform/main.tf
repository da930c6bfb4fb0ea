# Names that the rest of the module shares.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  # `name` is deprecated in version 6 of the provider, and `region` is not in version 5.
  region = data.aws_region.current.id

  # Not `prefix/*`: that would take in the secrets of `prefix/inner`, another namespace. The last
  # asterisk also stands for the six characters that Secrets Manager adds to a name.
  secrets    = "arn:${local.partition}:secretsmanager:${local.region}:${local.account}:secret:"
  tokens_arn = "${local.secrets}${var.prefix}/token/*"
  pages_arn  = "${local.secrets}${var.prefix}/index/*"
  store_arns = [local.tokens_arn, local.pages_arn]

  # Tags that the program sets on its secrets.
  tag_prefix = "zoho-token-store:prefix"
  tag_kind   = "zoho-token-store:kind"
  tag_schema = "zoho-token-store:schema"
  tag_user   = "zoho-token-store:user"
  tag_client = "zoho-token-store:client"

  # For names that may not have all that a prefix may.
  slug = replace(replace(var.prefix, "/[^A-Za-z0-9_-]/", "-"), "/-+/", "-")
}

# Secrets Manager without a way to the internet.

resource "aws_vpc_endpoint" "secrets_manager" {
  count = var.create_vpc_endpoint ? 1 : 0

  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${local.region}.secretsmanager"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = var.subnet_ids
  security_group_ids  = var.security_group_ids
  tags                = merge(var.tags, { Name = "${local.slug}-secretsmanager" })

  # Not narrowed to the namespace: an endpoint that refuses one secret of a batch refuses the batch. What
  # a program may do is for its role to say; this keeps keys of other accounts out.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OwnAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = "secretsmanager:*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalAccount" = local.account } }
    }]
  })
}

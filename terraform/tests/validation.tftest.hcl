# Each rule about inputs refuses what it is there to refuse. scripts/terraform-test runs this on the
# variables alone, which takes no provider, and tries the prefixes of tests/prefixes.json as well.

variables {
  key = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
}

run "user_tag" {
  command         = plan
  expect_failures = [var.user_tag]
  variables {
    user_tag = "hidden"
  }
}

run "tags_of_aws" {
  command         = plan
  expect_failures = [var.tags]
  variables {
    tags = { "AWS:team" = "crm" }
  }
}

run "tags_of_the_program" {
  command         = plan
  expect_failures = [var.tags]
  variables {
    tags = { "zoho-token-store:client" = "1000.C" }
  }
}

run "recovery_too_short" {
  command         = plan
  expect_failures = [var.recovery_window_in_days]
  variables {
    recovery_window_in_days = 6
  }
}

run "recovery_too_long" {
  command         = plan
  expect_failures = [var.recovery_window_in_days]
  variables {
    recovery_window_in_days = 31
  }
}

run "two_keys" {
  command         = plan
  expect_failures = [var.use_kms_key]
  variables {
    create_kms_key = true
    use_kms_key    = true
    kms_key_arn    = var.key
  }
}

run "a_key_without_a_name" {
  command         = plan
  expect_failures = [var.use_kms_key]
  variables {
    use_kms_key = true
  }
}

run "a_key_that_is_not_used" {
  command         = plan
  expect_failures = [var.use_kms_key]
  variables {
    kms_key_arn = var.key
  }
}

run "an_alias_for_a_key" {
  command         = plan
  expect_failures = [var.kms_key_arn]
  variables {
    use_kms_key = true
    kms_key_arn = "arn:aws:kms:eu-west-1:111122223333:alias/mine"
  }
}

run "kms_deletion_too_short" {
  command         = plan
  expect_failures = [var.kms_deletion_window_in_days]
  variables {
    kms_deletion_window_in_days = 6
  }
}

run "a_role_without_a_policy" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    roles = { r = { policy = "admin", trust = "lambda" } }
  }
}

run "a_role_that_trusts_someone_else" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    roles = { r = { policy = "reader", trust = "ec2" } }
  }
}

run "irsa_without_an_account" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    roles = { r = { policy = "reader", trust = "irsa", oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/x" } }
  }
}

run "irsa_for_any_account" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    roles = { r = { policy = "reader", trust = "irsa", oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/x", namespace = "crm", service_account = "*" } }
  }
}

run "an_account_without_irsa" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    roles = { r = { policy = "reader", trust = "lambda", service_account = "sync" } }
  }
}

run "a_name_that_no_role_has" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    roles = { "a/b" = { policy = "reader", trust = "lambda" } }
  }
}

run "a_role_without_managed_policies" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    create_policies = false
    roles           = { r = { policy = "reader", trust = "lambda" } }
  }
}

run "a_client_that_is_not_named" {
  command         = plan
  expect_failures = [var.roles]
  variables {
    restrict_to_client = true
    roles              = { r = { policy = "reader", trust = "lambda" } }
  }
}

run "an_attachment_without_a_policy" {
  command         = plan
  expect_failures = [var.attachments]
  variables {
    attachments = { mine = { role = "mine", policy = "admin" } }
  }
}

run "an_attachment_without_managed_policies" {
  command         = plan
  expect_failures = [var.attachments]
  variables {
    create_policies = false
    attachments     = { mine = { role = "mine", policy = "reader" } }
  }
}

run "an_endpoint_without_a_vpc" {
  command         = plan
  expect_failures = [var.create_vpc_endpoint]
  variables {
    create_vpc_endpoint = true
    subnet_ids          = ["subnet-1"]
    security_group_ids  = ["sg-1"]
  }
}

run "trail_alarms_without_a_trail" {
  command         = plan
  expect_failures = [var.enable_trail_alarms]
  variables {
    enable_trail_alarms = true
  }
}

run "application_alarms_without_a_log" {
  command         = plan
  expect_failures = [var.enable_application_alarms]
  variables {
    enable_application_alarms = true
  }
}

run "a_threshold_of_nothing" {
  command         = plan
  expect_failures = [var.alarm_thresholds]
  variables {
    alarm_thresholds = { throttled = 0 }
  }
}

# Alarms on lines of logs. AWS has no metric of its own for refused or throttled calls.

locals {
  metric_namespace = "ZohoTokenStore"

  # What CloudTrail writes. A refusal names the secret by its name or ARN, whichever the caller gave.
  trail_patterns = {
    access_denied    = "{ ($.eventSource = \"secretsmanager.amazonaws.com\") && ($.errorCode = \"AccessDenied*\") && ($.errorMessage = \"*${var.prefix}/*\") }"
    pending_deletion = "{ ($.eventName = \"GetSecretValue\") && ($.errorMessage = \"*secret because it was marked for deletion*\") }"
  }

  # What the program writes; the tests look these texts up in its source.
  application_patterns = {
    throttled    = "?\"throttled:\" ?\"served from the cache beyond its time\""
    index_behind = "?\"the index still names deleted tokens\" ?\"Listings do not know the token yet\""
  }

  alarm_texts = {
    access_denied    = "Someone was refused a secret under ${var.prefix}."
    pending_deletion = "Secrets that are scheduled for deletion are asked for. A few are normal after deletions."
    throttled        = "AWS throttles: the 50 writes a second that all programs of the account share are used up."
    index_behind     = "The index of ${var.prefix} is behind: run ztok doctor."
  }

  alarms = merge(
    { for name, pattern in local.trail_patterns : name => { pattern = pattern, group = var.trail_log_group_name } if var.enable_trail_alarms },
    { for name, pattern in local.application_patterns : name => { pattern = pattern, group = var.application_log_group_name } if var.enable_application_alarms },
  )
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.alarms

  name           = "${local.slug}-${each.key}"
  log_group_name = each.value.group
  pattern        = each.value.pattern

  metric_transformation {
    name          = "${local.slug}-${each.key}"
    namespace     = local.metric_namespace
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.slug}-${each.key}"
  alarm_description   = local.alarm_texts[each.key]
  namespace           = local.metric_namespace
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = var.alarm_thresholds[each.key]
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
  tags                = var.tags
}

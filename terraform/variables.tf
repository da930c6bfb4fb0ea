# What every deployment says.

variable "prefix" {
  description = "First part of all secret names: the namespace. The same as the program's ZTOK_PREFIX."
  type        = string
  default     = "zoho-token-store"
  nullable    = false

  # The grammar of the program, held to the same vectors: tests/prefixes.json.
  validation {
    condition     = length(var.prefix) >= 1 && length(var.prefix) <= 128
    error_message = "The prefix must have 1 to 128 characters."
  }
  validation {
    condition     = can(regex("^[A-Za-z0-9/_+=.@-]*$", var.prefix))
    error_message = "The prefix may only have ASCII letters, digits and /_+=.@-"
  }
  validation {
    condition     = !can(regex("^/|/$|//", var.prefix))
    error_message = "The prefix must not start or end with a slash, or have two in a row."
  }
  validation {
    condition     = length(setintersection(split("/", var.prefix), ["token", "index"])) == 0
    error_message = "The prefix must not have `token` or `index` between slashes."
  }
}

variable "user_tag" {
  description = "How secrets are tagged with their user: `plain`, or `digest` for a hash instead of the name."
  type        = string
  default     = "plain"
  nullable    = false

  validation {
    condition     = contains(["plain", "digest"], var.user_tag)
    error_message = "The user tag is plain or digest."
  }
}

variable "tags" {
  description = "Tags of all that the module makes."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:") && !startswith(key, "zoho-token-store:")])
    error_message = "Tags must not begin with aws: or zoho-token-store: these belong to AWS and to the program."
  }
}

# The index.

variable "create_index_container" {
  description = "Whether to make the secret of the first index page, without a value: the program writes the first one. Without it the program makes the secret, too."
  type        = bool
  default     = true
  nullable    = false
}

variable "recovery_window_in_days" {
  description = "Days for which a destroyed index page can be restored: 7 to 30, or 0 for none."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.recovery_window_in_days == 0 || (var.recovery_window_in_days >= 7 && var.recovery_window_in_days <= 30)
    error_message = "The recovery window is 0, or 7 to 30 days."
  }
}

# The key.

variable "create_kms_key" {
  description = "Whether to make a KMS key for the secrets. Without one, and without kms_key_arn, they are encrypted with aws/secretsmanager."
  type        = bool
  default     = false
  nullable    = false
}

variable "use_kms_key" {
  description = "Whether kms_key_arn names a key to use."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.use_kms_key && var.create_kms_key)
    error_message = "Either a key is made (create_kms_key) or one is used (use_kms_key)."
  }
  validation {
    condition     = var.use_kms_key == (var.kms_key_arn != null)
    error_message = "use_kms_key and kms_key_arn go together."
  }
}

variable "kms_key_arn" {
  description = "ARN of a KMS key that exists, with use_kms_key. No alias: policies name keys by ARN."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "kms_deletion_window_in_days" {
  description = "Days for which the deletion of the KMS key can be cancelled: 7 to 30."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.kms_deletion_window_in_days >= 7 && var.kms_deletion_window_in_days <= 30
    error_message = "The deletion window of a KMS key is 7 to 30 days."
  }
}

# The network and alarms, both optional.

variable "create_vpc_endpoint" {
  description = "Whether to make an interface endpoint for Secrets Manager in a VPC."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.create_vpc_endpoint || (var.vpc_id != null && length(var.subnet_ids) > 0 && length(var.security_group_ids) > 0)
    error_message = "create_vpc_endpoint takes vpc_id, subnet_ids and security_group_ids."
  }
}

variable "vpc_id" {
  description = "The VPC of the endpoint."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Subnets of the endpoint: one for each zone in which programs run."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "security_group_ids" {
  description = "Security groups of the endpoint; they let in TCP 443 from the programs."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "enable_trail_alarms" {
  description = "Whether to raise alarms on what CloudTrail tells: access denied, and reads of secrets that are scheduled for deletion."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.enable_trail_alarms == (var.trail_log_group_name != null)
    error_message = "enable_trail_alarms and trail_log_group_name go together."
  }
}

variable "trail_log_group_name" {
  description = "The log group that CloudTrail writes management events of this region to."
  type        = string
  default     = null
}

variable "enable_application_alarms" {
  description = "Whether to raise alarms on what the program itself logs: throttling, and an index that is behind."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = var.enable_application_alarms == (var.application_log_group_name != null)
    error_message = "enable_application_alarms and application_log_group_name go together."
  }
}

variable "application_log_group_name" {
  description = "The log group of the program that uses the store."
  type        = string
  default     = null
}

variable "alarm_actions" {
  description = "ARNs that are told of alarms and of their end, such as SNS topics."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "alarm_thresholds" {
  description = "How many such lines in five minutes raise an alarm."
  type = object({
    access_denied    = optional(number, 1)
    pending_deletion = optional(number, 5)
    throttled        = optional(number, 10)
    index_behind     = optional(number, 1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for threshold in values(var.alarm_thresholds) : threshold >= 1])
    error_message = "A threshold is 1 or more."
  }
}

# Who may do what.

variable "create_policies" {
  description = "Whether to make the managed policies reader, writer and operator. The output policy_documents has their text in any case."
  type        = bool
  default     = true
  nullable    = false
}

variable "roles" {
  description = <<-EOT
    Roles to make, by name. `policy` is reader, writer or operator; `trust` is lambda, ecs, eks_pod_identity or irsa.
    irsa takes `oidc_provider_arn`, `namespace` and `service_account`, each without wildcards.
    `client_id` becomes the role's tag that restrict_to_client compares.
  EOT
  type = map(object({
    policy            = string
    trust             = string
    client_id         = optional(string)
    oidc_provider_arn = optional(string)
    namespace         = optional(string)
    service_account   = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for role in values(var.roles) : contains(["reader", "writer", "operator"], role.policy)])
    error_message = "The policy of a role is reader, writer or operator."
  }
  validation {
    condition     = alltrue([for role in values(var.roles) : contains(["lambda", "ecs", "eks_pod_identity", "irsa"], role.trust)])
    error_message = "The trust of a role is lambda, ecs, eks_pod_identity or irsa."
  }
  validation {
    condition = alltrue([for role in values(var.roles) : role.trust == "irsa" ? (
      try(length(role.oidc_provider_arn), 0) > 0 && can(regex("^[a-z0-9.-]+$", role.namespace)) && can(regex("^[a-z0-9.-]+$", role.service_account))
    ) : role.oidc_provider_arn == null && role.namespace == null && role.service_account == null])
    error_message = "A role with trust irsa, and no other, takes oidc_provider_arn, namespace and service_account, without wildcards."
  }
  validation {
    condition     = alltrue([for name in keys(var.roles) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))])
    error_message = "The name of a role has 1 to 64 of the characters A-Z a-z 0-9 +=,.@_-"
  }
  validation {
    condition     = length(var.roles) == 0 || var.create_policies
    error_message = "Roles take the managed policies: create_policies."
  }
  validation {
    condition     = !var.restrict_to_client || alltrue([for role in values(var.roles) : role.client_id != null || role.policy == "operator"])
    error_message = "With restrict_to_client each reader and writer takes a client_id: without it, it reaches nothing."
  }
}

variable "attachments" {
  description = "Roles that exist already and get a policy, by any key of yours: `role` is the role's name, `policy` is reader, writer or operator."
  type = map(object({
    role   = string
    policy = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for each in values(var.attachments) : contains(["reader", "writer", "operator"], each.policy)])
    error_message = "The policy of an attachment is reader, writer or operator."
  }
  validation {
    condition     = length(var.attachments) == 0 || var.create_policies
    error_message = "Attachments take the managed policies: create_policies."
  }
}

variable "restrict_to_client" {
  description = "Whether readers and writers reach only tokens of the client that their role's tag `zoho-token-store:client` names, and tokens without a client."
  type        = bool
  default     = false
  nullable    = false
}

variable "operator_reads_values" {
  description = "Whether the operator reads and writes tokens, which the whole doctor, `import` and `delete-all` take. Without it, the operator deletes by id and sees the index."
  type        = bool
  default     = false
  nullable    = false
}

variable "allow_immediate_deletion" {
  description = "Whether writers and operators may delete for good at once (DeletionPolicy::Immediate, `ztok delete --immediate`)."
  type        = bool
  default     = false
  nullable    = false
}

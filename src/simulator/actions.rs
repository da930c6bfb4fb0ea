//! One call: who may make it, and which action it is.

use crate::{Timestamp, Verb};

use super::fault::Plan;
use super::state::State;
use super::wire::{Fields, Refused, Reply};

/// What an action works with.
pub(super) struct Call<'a> {
    pub(super) fields: &'a Fields,
    pub(super) state: &'a mut State,
    pub(super) plan: &'a Plan,
    pub(super) now: Timestamp,
}

impl Call<'_> {
    pub(super) fn perform(self, action: &str) -> Reply {
        self.permit_all(action)?;
        match action {
            "BatchGetSecretValue" => self.batch_get_secret_value(),
            "CreateSecret" => self.create_secret(),
            "DeleteSecret" => self.delete_secret(),
            "DescribeSecret" => self.describe_secret(),
            "GetSecretValue" => self.get_secret_value(),
            "ListSecretVersionIds" => self.list_secret_version_ids(),
            "ListSecrets" => self.list_secrets(),
            "PutSecretValue" => self.put_secret_value(),
            "RestoreSecret" => self.restore_secret(),
            "TagResource" => self.tag_resource(),
            "UntagResource" => self.untag_resource(),
            "UpdateSecret" => self.update_secret(),
            "UpdateSecretVersionStage" => self.update_secret_version_stage(),
            _ => Err(Refused::new("UnknownOperationException", "")),
        }
    }

    fn permit_all(&self, action: &str) -> Result<(), Refused> {
        let Some(verb) = Verb::from_target(action) else {
            return Ok(());
        };
        let names = names(self.fields);
        if matches!(verb, Verb::BatchGetSecretValue | Verb::ListSecrets) {
            // A permission for a batch or a listing cannot be bound to a secret.
            return self.plan.check(verb, "", "*");
        }
        for name in &names {
            self.permit(verb, name)?;
            // Tags in a new secret need the permission to tag.
            if verb == Verb::CreateSecret && self.fields.has("Tags") {
                self.permit(Verb::TagResource, name)?;
            }
        }
        Ok(())
    }

    pub(super) fn permit(&self, verb: Verb, id: &str) -> Result<(), Refused> {
        let name = self.state.name_of(id);
        self.plan.check(verb, name, &self.state.resource(name))
    }
}

/// The secrets that a request names.
pub(super) fn names(fields: &Fields) -> Vec<String> {
    let one = |field| fields.text(field).ok().flatten().map(|name| vec![name]);
    let names = fields.texts("SecretIdList").ok().flatten();
    let names = names.or_else(|| one("SecretId")).or_else(|| one("Name"));
    let names = names.unwrap_or_default();
    names.into_iter().map(str::to_owned).collect()
}

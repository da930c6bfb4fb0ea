//! Search filters.

use super::limits::size_between;
use super::secret::Secret;
use super::wire::{Fields, Refused};

const MAX_FILTERS: usize = 10;

pub(super) struct Filter {
    key: Attribute,
    values: Vec<String>,
}

#[derive(Clone, Copy)]
enum Attribute {
    All,
    Description,
    Name,
    TagKey,
    TagValue,
}

pub(super) fn filters(fields: &Fields) -> Result<Vec<Filter>, Refused> {
    let sent = fields.objects("Filters")?.unwrap_or_default();
    size_between("filters", sent.len(), 0, MAX_FILTERS)?;
    sent.iter().map(Filter::parse).collect()
}

impl Filter {
    fn parse(fields: &Fields) -> Result<Self, Refused> {
        let key = match fields.required("Key")? {
            "all" => Attribute::All,
            "description" => Attribute::Description,
            "name" => Attribute::Name,
            "tag-key" => Attribute::TagKey,
            "tag-value" => Attribute::TagValue,
            _ => {
                return Err(not_one_of(
                    "filters.1.member.key",
                    "[all, name, tag-key, description, tag-value]",
                ));
            }
        };
        let values = fields.texts("Values")?.unwrap_or_default();
        size_between("filters.values", values.len(), 1, MAX_FILTERS)?;
        for value in &values {
            size_between("filters.values", value.chars().count(), 1, 512)?;
            let allowed = |c: char| c.is_ascii_alphanumeric() || " :_@/+=.-!".contains(c);
            if !value.chars().all(allowed) {
                return Err(Refused::constraint(
                    "filters.values",
                    "Member must satisfy regular expression pattern: ^\\!?[a-zA-Z0-9 :_@\\/\\+\\=\\.\\-\\!]*$",
                ));
            }
        }
        let values = values.into_iter().map(str::to_owned).collect();
        Ok(Self { key, values })
    }

    /// Whether any value matches; a value after `!` matches what it would not match without.
    pub(super) fn matches(&self, secret: &Secret) -> bool {
        self.values
            .iter()
            .any(|value| match value.strip_prefix('!') {
                Some(value) => !self.key.finds(value, secret),
                None => self.key.finds(value, secret),
            })
    }
}

impl Attribute {
    fn finds(self, value: &str, secret: &Secret) -> bool {
        let description = secret.description.as_deref().unwrap_or_default();
        match self {
            Self::Name => secret.name.starts_with(value),
            Self::Description => description
                .to_lowercase()
                .starts_with(&value.to_lowercase()),
            Self::TagKey => secret.tags.iter().any(|(key, _)| key.starts_with(value)),
            Self::TagValue => secret.tags.iter().any(|(_, v)| v.starts_with(value)),
            Self::All => {
                let tags = secret.tags.iter().flat_map(|(key, value)| [key, value]);
                let all: Vec<String> = tags
                    .map(String::as_str)
                    .chain([secret.name.as_str(), description])
                    .map(str::to_lowercase)
                    .collect();
                let value = value.to_lowercase();
                let mut words = value.split(|c: char| !c.is_alphanumeric());
                words.all(|word| all.iter().any(|text| text.contains(word)))
            }
        }
    }
}

pub(super) fn not_one_of(field: &str, values: &str) -> Refused {
    Refused::constraint(
        field,
        &format!("Member must satisfy enum value set: {values}"),
    )
}

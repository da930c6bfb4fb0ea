//! The words of a call.

use aws_sdk_secretsmanager::primitives::Blob;
use aws_sdk_secretsmanager::types::{Filter, Tag};

/// What follows the verb.
pub struct Words<'a> {
    words: Vec<&'a str>,
    prefix: &'a str,
}

impl<'a> Words<'a> {
    pub fn new(words: Vec<&'a str>, prefix: &'a str) -> Self {
        Self { words, prefix }
    }

    pub fn secret(&self) -> String {
        self.name(self.words.first().copied().unwrap_or_default())
    }

    /// All the secrets named; `ids=21` for that many.
    pub fn secrets(&self) -> Option<Vec<String>> {
        let plain = self.words.iter().filter(|word| !word.contains('='));
        let many = self.option("ids").and_then(|n| n.parse().ok());
        let many = (0..many.unwrap_or(0)).map(|n: usize| n.to_string());
        let names = plain.map(|word| (*word).to_owned()).chain(many);
        let names: Vec<String> = names.map(|word| self.name(&word)).collect();
        Some(names).filter(|names| !names.is_empty())
    }

    fn name(&self, word: &str) -> String {
        let name = format!("{}{word}", self.prefix);
        // `n*512` is a name of that length, prefix included.
        match word
            .split_once('*')
            .map(|(fill, length)| (fill, length.parse::<usize>()))
        {
            Some((fill, Ok(length))) => {
                self.prefix.to_owned() + &fill.repeat(length - self.prefix.len())
            }
            _ => name,
        }
    }

    pub fn has(&self, flag: &str) -> bool {
        self.words.contains(&flag)
    }

    pub fn option(&self, name: &str) -> Option<String> {
        let mut options = self.words.iter().filter_map(|word| word.split_once('='));
        options
            .find(|(key, _)| *key == name)
            .map(|(_, text)| expand(text))
    }

    pub fn list(&self, name: &str) -> Option<Vec<String>> {
        let text = self.option(name)?;
        Some(text.split(',').map(str::to_owned).collect())
    }

    pub fn value(&self) -> Option<String> {
        self.option("v")
    }

    pub fn bytes(&self) -> Option<Blob> {
        self.option("bytes").map(Blob::new)
    }

    /// `#1`, or `token=` for one that is no version id.
    pub fn token(&self) -> Option<String> {
        let id = self.words.iter().find(|word| word.starts_with('#'));
        id.map(|id| expand(id)).or_else(|| self.option("token"))
    }

    /// `stage=A,B`; `stages=21` for that many.
    pub fn stages(&self) -> Option<Vec<String>> {
        let many = self.option("stages").and_then(|n| n.parse().ok());
        let many = many.map(|n: usize| (0..n).map(|n| format!("L{n}")).collect());
        self.list("stage").or(many)
    }

    /// `key:k=v`; `tags=51` for that many.
    pub fn tags(&self) -> Option<Vec<Tag>> {
        let tag =
            |key: &str, value: &str| Tag::builder().key(expand(key)).value(expand(value)).build();
        let tags = self.words.iter().filter_map(|word| {
            let (key, value) = word.strip_prefix("key:")?.split_once('=')?;
            Some(tag(key, value))
        });
        let many = self.option("tags").and_then(|n| n.parse().ok());
        let many = (0..many.unwrap_or(0)).map(|n: usize| tag(&format!("k{n}"), "v"));
        Some(tags.chain(many).collect::<Vec<_>>()).filter(|tags| !tags.is_empty())
    }

    /// `by-name=a`, `by-tag-key=k,!l` and so on; names are local.
    pub fn filters(&self) -> Option<Vec<Filter>> {
        let filters = self.words.iter().filter_map(|word| {
            let (key, values) = word.strip_prefix("by-")?.split_once('=')?;
            let value = |value: &str| match key {
                "name" => self.name(value),
                _ => value.replace('@', self.prefix),
            };
            let values = values.split(',').map(value).collect();
            Some(
                Filter::builder()
                    .key(key.into())
                    .set_values(Some(values))
                    .build(),
            )
        });
        Some(filters.collect::<Vec<_>>()).filter(|filters| !filters.is_empty())
    }
}

/// `#1` as a version id, `x*3` as `xxx`.
fn expand(word: &str) -> String {
    if let Some(number) = word.strip_prefix('#') {
        return format!("{number:0>32}");
    }
    match word
        .split_once('*')
        .map(|(text, times)| (text, times.parse::<usize>()))
    {
        Some((text, Ok(times))) => text.repeat(times),
        _ => word.to_owned(),
    }
}

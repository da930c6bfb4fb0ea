//! Rules about public functions.

use super::Violations;
use super::sources::{File, Sources};

/// Getters are named after what they give; `get_tokens` is a name that Zoho's SDKs fixed.
pub fn names(sources: &Sources) -> Violations {
    let is_get = |name: &str| name.starts_with("get_") && name != "get_tokens";
    each(sources, "is named get_", |signature| {
        is_get(signature.name())
    })
}

/// A call site shows what an enum's variant means, not what `true` does.
pub fn bools(sources: &Sources) -> Violations {
    each(sources, "has a bool parameter", |signature| {
        signature.parameters().iter().any(|parameter| {
            let kind = parameter.split_once(": ").map(|(_, kind)| kind);
            matches!(kind, Some("bool" | "Option<bool>" | "&bool" | "&mut bool"))
        })
    })
}

/// A function from its name to its body, in one line.
struct Signature(String);

impl Signature {
    fn name(&self) -> &str {
        self.0
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default()
    }

    /// What is between the outermost parentheses, cut at its own commas.
    fn parameters(&self) -> Vec<String> {
        let mut parameters = vec![String::new()];
        let mut depth = 0;
        // Past the generics, where bounds may have parentheses.
        let start = self.0.find('(').unwrap_or(self.0.len());
        for c in self.0[start..].chars() {
            match c {
                '(' | '[' | '<' => depth += 1,
                ')' | ']' => depth -= 1,
                '>' if depth > 1 => depth -= 1,
                ',' if depth == 1 => {
                    parameters.push(String::new());
                    continue;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if let Some(parameter) = parameters.last_mut() {
                parameter.push(c);
            }
        }
        let clean = |parameter: String| parameter.trim_start_matches('(').trim().replace("->", "");
        parameters.into_iter().map(clean).collect()
    }
}

fn each(sources: &Sources, fault: &str, is_fault: impl Fn(&Signature) -> bool) -> Violations {
    let mut violations = Vec::new();
    for file in sources.rust(&["src/"]) {
        for (number, signature) in signatures(file) {
            if is_fault(&signature) {
                violations.push(file.at(number, &format!("pub fn {} {fault}", signature.name())));
            }
        }
    }
    violations
}

/// Public functions with their lines.
fn signatures(file: &File) -> Vec<(usize, Signature)> {
    let code: Vec<_> = file.code().collect();
    let signature = |(n, line): (usize, &&super::sources::Line)| {
        let text = line.text.trim_start();
        let (qualifiers, name) = text.split_once("fn ")?;
        let known = |word| ["pub", "async", "const", "unsafe"].contains(&word);
        if !qualifiers.starts_with("pub ") || !qualifiers.split_whitespace().all(known) {
            return None;
        }
        let mut signature = name.to_owned();
        for next in code.iter().skip(n + 1) {
            if signature.contains('{') || signature.ends_with(';') {
                break;
            }
            signature = format!("{signature} {}", next.text.trim());
        }
        Some((line.number, Signature(signature)))
    };
    code.iter().enumerate().filter_map(signature).collect()
}

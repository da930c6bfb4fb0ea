//! Rules about Markdown.

use std::path::{Component, Path, PathBuf};

use super::Violations;
use super::sources::{File, Line, Sources};

/// The most lines that the map of the code may have.
const MAX_MAP: usize = 150;

/// ARCHITECTURE.md, once it exists, is short and names every top-level module.
pub fn architecture(sources: &Sources) -> Violations {
    let Some(map) = sources.file("ARCHITECTURE.md") else {
        return Vec::new();
    };
    let mut violations = Vec::new();
    let length = map.lines.len();
    if length > MAX_MAP {
        violations.push(map.at(length, &format!("{length} lines, more than {MAX_MAP}")));
    }
    let names = |word: &str| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        map.lines
            .iter()
            .any(|line| line.text.split(|c| !is_part(c)).any(|part| part == word))
    };
    for line in sources
        .file("src/lib.rs")
        .iter()
        .flat_map(|file| file.code())
    {
        let item = line.text.trim_start_matches("pub ").strip_prefix("mod ");
        let module = item.and_then(|rest| rest.strip_suffix(';'));
        if let Some(module) = module.filter(|module| !names(module)) {
            let fault = format!("the module {module} is not in ARCHITECTURE.md");
            violations.push(format!("src/lib.rs:{}: {fault}", line.number));
        }
    }
    violations
}

/// Every relative link leads to a file of the repository.
pub fn links(sources: &Sources) -> Violations {
    let mut violations = Vec::new();
    let documents = sources
        .files
        .iter()
        .filter(|file| file.path.ends_with(".md"));
    for file in documents {
        for line in prose(file) {
            let dead = targets(&line.text).into_iter().filter(|target| {
                let path = target.split('#').next().unwrap_or_default();
                !path.is_empty() && !leads_somewhere(sources, file, path)
            });
            violations.extend(
                dead.map(|target| file.at(line.number, &format!("no such file: {target}"))),
            );
        }
    }
    violations
}

/// Lines outside code blocks.
fn prose(file: &File) -> impl Iterator<Item = &Line> {
    let mut in_block = false;
    file.lines.iter().filter(move |line| {
        let fence = line.text.trim_start().starts_with("```");
        in_block ^= fence;
        !in_block && !fence
    })
}

/// The relative targets of a line's links, `[text](target)` and `[name]: target`.
fn targets(line: &str) -> Vec<String> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next());
    let definition = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .and_then(|(_, target)| target.split(' ').next());
    let is_relative = |target: &&str| !target.contains("://") && !target.starts_with("mailto:");
    inline
        .chain(definition)
        .filter(is_relative)
        .map(str::to_owned)
        .collect()
}

fn leads_somewhere(sources: &Sources, from: &File, path: &str) -> bool {
    let folder = Path::new(&from.path).parent().unwrap_or(Path::new(""));
    let mut target = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::ParentDir => {
                if !target.pop() {
                    return false;
                }
            }
            Component::CurDir => {}
            other => target.push(other),
        }
    }
    sources.exists(&target)
}

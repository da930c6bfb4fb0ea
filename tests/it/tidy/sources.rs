//! The repository's files, and which of their lines are code of the product.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Violations;

/// The most lines that a file of code may have.
const MAX_LINES: usize = 400;

/// The text files of the repository.
pub struct Sources {
    pub files: Vec<File>,
    root: Option<PathBuf>,
}

pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    pub lines: Vec<Line>,
}

pub struct Line {
    /// From 1.
    pub number: usize,
    pub text: String,
    /// Neither a comment nor part of a unit test.
    pub is_code: bool,
    /// Part of an item under `#[cfg(test)]`.
    pub is_test: bool,
}

impl Sources {
    /// Reads the Rust and Markdown files below a directory.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        let mut rest = vec![root.to_owned()];
        while let Some(directory) = rest.pop() {
            for entry in fs::read_dir(&directory)? {
                let entry = entry?;
                let (path, kind) = (entry.path(), entry.file_type()?);
                let name = entry.file_name().to_string_lossy().into_owned();
                let passed_over =
                    name.starts_with('.') || ["target", "node_modules"].contains(&&*name);
                if kind.is_dir() && !passed_over {
                    rest.push(path);
                } else if kind.is_file() && [".rs", ".md"].iter().any(|end| name.ends_with(end)) {
                    let relative = path.strip_prefix(root).unwrap_or(&path);
                    let relative = relative.to_string_lossy().replace('\\', "/");
                    files.push(File::new(&relative, &fs::read_to_string(&path)?));
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        mark_test_files(&mut files);
        let root = Some(root.to_owned());
        Ok(Self { files, root })
    }

    /// A repository of one file.
    pub fn of(path: &str, text: &str) -> Self {
        let files = vec![File::new(path, text)];
        Self { files, root: None }
    }

    /// Rust files below one of these directories.
    pub fn rust(&self, below: &'static [&'static str]) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| {
            file.path.ends_with(".rs") && below.iter().any(|start| file.path.starts_with(start))
        })
    }

    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is such a file or directory in the repository.
    pub fn exists(&self, path: &Path) -> bool {
        let known = self.files.iter().any(|file| Path::new(&file.path) == path);
        known
            || self
                .root
                .as_ref()
                .is_some_and(|root| root.join(path).exists())
    }
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        let is_rust = path.ends_with(".rs");
        // The end of the item under `#[cfg(test)]` that a line belongs to, by its indentation:
        // the code is formatted.
        let mut test: Option<String> = None;
        let line = |(number, text): (usize, &str)| {
            let trimmed = text.trim_start();
            let indent = &text[..text.len() - trimmed.len()];
            let starts = test.is_none() && is_rust && trimmed.starts_with("#[cfg(test)]");
            if starts {
                test = Some(indent.to_owned());
            }
            let is_test = test.is_some();
            let at_end = test.as_deref().is_some_and(|outer| {
                let closes = trimmed.starts_with('}') && indent == outer;
                let one_line = indent == outer
                    && !starts
                    && !trimmed.starts_with('#')
                    && trimmed.ends_with([';', '}']);
                closes || one_line
            });
            if at_end {
                test = None;
            }
            Line {
                number,
                text: text.to_owned(),
                is_code: !is_test && !trimmed.starts_with("//"),
                is_test,
            }
        };
        Self {
            path: path.to_owned(),
            lines: (1..).zip(text.lines()).map(line).collect(),
        }
    }

    /// Lines of code, whatever they are for.
    pub fn code(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.is_code)
    }

    pub fn at(&self, number: usize, fault: &str) -> String {
        format!("{}:{number}: {fault}", self.path)
    }
}

/// A file that its parent includes as `#[cfg(test)] mod name;` is a test as a whole.
fn mark_test_files(files: &mut [File]) {
    let mut tests = Vec::new();
    for file in files.iter() {
        let parent = file.path.trim_end_matches(".rs");
        let folder = match parent.rsplit_once('/') {
            Some((folder, "lib" | "main" | "mod")) => folder,
            _ => parent,
        };
        let included = file
            .lines
            .iter()
            .filter(|line| line.is_test)
            .filter_map(|line| {
                line.text
                    .trim()
                    .strip_suffix(';')?
                    .rsplit_once("mod ")
                    .map(|(_, name)| name)
            });
        tests.extend(included.map(|name| format!("{folder}/{name}")));
    }
    for file in files {
        let path = file.path.trim_end_matches(".rs");
        let is_test = |test: &String| path == test || path.starts_with(&format!("{test}/"));
        if tests.iter().any(is_test) {
            for line in &mut file.lines {
                (line.is_code, line.is_test) = (false, true);
            }
        }
    }
}

/// A file of code fits into a reader's head.
pub fn lengths(sources: &Sources) -> Violations {
    let long = sources
        .rust(&["src/", "tests/"])
        .filter(|file| file.lines.len() > MAX_LINES);
    long.map(|file| {
        let lines = file.lines.len();
        file.at(lines, &format!("{lines} lines, more than {MAX_LINES}"))
    })
    .collect()
}

/// Product code is read first: nothing comes after a file's unit tests.
pub fn tests_last(sources: &Sources) -> Violations {
    let mut violations = Vec::new();
    for file in sources.rust(&["src/"]) {
        let tests = file
            .lines
            .iter()
            .position(|line| line.text == "mod tests {");
        let mut after = file.lines.iter().skip(tests.unwrap_or(usize::MAX));
        let late = after.find(|line| line.is_code && !line.text.is_empty());
        violations
            .extend(late.map(|line| file.at(line.number, "product code after the unit tests")));
    }
    violations
}

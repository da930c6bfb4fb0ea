//! Reads `table.txt`.

const TABLE: &str = include_str!("table.txt");

/// A rule of the service.
#[derive(Clone, Default)]
pub struct Rule {
    pub name: &'static str,
    pub steps: Vec<Step>,
}

/// A call and its answers.
#[derive(Clone)]
pub struct Step {
    pub call: &'static str,
    pub aws: &'static str,
    /// What an emulator answers instead.
    pub deviations: Vec<(&'static str, &'static str)>,
}

impl Step {
    pub fn deviation(&self, target: &str) -> Option<&'static str> {
        let mut deviations = self.deviations.iter();
        deviations
            .find(|(name, _)| *name == target)
            .map(|(_, answer)| *answer)
    }
}

/// All rules, in the order of the table. An indented line belongs to the line above it.
pub fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    // The first paragraph says what the table is.
    for line in TABLE.lines().skip_while(|line| !line.is_empty()) {
        let text = line.trim();
        let indent = line.len() - text.len();
        let steps = rules.last_mut().map(|rule| &mut rule.steps);
        match (indent, steps) {
            _ if text.is_empty() || text.starts_with("--") => {}
            (0, _) => rules.push(Rule {
                name: text,
                steps: Vec::new(),
            }),
            (2, Some(steps)) => {
                let (call, aws) = text.split_once(" -> ").unwrap_or((text, ""));
                steps.push(Step {
                    call,
                    aws,
                    deviations: Vec::new(),
                });
            }
            (_, steps) => {
                let step = steps.and_then(|steps| steps.last_mut());
                let deviation = text.split_once(": ");
                if let (Some(step), Some(deviation)) = (step, deviation) {
                    step.deviations.push(deviation);
                }
            }
        }
    }
    rules
}

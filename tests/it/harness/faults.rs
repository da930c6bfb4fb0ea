//! A harness that does not work, and a store that does not return, are failures with a reason. What a
//! harness cannot do is left out, and said.

use std::sync::Arc;

use async_trait::async_trait;
use libtest_mimic::Failed;
use zoho_token_store::testkit::{
    self, BoxError, Capabilities, Capability, Case, Change, Harness, Opening, Verdict,
};
use zoho_token_store::{Error, MemoryTokenStore, OAuthToken, Saved, TokenStore};

use crate::contract::words::*;
use crate::target::Target;
use crate::zoo::animal::{Broken, Caged, animal};
use crate::zoo::den::{Den, Zoo};
use crate::zoo::savers::LosesUpdates;

/// What a harness cannot do.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    Open,
    Change,
    Close,
}

/// One memory without anything beyond the least.
#[derive(Default)]
struct Bare {
    store: Arc<MemoryTokenStore>,
    fault: Option<Fault>,
}

#[async_trait]
impl Harness for Bare {
    fn capabilities(&self) -> Capabilities {
        match self.fault {
            Some(Fault::Change) => Capabilities::new().with(Capability::Removal),
            _ => Capabilities::new(),
        }
    }

    async fn open(&self, opening: &Opening) -> Result<Arc<dyn TokenStore>, BoxError> {
        if self.fault == Some(Fault::Open) || opening.handle != testkit::Handle::First {
            return Err("there is no such place".into());
        }
        Ok(self.store.clone())
    }

    async fn close(&self) -> Result<(), BoxError> {
        match self.fault {
            Some(Fault::Close) => Err("the place is in use".into()),
            _ => Ok(()),
        }
    }
}

animal!(NeverReturns {
    async fn find_token(&self, _: &OAuthToken) -> Result<Option<Arc<OAuthToken>>, Error> {
        std::future::pending().await
    }
});

animal!(Unwinds {
    async fn save_token(&self, _: &OAuthToken) -> Result<Saved, Error> {
        // Without a message on the terminal.
        std::panic::resume_unwind(Box::new("out of memory"))
    }
});

/// The report says what went wrong.
pub fn are_reported() -> Result<(), Failed> {
    let faulty = |fault| -> Arc<dyn Harness> {
        Arc::new(Bare {
            fault: Some(fault),
            ..Bare::default()
        })
    };
    let of =
        |open: fn(Den) -> Arc<dyn TokenStore>| -> Arc<dyn Harness> { Arc::new(Zoo::new(open)) };
    for (harness, case, part) in [
        (
            faulty(Fault::Open),
            case("open", "").list([]),
            "the store First cannot be opened: there is no such place",
        ),
        (
            faulty(Fault::Change),
            case("change", "")
                .seed([one()])
                .change(Change::Remove("1".into())),
            "cannot make the change: this harness cannot make the change Remove(TokenId(\"1\"))",
        ),
        (
            faulty(Fault::Close),
            case("close", "").list([]),
            "the harness could not close: the place is in use",
        ),
        (
            of(|den| Arc::new(Caged(NeverReturns(den)))),
            case("time", "").find(at("A"), nothing()),
            "no end after 120s",
        ),
        (
            of(|den| Arc::new(Caged(Unwinds(den)))),
            case("task", "")
                .save_at_once([(testkit::Handle::First, at("A"))], [at("A").keyed("$it")]),
            "a caller did not return",
        ),
        (
            of(|den| Arc::new(Caged(LosesUpdates(den)))),
            case("count", "").seed([id("1").rt("R")]).count_at_once(10),
            "counters that add up to 50",
        ),
    ] {
        // In virtual time: the limit of time passes at once.
        Target::Simulator.block_on(fails(&*harness, &case, part))?;
    }
    Ok(())
}

async fn fails(harness: &dyn Harness, case: &Case, part: &str) -> Result<(), Failed> {
    match testkit::run(case, harness).await {
        Verdict::Failed(failure) if failure.to_string().contains(part) => Ok(()),
        verdict => Err(format!("{}: no {part:?} in {verdict:?}", case.code()).into()),
    }
}

/// A harness of the least runs what applies to it, and the summary names the rest.
pub fn are_left_out() -> Result<(), Failed> {
    Target::Memory.block_on(async {
        let cases = testkit::cases();
        let all = cases.len();
        let applies = |case: &&Case| case.needs().is_empty();
        let (wanted, summary) = (
            cases.iter().filter(applies).count(),
            testkit::run_all(testkit::cases(), Bare::default).await,
        );
        let counts = [
            summary.passed(),
            summary.failures().len(),
            summary.inapplicable().len(),
        ];
        if counts != [wanted, 0, all - wanted] || wanted < all / 2 || wanted == all {
            return Err(format!("of {all}, {wanted} apply; counted {counts:?}:\n{summary}").into());
        }
        let line = "processes::prefix-below does not apply: it needs several namespaces";
        let says = summary.to_string().contains(line);
        says.then_some(())
            .ok_or_else(|| format!("no {line:?} in:\n{summary}").into())
    })
}

/// A group that is not there is no success.
pub fn no_group() -> Result<(), Failed> {
    match testkit::test_group("nonesuch", Bare::default) {
        Err(summary) if summary.to_string().contains("no group nonesuch") => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

//! What can go wrong at one request.

use zoho_token_store::simulator::{Fault, Kind, When};

/// One kind of mishap at the k-th request of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Mishap {
    pub name: &'static str,
    kind: Kind,
    when: When,
    how_often: HowOften,
    pub process: Process,
}

#[derive(Clone, Copy, Debug)]
enum HowOften {
    Once,
    /// From that request on.
    Always,
}

/// What becomes of the process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Process {
    Lives,
    /// It never hears of the request's answer, nor of anything else.
    Dies,
}

impl Mishap {
    /// To be injected just before the operation.
    pub fn at(&self, k: u64) -> Fault {
        let fault = Fault::on_any().at(k).kind(self.kind).when(self.when);
        match self.how_often {
            HowOften::Once => fault,
            HowOften::Always => fault.always(),
        }
    }
}

pub fn mishaps() -> Vec<Mishap> {
    use HowOften::{Always, Once};
    use Process::{Dies, Lives};
    use When::{After, Before};
    let internal = Kind::Error("InternalServiceError");
    [
        ("an error, once", internal, Before, Once, Lives),
        ("errors", internal, Before, Always, Lives),
        (
            "an error after the effect, once",
            internal,
            After,
            Once,
            Lives,
        ),
        ("errors after the effect", internal, After, Always, Lives),
        ("a lost request, once", Kind::Reset, Before, Once, Lives),
        ("a lost reply, once", Kind::Reset, After, Once, Lives),
        ("lost replies", Kind::Reset, After, Always, Lives),
        ("no answer, once", Kind::Hang, Before, Once, Lives),
        ("no answer", Kind::Hang, Before, Always, Lives),
        (
            "no answer after the effect",
            Kind::Hang,
            After,
            Always,
            Lives,
        ),
        (
            "throttled, once",
            Kind::Error("ThrottlingException"),
            Before,
            Once,
            Lives,
        ),
        (
            "throttled",
            Kind::Error("ThrottlingException"),
            Before,
            Always,
            Lives,
        ),
        (
            "access denied",
            Kind::Error("AccessDeniedException"),
            Before,
            Once,
            Lives,
        ),
        (
            "quota used up",
            Kind::Error("LimitExceededException"),
            Before,
            Once,
            Lives,
        ),
        ("death before the effect", Kind::Hang, Before, Always, Dies),
        ("death after the effect", Kind::Hang, After, Always, Dies),
    ]
    .map(|(name, kind, when, how_often, process)| Mishap {
        name,
        kind,
        when,
        how_often,
        process,
    })
    .into()
}

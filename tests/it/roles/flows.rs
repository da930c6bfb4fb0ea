//! What each role does: the table. All start with the tokens 1, 2 and 3.

use zoho_token_store::OAuthToken;
use zoho_token_store::testkit::Op::{Delete, DeleteAll, Find, FindById, List, Save};

use super::Role::{self, Operator, OperatorWithoutValues, Reader, Writer};
use super::flow::{Before, Flow, Step, flow};
use crate::calls::Do::{AtOnce, MustAsk, Together};
use crate::contract::words::*;
use crate::doctor::{Damage, rows};

pub fn flows() -> Vec<Flow> {
    let mut flows = look_ups();
    flows.extend(saves());
    flows.extend(meetings());
    let deleting = [Writer, Operator, OperatorWithoutValues];
    flows.extend(deleting.into_iter().flat_map(deletions));
    flows.extend(imports());
    flows.extend(treatments());
    flows.extend(treatments_without_values());
    flows
}

fn alice() -> OAuthToken {
    user(ALICE).with_client_id("cid")
}

/// Without a key in the index or a place of its own.
fn ten() -> Vec<OAuthToken> {
    let token = |n: usize| user(&format!("u{n}")).rt(&format!("R{n}0")).creds();
    (0..10).map(token).collect()
}

fn look_ups() -> Vec<Flow> {
    vec![
        flow(Reader, "by-every-key")
            .does(FindById("1".into()), "found")
            .does(Find(id("2")), "found")
            .does(Find(alice()), "found")
            .does(Find(user(BOB)), "found")
            .does(Find(rt("R3").creds()), "found")
            .does(Find(gt("G2").creds()), "found")
            .does(Find(at("A3")), "found"),
        flow(Reader, "by-own-key")
            .after(Before::Done(Save(nine())))
            .does(Find(gt("G9").creds()), "found"),
        flow(Reader, "cold-and-warm")
            .does(Find(alice()), "found")
            .does(Find(alice()), "found")
            .does(MustAsk(alice()), "found")
            .does(AtOnce(vec![Find(user(BOB)); 3]), "3× found"),
        flow(Reader, "absent")
            .does(FindById("9".into()), "none")
            .does(Find(user("nobody")), "none")
            .does(Find(at("nothing")), "none")
            .does(Find(rt("nothing").creds()), "none"),
        flow(Reader, "deleted")
            .damaged([Damage::Scheduled("token/1"), Damage::Gone("token/2")])
            .does(FindById("1".into()), "none")
            .does(Find(user(BOB)), "none")
            .does(List, "1 tokens"),
        flow(Reader, "list").does(List, "3 tokens"),
        flow(Reader, "list-nothing")
            .after(Before::Provisioned)
            .does(List, "0 tokens"),
    ]
}

fn saves() -> Vec<Flow> {
    vec![
        flow(Writer, "look-up-and-list")
            .does(Find(alice()), "found")
            .does(Find(at("A3")), "found")
            .does(List, "3 tokens"),
        flow(Writer, "new")
            .does(Save(user("carol").rt("R4").creds()), "created")
            .does(Save(nine().keyed("9")), "created"),
        flow(Writer, "first")
            .damaged(["index/00", "token/1", "token/2", "token/3"].map(Damage::Gone))
            .does(Save(one()), "created"),
        flow(Writer, "first-after-terraform")
            .after(Before::Provisioned)
            .does(Save(one()), "created")
            .does(List, "1 tokens"),
        flow(Writer, "refresh")
            .does(Save(id("1").at("A1b")), "updated")
            .does(Save(alice().at("A1c")), "updated")
            .does(Save(alice().at("A1c")), "unchanged"),
        flow(Writer, "change-key").does(Save(id("1").rt("R1b")), "updated"),
        flow(Writer, "change-user").does(Save(id("1").user("carol")), "updated"),
        flow(Writer, "together").does(Together(ten()), "10× created"),
        flow(Writer, "again-after-deletion")
            .does(Delete("1".into()), "removed")
            .does(Save(one()), "created"),
        flow(Writer, "again-after-deletion-elsewhere")
            .after(Before::Done(Delete("1".into())))
            .does(Save(one()), "created"),
        flow(Writer, "page-scheduled")
            .damaged([Damage::Scheduled("index/00")])
            .does(Save(nine()), "created"),
        flow(Writer, "record-put-back")
            .after(Before::Done(Save(id("1").at("A1b"))))
            .after(Before::PutBack("token/1"))
            .does(Save(id("1").at("A1c")), "updated"),
        flow(Writer, "page-put-back")
            .after(Before::PutBack("index/00"))
            .does(Save(nine()), "created"),
    ]
}

/// Processes that meet.
fn meetings() -> Vec<Flow> {
    let race = |name: &str, ops: Vec<_>, gives| flow(Writer, name).then(Step::Race(ops, gives));
    vec![
        race(
            "one-record",
            vec![Save(id("1").at("A1b")), Save(id("1").rt("R1b"))],
            "updated, updated",
        ),
        race(
            "one-new-token",
            vec![Save(nine()), Save(nine())],
            "created, unchanged",
        ),
        race(
            "one-page",
            ten().into_iter().map(Save).collect(),
            "created, created, created, created, created, created, created, created, created, created",
        ),
        race(
            "save-and-deletion",
            vec![Save(id("1").at("A1b")), Delete("1".into())],
            "updated, removed",
        ),
    ]
}

fn deletions(role: Role) -> Vec<Flow> {
    let both = |name: &str| {
        let at_once = flow(role, format!("{name}-at-once"));
        [flow(role, name), at_once.deletes_at_once()]
    };
    let one = both("delete").map(|flow| {
        let flow = flow.does(Delete("1".into()), "removed");
        flow.does(Delete("1".into()), "none").leaves(2)
    });
    let all = both("delete-all").map(|flow| {
        let flow = flow.does(DeleteAll, "3 removed");
        flow.does(DeleteAll, "0 removed").leaves(0)
    });
    // What is there to delete the store reads, to leave nothing out.
    let all = all.into_iter().filter(|_| role != OperatorWithoutValues);
    one.into_iter().chain(all).collect()
}

/// `ztok import` lists what is there, and then saves; `ztok export` lists.
fn imports() -> Vec<Flow> {
    vec![
        flow(Operator, "import-dry-run").does(List, "3 tokens"),
        flow(Operator, "import")
            .does(List, "3 tokens")
            .does(Together(ten()), "10× created")
            .does(
                Together(vec![id("1").at("A1b"), id("2").user("bob")]),
                "2× updated",
            ),
        flow(Operator, "import-of-deleted-tokens")
            .after(Before::Done(Delete("1".into())))
            .does(List, "2 tokens")
            .does(Together(vec![one()]), "created"),
        flow(Operator, "import-after-terraform")
            .after(Before::Provisioned)
            .does(List, "0 tokens")
            .does(Together(ten()), "10× created"),
    ]
}

/// The doctor, on all that it is known to find.
fn treatments() -> Vec<Flow> {
    let treated = rows().into_iter().map(|row| {
        let (finds, leaves) = (row.finds, row.leaves);
        flow(Operator, format!("doctor-{}", row.code))
            .damaged(row.damage)
            .then(Step::Treats { finds, leaves })
    });
    treated.collect()
}

/// What the doctor does for one who may not read a token: it puts the index right.
fn treatments_without_values() -> Vec<Flow> {
    let treated = |code: &str, finds, leaves| {
        let row = rows().into_iter().find(|row| row.code == code);
        flow(OperatorWithoutValues, format!("doctor-{code}"))
            .damaged(row.map(|row| row.damage).unwrap_or_default())
            .then(Step::Treats { finds, leaves })
    };
    const ONE: &str = "UnreadableRecord token/1 ByHand";
    const TWO: &str = "UnreadableRecord token/2 ByHand";
    const THREE: &str = "UnreadableRecord token/3 ByHand";
    const ALL: &[&str] = &[ONE, TWO, THREE];
    const FOREIGN: &[&str] = &[
        "ForeignSecret index/notes ByHand",
        ONE,
        TWO,
        THREE,
        "UnreadableRecord token/notes ByHand",
    ];
    vec![
        treated("healthy", ALL, ALL),
        treated(
            "broken-page",
            &["BrokenPage index/00 Repair", ONE, TWO, THREE],
            ALL,
        ),
        treated(
            "page-scheduled",
            &[ONE, TWO, THREE, "WithdrawnPage index/00 Repair"],
            ALL,
        ),
        treated(
            "entry-removed",
            &["Orphan token/2 Repair", ONE, TWO, THREE],
            ALL,
        ),
        // It is not theirs to say what this is, nor to let every listing fail of it.
        treated("foreign-secrets", FOREIGN, FOREIGN).leaves(3),
        treated(
            "secret-removed",
            &["DanglingEntry token/2 Repair", ONE, THREE],
            &[ONE, THREE],
        ),
    ]
}

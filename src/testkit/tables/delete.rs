//! Removal of one record and of all.

use crate::testkit::words::*;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("D01", "a record that is held")
            .seed(three())
            .delete("2", removes_one()),
        case("D02", "unknown id: false, not an error")
            .seed(three())
            .delete("99", removes_none()),
        case(
            "D03",
            "no id cannot be passed; an empty one removes nothing",
        )
        .seed(three())
        .delete("", removes_none()),
        case("D04", "an id that is SQL")
            .seed(three())
            .delete("1 or 1=1", removes_none()),
        case("D05", "a number cannot be passed; its text is the id")
            .seed(three())
            .delete("1", removes_one()),
        case("D06", "an id that is a column's name")
            .seed(three())
            .delete("id", removes_none()),
        case("X01", "all")
            .seed(three())
            .delete_all(removes_all(3))
            .list([]),
        case("X02", "all of an empty store").delete_all(removes_all(0)),
        case("twice", "the second time there is nothing to remove")
            .seed(three())
            .delete("2", removes_one())
            .delete("2", removes_none()),
        case("all-twice", "the second time there is nothing to remove")
            .seed(three())
            .delete_all(removes_all(3))
            .delete_all(removes_all(0)),
        case(
            "no-key-finds",
            "after a removal no key finds the record, even one looked up before",
        )
        .seed(three())
        .find(user(ALICE), gives(one()))
        .find(rt("R1").creds(), gives(one()))
        .find(gt("G1").creds(), gives(one()))
        .find(at("A1"), gives(one()))
        .by_id("1", gives(one()))
        .delete("1", removes_one())
        .find(user(ALICE), nothing())
        .find(user(ALICE).creds(), nothing())
        .find(rt("R1").creds(), nothing())
        .find(gt("G1").creds(), nothing())
        .find(at("A1"), nothing())
        .find(id("1"), nothing())
        .by_id("1", nothing()),
        case(
            "all-no-key-finds",
            "after the removal of all no key finds a record",
        )
        .seed(three())
        .find(user(ALICE), gives(one()))
        .by_id("2", gives(two()))
        .delete_all(removes_all(3))
        .find(user(ALICE), nothing())
        .find(rt("R3").creds(), nothing())
        .by_id("2", nothing()),
        case(
            "clean-again",
            "removed credentials do not come back with a new record of the user",
        )
        .seed([one()])
        .delete("1", removes_one())
        .save(user(ALICE).at("A9"), creates_new(user(ALICE).at("A9")))
        .find(user(ALICE), gives(id("$new").user(ALICE).at("A9")))
        .find(rt("R1").creds(), nothing()),
        case(
            "clean-again-by-id",
            "nor with a new record under the same id",
        )
        .seed([one()])
        .delete("1", removes_one())
        .save(id("1").at("A9"), creates(id("1").at("A9")))
        .by_id("1", gives(id("1").at("A9"))),
        case(
            "clean-again-derived",
            "nor where the store chooses the id, and chooses it again",
        )
        .save(
            user(ALICE).rt("R1").at("A1"),
            creates(id("$first").user(ALICE).rt("R1").at("A1")),
        )
        .delete("$first", removes_one())
        .save(user(ALICE).at("A9"), creates_new(user(ALICE).at("A9")))
        .delete("$new", removes_one())
        .save(
            user(ALICE).rt("R8"),
            creates(id("$third").user(ALICE).rt("R8")),
        ),
        case(
            "id-not-reused",
            "a new record does not take the id of one that is still there",
        )
        .seed(three())
        .delete("1", removes_one())
        .save(nine(), creates_new(nine())),
        case("clean-after-all", "nor after the removal of all")
            .seed(three())
            .delete_all(removes_all(3))
            .save(two(), creates(two()))
            .save(user(ALICE).rt("R9"), creates_new(user(ALICE).rt("R9"))),
        case(
            "nothing-to-add-to",
            "a partial save after the removal has nothing to add to",
        )
        .seed([one()])
        .delete("1", removes_one())
        .save(id("1").user(ALICE).exp(FAR), fails(InvalidInput)),
    ]
}

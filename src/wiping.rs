//! That dropped credentials are gone from memory: this process reads its own.

// Elsewhere there is no such file to read.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{BufRead as _, Read as _, Seek as _, SeekFrom};

use zeroize::Zeroizing;

use crate::rules::record::Record;
use crate::{OAuthToken, Secret, TokenId};

/// Bytes read at a time.
const WINDOW: usize = 1 << 20;
/// Each piece of a credential begins with this sign, which is rare, and quick to search for.
const SIGN: &str = "\u{16a0}";
/// Letters and digits of a piece.
const LETTERS: usize = 29;
/// How many pieces. An allocator writes over the first bytes of what is freed, not over all.
const PIECES: usize = 16;
/// What disguises the letters kept here: the search must not find the needle.
const DISGUISE: u8 = 0x80;

/// A credential of its own for each use.
struct Needle(Vec<[u8; LETTERS]>);

impl Needle {
    fn new() -> Self {
        let piece = |_| std::array::from_fn(|_| fastrand::alphanumeric() as u8 ^ DISGUISE);
        Self((0..PIECES).map(piece).collect())
    }

    /// The credential as text, in a buffer with room to spare.
    fn text(&self) -> String {
        let mut text = String::with_capacity(2 * PIECES * (LETTERS + SIGN.len()));
        for piece in &self.0 {
            text.push_str(SIGN);
            text.extend(piece.iter().map(|letter| char::from(letter ^ DISGUISE)));
        }
        text
    }

    /// How many pieces of the credential are in this process's memory.
    fn pieces_in_memory(&self) -> usize {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let mut memory = File::open("/proc/self/mem").unwrap();
        // What is read is a copy: it must not be found by the next search.
        let mut window = Zeroizing::new(vec![0; WINDOW]);
        let mut found = 0;
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (range, _) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once('-').unwrap();
            let mut at = u64::from_str_radix(start, 16).unwrap();
            let end = u64::from_str_radix(end, 16).unwrap();
            while at < end {
                let length = WINDOW.min((end - at) as usize);
                let part = &mut window[..length];
                let is_read = memory
                    .seek(SeekFrom::Start(at))
                    .and_then(|_| memory.read_exact(part));
                if is_read.is_ok() {
                    found += self.pieces_in(part);
                }
                at += length as u64;
            }
        }
        found
    }

    fn pieces_in(&self, bytes: &[u8]) -> usize {
        let is_piece = |letters: &[u8]| {
            let is =
                |piece: &[u8; LETTERS]| letters.iter().zip(piece).all(|(a, b)| *a == b ^ DISGUISE);
            self.0.iter().any(is)
        };
        let (mut rest, mut found) = (bytes, 0);
        // Stops behind the first byte of the sign.
        while rest
            .skip_until(SIGN.as_bytes()[0])
            .is_ok_and(|skipped| skipped > 0)
        {
            let after = rest.strip_prefix(&SIGN.as_bytes()[1..]);
            let letters = after.and_then(|after| after.get(..LETTERS));
            found += usize::from(letters.is_some_and(is_piece));
        }
        found
    }
}

#[test]
fn nothing_is_left_of_credentials() {
    let id = || TokenId::from("7");
    let make = |needle: &Needle| {
        OAuthToken::new()
            .with_id(id())
            .with_access_token(needle.text())
    };
    let encode = |needle: &Needle| Record::new(make(needle)).encode().unwrap();
    type Use<'a> = &'a dyn Fn(&Needle) -> Box<dyn std::any::Any>;
    let uses: [(&str, Use<'_>); 6] = [
        ("a secret", &|needle| Box::new(Secret::new(needle.text()))),
        ("a token and its clone", &|needle| {
            let token = make(needle);
            Box::new((token.clone(), token))
        }),
        ("a record written", &|needle| Box::new(encode(needle))),
        ("a record read", &|needle| {
            Box::new(
                Record::decode(&encode(needle), &id())
                    .map(|record| record.token)
                    .unwrap(),
            )
        }),
        ("a record with a credential that is not known", &|needle| {
            // A text that grew would leave its old bytes behind.
            let mut text = Zeroizing::new(String::with_capacity(4 * PIECES * LETTERS));
            text.push_str(r#"{"schema":1,"id":"7","x":[""#);
            text.push_str(&Zeroizing::new(needle.text()));
            text.push_str(r#""]}"#);
            let record = Record::decode(&text, &id()).unwrap();
            Box::new((record.encode().unwrap(), record))
        }),
        (
            "a record of another id, and one that is refused",
            &|needle| {
                let text = encode(needle);
                assert!(Record::decode(&text, &"8".into()).is_err());
                Box::new(text)
            },
        ),
    ];
    for (what, make) in uses {
        let needle = Needle::new();
        let held = make(&needle);
        assert!(
            needle.pieces_in_memory() > 0,
            "{what}: not found while it is there"
        );
        drop(held);
        assert_eq!(needle.pieces_in_memory(), 0, "{what}: left in memory");
    }
}

//! Panics of the caller's, with credentials at hand.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Once};

use libtest_mimic::Failed;
use zoho_token_store::{Error, ErrorKind, IncompleteListing, OAuthToken, Saved, Secret};

use super::bird::Bird;
use super::walk::Texts;

thread_local! {
    /// What the panic hook is told on this thread, while a trial listens.
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Ways to panic that print what they were given.
const PANICS: [(&str, fn()); 7] = [
    ("unwrap of an error", || {
        failed(Error::incomplete(listing())).unwrap();
    }),
    ("expect of an error with causes", || {
        let cause = Error::incomplete(listing());
        let error = Error::new(ErrorKind::Corrupt, "the value is not JSON").with_source(cause);
        failed(error).expect("a token");
    }),
    ("expect_err of a saved record", || {
        let saved = Saved::created(Arc::new(Bird::token()));
        drop(succeeded(saved).expect_err("an error"));
    }),
    ("unwrap_err of a secret", || {
        drop(succeeded(Secret::new(Bird::REFRESH)).unwrap_err());
    }),
    ("assert_eq of tokens", || {
        let stored = Bird::token().with_access_token(Bird::REFRESH);
        assert_eq!(stored, Bird::token());
    }),
    ("assert_eq of secrets", || {
        assert_eq!(Secret::new(Bird::ACCESS), Secret::new(Bird::GRANT));
    }),
    ("a panic that displays", || {
        panic!("{} {:#?}", Secret::new(Bird::SECRET), Some(&Bird::token()));
    }),
];

/// No panic's message shows a credential, to the hook or to who catches it.
pub fn panics() -> Result<(), Failed> {
    listen();
    let mut texts = Texts::default();
    for (how, panicking) in PANICS {
        HEARD.set(Some(String::new()));
        let caught = panic::catch_unwind(AssertUnwindSafe(panicking));
        let heard = HEARD.take().unwrap_or_default();
        let Err(payload) = caught else {
            return Err(format!("{how} did not panic").into());
        };
        let message = payload.downcast_ref::<String>().cloned();
        let Some(message) = message.filter(|message| heard.contains(message.as_str())) else {
            return Err(format!("{how}: the message was not heard: {heard}").into());
        };
        if !message.contains("[redacted]") && !message.contains("caused by") {
            return Err(format!("{how} prints nothing that could show: {message}").into());
        }
        texts.add(how, message);
        texts.add(how, heard);
    }
    texts.check()
}

fn succeeded<T>(value: T) -> Result<T, Error> {
    Ok(value)
}

fn failed(error: Error) -> Result<OAuthToken, Error> {
    Err(error)
}

fn listing() -> IncompleteListing {
    let error = Error::new(ErrorKind::Corrupt, "the value is not JSON");
    IncompleteListing::new(vec![Arc::new(Bird::token())], vec![("1".into(), error)])
}

/// Lets the panics of a listening thread be heard instead of printed.
fn listen() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let is_heard = HEARD.with_borrow_mut(|heard| {
                if let Some(heard) = heard {
                    heard.push_str(&info.to_string());
                }
                heard.is_some()
            });
            if !is_heard {
                usual(info);
            }
        }));
    });
}

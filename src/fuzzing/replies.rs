//! What the service says, and instants.

use std::error::Error as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{text, with};
use crate::secrets::Refusal;
use crate::secrets::fault::classify;
use crate::{ErrorKind, Timestamp, Verb};

/// Whatever code and message come: an error of one line that quotes the message only in a denial.
pub(super) fn fault(data: &[u8]) {
    const QUOTED: &str = "CsHead7Q";
    const CODES: [&str; 7] = [
        "AccessDeniedException",
        "InvalidRequestException",
        "LimitExceededException",
        "ResourceExistsException",
        "ResourceNotFoundException",
        "ThrottlingException",
        "ValidationException",
    ];
    with(data, |input| {
        let verb = *input.choose(&Verb::ALL)?;
        let code = if input.ratio(3, 4)? {
            *input.choose(&CODES)?
        } else {
            text(input)?
        };
        let message = format!("{}{QUOTED}{}", text(input)?, text(input)?);
        match classify(verb, "app/token/1", code, &message) {
            Refusal::Missing => assert_eq!(code, "ResourceNotFoundException"),
            Refusal::Exists => assert_eq!(code, "ResourceExistsException"),
            Refusal::Scheduled => assert_eq!(code, "InvalidRequestException"),
            Refusal::Other(error) => {
                let shown = error.to_string();
                assert!(shown.contains(verb.name()) && shown.contains("app/token/1"));
                assert!(!shown.contains(QUOTED));
                let is_denial = error.kind() == ErrorKind::AccessDenied;
                assert_eq!(error.source().is_some(), is_denial);
                assert_eq!(format!("{error:?}").contains(QUOTED), is_denial);
                let is_final = error.kind() == ErrorKind::QuotaExceeded;
                assert!(!(is_final && error.is_retryable()));
                assert_eq!(is_final, code == "LimitExceededException");
            }
        }
        Ok(())
    });
}

/// Instants are read as they were written, text that is no number is expired, and nothing overflows.
pub(super) fn timestamp(data: &[u8]) {
    with(data, |input| {
        let (at, other) = (super::instant(input)?, super::instant(input)?);
        assert_eq!(Timestamp::from_expiry_text(&at.to_string()), at);
        let written = if input.ratio(1, 2)? {
            format!(
                "{}{}{}",
                text(input)?,
                input.arbitrary::<u16>()?,
                text(input)?
            )
        } else {
            input.arbitrary::<&str>()?.to_owned()
        };
        let number = written.trim().parse::<i128>().ok();
        let number = number.and_then(|number| i64::try_from(number).ok());
        let read = Timestamp::from_expiry_text(&written).as_millis();
        assert_eq!(read, number.unwrap_or(0), "{written:?}");

        let span = Duration::new(input.arbitrary()?, input.int_in_range(0..=999_999_999)?);
        assert!(at.saturating_add(span) >= at);
        match at.since(other) {
            Some(age) => {
                assert!(at >= other);
                assert_eq!(other.saturating_add(age), at);
            }
            // Farther apart than the type can tell is no age either.
            None => assert!(at < other || at.as_millis().checked_sub(other.as_millis()).is_none()),
        }
        let times = [UNIX_EPOCH.checked_add(span), UNIX_EPOCH.checked_sub(span)];
        for time in times.into_iter().flatten() {
            let at = Timestamp::from(time);
            assert_eq!(
                at >= Timestamp::EPOCH,
                time >= UNIX_EPOCH || span < Duration::from_millis(1)
            );
        }
        assert_eq!(Timestamp::from(SystemTime::UNIX_EPOCH), Timestamp::EPOCH);
        Ok(())
    });
}

//! What the suite asks of a backend: stores on one empty place, and what they can do.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{TokenId, TokenStore};

/// Whatever a harness stumbles over; the report shows it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// One empty place on a backend, made anew for each case.
///
/// Cases may run at the same time, so each harness needs a place that no other uses: a database, a
/// table or a prefix of its own.
#[async_trait]
pub trait Harness: Send + Sync + 'static {
    /// What the stores can do beyond the least. Cases that need more do not apply.
    fn capabilities(&self) -> Capabilities;

    /// Opens a store on this place.
    ///
    /// The same handle is opened once, except [`Handle::Witness`]: each time it is a process that
    /// knows nothing yet.
    ///
    /// # Errors
    /// An error fails the case.
    async fn open(&self, opening: &Opening) -> Result<Arc<dyn TokenStore>, BoxError>;

    /// Changes what is stored behind the stores' back, in the first store's namespace.
    ///
    /// # Errors
    /// The default refuses; only a harness with the [`Capability`] is asked.
    async fn change(&self, change: &Change) -> Result<(), BoxError> {
        Err(format!("this harness cannot make the change {change:?}").into())
    }

    /// Removes the place, after the case has passed or failed. The default leaves it.
    ///
    /// # Errors
    /// An error fails the case.
    async fn close(&self) -> Result<(), BoxError> {
        Ok(())
    }
}

/// Which store is to be opened, and how it is set up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Opening {
    /// Which store.
    pub handle: Handle,
    /// The client id of the store's application; only with [`Capability::ClientId`].
    pub client_id: Option<&'static str>,
}

impl Opening {
    pub(super) fn new(handle: Handle, client_id: Option<&'static str>) -> Self {
        Self { handle, client_id }
    }
}

/// A store of a harness. Those with the same [`suffix`](Self::suffix) share a namespace, as the
/// processes of one application do; each has its own cache, if stores have one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Handle {
    /// The one that most steps go through.
    First,
    /// Another process.
    Second,
    /// Another process.
    Third,
    /// Another process.
    Fourth,
    /// Another process.
    Fifth,
    /// A process that starts after the case, to look with an empty cache.
    Witness,
    /// Another namespace, whose name goes on where the first one's ends: `app` and `app2`.
    Longer,
    /// Another namespace below the first one's: `app` and `app/inner`.
    Below,
}

impl Handle {
    /// The handles that share the first namespace and are there from the beginning.
    pub(super) const PROCESSES: [Self; 5] = [
        Self::First,
        Self::Second,
        Self::Third,
        Self::Fourth,
        Self::Fifth,
    ];

    /// What its namespace's name adds to the first one's.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Longer => "2",
            Self::Below => "/inner",
            _ => "",
        }
    }

    /// What a harness must be capable of to open it.
    pub(super) fn needs(self) -> Option<Capability> {
        match self {
            // Without other processes the first store itself is looked at in the end.
            Self::First | Self::Witness => None,
            Self::Longer | Self::Below => Some(Capability::Namespaces),
            _ => Some(Capability::Processes),
        }
    }
}

/// A change that no store makes.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The record with this id is gone for good.
    Remove(TokenId),
    /// The stored text of the record with this id is now this one, which is no record.
    Damage(TokenId, String),
}

/// Something that not every backend can do, or promises.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Capability {
    /// Of several who replace the same version of a record at the same time the backend lets one
    /// through. Without it, what is lost in a race says nothing about the store.
    AtomicWrites,
    /// Stores can be told the client id of their application.
    ClientId,
    /// [`Harness::change`] can make a stored record unreadable.
    Damage,
    /// One backend keeps several namespaces apart.
    Namespaces,
    /// Several stores can be open on one namespace.
    Processes,
    /// [`Harness::change`] can remove a record.
    Removal,
    /// Records are limited as secrets are: 65,536 bytes of JSON, as this crate writes it.
    SecretSize,
    /// Errors are worded as this crate words them. Without it only their kinds are compared.
    Wording,
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtomicWrites => "a backend that decides between writers",
            Self::ClientId => "a client id of the application",
            Self::Damage => "damage behind the store's back",
            Self::Namespaces => "several namespaces",
            Self::Processes => "several processes",
            Self::Removal => "removal behind the store's back",
            Self::SecretSize => "the size limit of secrets",
            Self::Wording => "the wording of errors",
        })
    }
}

/// A set of capabilities.
///
/// ```
/// use zoho_token_store::testkit::{Capabilities, Capability};
///
/// let mine = Capabilities::new().with(Capability::Processes);
/// assert!(mine.has(Capability::Processes));
/// assert!(!mine.has(Capability::Namespaces));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Capabilities(BTreeSet<Capability>);

impl Capabilities {
    /// None: one store in one namespace.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    #[must_use]
    pub fn with(mut self, capability: Capability) -> Self {
        self.0.insert(capability);
        self
    }

    /// Whether it is among them.
    pub fn has(&self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that `available` lacks.
    #[must_use]
    pub fn missing_from(&self, available: &Self) -> Self {
        Self(self.0.difference(&available.0).copied().collect())
    }
}

impl Extend<Capability> for Capabilities {
    fn extend<T: IntoIterator<Item = Capability>>(&mut self, capabilities: T) {
        self.0.extend(capabilities);
    }
}

/// As a list in words.
impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&words.join(", "))
    }
}

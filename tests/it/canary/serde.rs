//! Nothing public is serialised by accident.

use std::marker::PhantomData;

use libtest_mimic::Failed;
use zoho_token_store::*;

/// Asks whether a type can be serialised: the constant of its own is there only if it can, and goes
/// before the trait's.
struct Probe<T: ?Sized>(PhantomData<T>);

trait Otherwise {
    const IS_SERIALISED: bool = false;
}

impl<T: ?Sized> Otherwise for Probe<T> {}

impl<T: serde::Serialize + ?Sized> Probe<T> {
    const IS_SERIALISED: bool = true;
}

macro_rules! table {
    ($($type:ty),* $(,)?) => {
        [$((stringify!($type), Probe::<$type>::IS_SERIALISED)),*]
    };
}

/// No public type that can hold a credential implements `serde::Serialize`.
pub fn not_serialised() -> Result<(), Failed> {
    let own = table![
        BulkSave<'static>,
        Diagnosis,
        Error,
        Finding,
        IncompleteListing,
        MemoryTokenStore,
        OAuthToken,
        Repair,
        Saved,
        Secret,
        SecretsManagerTokenStore,
        dyn TokenStore,
    ];
    #[cfg(feature = "simulator")]
    let simulated = table![
        simulator::Request,
        simulator::Response,
        simulator::SecretSnapshot,
        simulator::Simulator,
    ];
    #[cfg(not(feature = "simulator"))]
    let simulated = [];
    let types: Vec<(&str, bool)> = own.into_iter().chain(simulated).collect();
    if !Probe::<String>::IS_SERIALISED {
        return Err("the probe does not recognise what can be serialised".into());
    }
    for (name, is_serialised) in &types {
        if *is_serialised {
            return Err(format!("{name} can be serialised").into());
        }
    }
    let plain = |name: &'static str| name.split('<').next().unwrap_or(name);
    let asked = |wanted: &str| types.iter().any(|(name, _)| plain(name).ends_with(wanted));
    for (name, proof) in super::exports::EXPORTS {
        let here = cfg!(feature = "simulator") || !name.starts_with("simulator::");
        if here && *proof != super::exports::Proof::HoldsNone && !asked(name) {
            return Err(format!("{name} can hold credentials and was not asked about").into());
        }
    }
    Ok(())
}

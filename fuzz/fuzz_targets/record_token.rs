#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| zoho_token_store::fuzzing::check("record_token", data));

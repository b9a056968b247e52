//! Signing and verifying allocate nothing once their buffers have grown to the size of a request.

use cloudstack_client::sign::{Received, Scratch, Signer, UnixSeconds, Verifier};

const PARAMS: &[(&str, &str)] = &[
    ("zoneid", "1e1c5a08-7f1a-4f0e-9d0c-3f8d2f6a9b10"),
    ("command", "deployVirtualMachine"),
    ("displayname", "build host ~17 of qa é 中文"),
    ("details[0].cpuNumber", "2"),
    ("response", "json"),
];

#[test]
fn a_thousand_requests_are_signed_and_verified_without_an_allocation() {
    let (signer, verifier) = (Signer::new("AbC", "secret"), Verifier::new("secret"));
    let (mut scratch, mut query, mut request) = (Scratch::default(), String::new(), Received::default());
    let now = UnixSeconds(1_800_000_000);
    // The last parameter is left out in turn, so that no two requests in a row have the same shape.
    let mut once = |at: usize| {
        let params = &PARAMS[..PARAMS.len() - at % 2];
        signer.sign_into(params, Some(UnixSeconds(1_900_000_000)), &mut scratch, &mut query).unwrap();
        request.parse(&query).unwrap();
        assert_eq!(verifier.verify(&request, now, &mut scratch), Ok(()));
    };
    once(0);
    let info = allocation_counter::measure(|| (0..1_000).for_each(&mut once));
    assert_eq!(info.count_total, 0, "{info:?}");
    // The counter does count.
    assert!(allocation_counter::measure(|| drop(String::from("x"))).count_total > 0);
}

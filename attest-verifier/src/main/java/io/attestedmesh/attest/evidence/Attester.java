package io.attestedmesh.attest.evidence;

/** Makes evidence about the environment it runs in (RFC 9334, section 4): the NSM of an enclave, or a software one. */
@FunctionalInterface
public interface Attester {
    /**
     * A fresh attestation document, as an encoded COSE_Sign1. Thread-safe; may block for some milliseconds.
     *
     * @throws AttesterException if the device refused or could not be reached
     */
    Bytes attest(AttestationRequest request) throws AttesterException;
}

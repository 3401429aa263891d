package io.attestedmesh.attest.evidence;

/**
 * A COSE_Sign1 as Nitro writes it (RFC 9052, section 4.2): protected header exactly {@code {1: -35}}, unprotected header
 * empty, payload attached, signature of 96 bytes r‖s. Nothing is verified yet.
 *
 * @param protectedHeader the serialised header map, 4 bytes
 * @param payload the serialised attestation document, at most 16384 bytes
 * @param signature r‖s, 96 bytes
 */
public record CoseSign1(Bytes protectedHeader, Bytes payload, Bytes signature) {
    /** Reads one item, tag 18 optional, to the last byte. */
    public static CoseSign1 parse(Bytes encoded) throws MalformedEvidenceException {
        throw new UnsupportedOperationException();
    }

    /** The Sig_structure {@code ["Signature1", protected, h'', payload]} that the signature covers (RFC 9052, 4.4). */
    public Bytes toBeSigned() {
        throw new UnsupportedOperationException();
    }
}

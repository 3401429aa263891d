package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * One block of a PEM file (RFC 7468, section 2).
 *
 * @param label what stands between {@code BEGIN} and the dashes
 * @param content the decoded base64, not yet known to be DER
 */
public record PemBlock(String label, Bytes content) {
    /** Shows the label only: the content may be a private key. */
    @Override
    public String toString() {
        return "PEM " + label + " (" + content.size() + " bytes)";
    }
}

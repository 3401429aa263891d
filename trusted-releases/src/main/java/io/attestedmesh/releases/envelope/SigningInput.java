package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Base64;

/** The payload as it stands in what is signed: encoded once for all signatures, for it may have megabytes. */
final class SigningInput {
    private final byte[] payload;

    private SigningInput(byte[] payload) {
        this.payload = payload;
    }

    static SigningInput of(Bytes payload) {
        return new SigningInput(base64url(payload));
    }

    /** BASE64URL(header) ‖ "." ‖ BASE64URL(payload) (RFC 7515, section 5.1). */
    byte[] under(Bytes headerJson) {
        byte[] header = base64url(headerJson);
        byte[] joined = new byte[header.length + 1 + payload.length];
        System.arraycopy(header, 0, joined, 0, header.length);
        joined[header.length] = '.';
        System.arraycopy(payload, 0, joined, header.length + 1, payload.length);
        return joined;
    }

    private static byte[] base64url(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encode(bytes.toByteArray());
    }
}

package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Base64;

/**
 * What is signed: BASE64URL(header) ‖ "." ‖ BASE64URL(payload) (RFC 7515, section 5.1). The payload may have megabytes, so it
 * is encoded once for all signatures, and copied again only behind a header of another length. For one thread.
 */
final class SigningInput {
    private final byte[] payload;
    private byte[] joined = new byte[0];

    private SigningInput(byte[] payload) {
        this.payload = payload;
    }

    static SigningInput of(Bytes payload) {
        return new SigningInput(base64url(payload));
    }

    /** Good until the next call, and not to be changed. */
    byte[] under(Bytes headerJson) {
        byte[] header = base64url(headerJson);
        int length = header.length + 1 + payload.length;
        if (joined.length != length) {
            joined = new byte[length];
            joined[header.length] = '.';
            System.arraycopy(payload, 0, joined, header.length + 1, payload.length);
        }
        System.arraycopy(header, 0, joined, 0, header.length);
        return joined;
    }

    private static byte[] base64url(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encode(bytes.toByteArray());
    }
}

package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.JsonReader;
import java.nio.charset.StandardCharsets;

/**
 * The header that a signature covers (RFC 7515, section 4): exactly {@code alg}, {@code kid} and {@code typ}. Any other
 * parameter is malformed; so is {@code crit}, for none that could be critical is known here.
 */
record ProtectedHeader(String algorithm, String keyId, String type) {
    static final int MAX_BYTES = 512;

    static ProtectedHeader parse(Bytes json) throws MalformedReleasesException {
        return JsonReader.read("protected header", json, MAX_BYTES, ProtectedHeader::read);
    }

    private static ProtectedHeader read(JsonReader in) throws MalformedReleasesException {
        String algorithm = null;
        String keyId = null;
        String type = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "alg" -> algorithm = in.text(MAX_BYTES);
                case "kid" -> keyId = in.text(MAX_BYTES);
                case "typ" -> type = in.text(MAX_BYTES);
                default -> throw in.unknownMember();
            }
        }
        return new ProtectedHeader(in.required("alg", algorithm), in.required("kid", keyId), in.required("typ", type));
    }

    /** Of values that need no escape: names of ours and a thumbprint. */
    static Bytes encode(NamedKey key, DocumentType type) {
        String json = "{\"alg\":\"" + key.algorithm().joseName() + "\",\"kid\":\"" + key.keyId() + "\",\"typ\":\""
                + type.typ() + "\"}";
        return Bytes.of(json.getBytes(StandardCharsets.US_ASCII));
    }
}

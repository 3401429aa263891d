package io.attestedmesh.releases.envelope;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;

/** One signature of an envelope as it was read; nothing says yet that it verifies. */
public final class EnvelopeSignature {
    private static final int MAX_SIGNATURE_BYTES = 8 << 10;

    private final Bytes headerJson;
    private final ProtectedHeader header;
    private final Bytes value;

    private EnvelopeSignature(Bytes headerJson, ProtectedHeader header, Bytes value) {
        this.headerJson = headerJson;
        this.header = header;
        this.value = value;
    }

    static EnvelopeSignature of(Bytes headerJson, Bytes value) throws MalformedReleasesException {
        return new EnvelopeSignature(headerJson, ProtectedHeader.parse(headerJson), value);
    }

    static EnvelopeSignature read(JsonReader in) throws MalformedReleasesException {
        Bytes headerJson = null;
        Bytes value = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "protected" -> headerJson = in.base64url(ProtectedHeader.MAX_BYTES);
                case "signature" -> value = in.base64url(MAX_SIGNATURE_BYTES);
                default -> throw in.unknownMember();
            }
        }
        Bytes json = in.required("protected", headerJson);
        Bytes signed = in.required("signature", value);
        try {
            return of(json, signed);
        } catch (MalformedReleasesException e) {
            throw in.malformed(e.getMessage());
        }
    }

    void write(JsonWriter out) {
        out.beginObject()
                .name("protected")
                .base64url(headerJson)
                .name("signature")
                .base64url(value)
                .endObject();
    }

    /** The header's JSON, the bytes that were signed. */
    Bytes headerJson() {
        return headerJson;
    }

    /** The {@code alg} that it names: a stranger's text, as the next two. */
    public String algorithm() {
        return header.algorithm();
    }

    /** The {@code kid} that it names. */
    public String keyId() {
        return header.keyId();
    }

    /** The {@code typ} that it names. */
    public String type() {
        return header.type();
    }

    /** r‖s, or the 64 bytes of Ed25519. */
    public Bytes value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EnvelopeSignature that
                && headerJson.equals(that.headerJson)
                && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return 31 * headerJson.hashCode() + value.hashCode();
    }

    @Override
    public String toString() {
        return header + " " + value;
    }
}

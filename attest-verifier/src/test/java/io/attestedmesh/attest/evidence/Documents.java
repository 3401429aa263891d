package io.attestedmesh.attest.evidence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A well-formed document made by hand, whose signature and certificates are only the right size. */
public final class Documents {
    public static final Bytes PROTECTED = Bytes.fromHex("a1013822");
    public static final Bytes SIGNATURE = filled(96);

    private Documents() {}

    /** The fields as real documents have them, each an encoded item. Change what the test is about. */
    public static Map<String, Bytes> fields() {
        Map<String, Bytes> fields = new LinkedHashMap<>();
        fields.put("module_id", Cbor.text("i-0123456789abcdef0-enc0123456789abcdef"));
        fields.put("digest", Cbor.text("SHA384"));
        fields.put("timestamp", Cbor.integer(1_700_000_000_123L));
        fields.put("pcrs", Cbor.map(Cbor.integer(0), Cbor.bytes(filled(48))));
        fields.put("certificate", Cbor.bytes(filled(640)));
        fields.put("cabundle", Cbor.array(Cbor.bytes(filled(533)), Cbor.bytes(filled(706))));
        fields.put("public_key", Cbor.NULL);
        fields.put("user_data", Cbor.NULL);
        fields.put("nonce", Cbor.NULL);
        return fields;
    }

    public static Bytes encode(Map<String, Bytes> fields) {
        return envelope(Cbor.map(Cbor.entries(fields)));
    }

    /** The document of {@link #fields} with one field changed, or left out where the change gives null. */
    public static Bytes with(String field, UnaryOperator<Bytes> change) {
        Map<String, Bytes> fields = fields();
        fields.put(field, change.apply(fields.get(field)));
        return encode(fields);
    }

    public static Bytes with(String field, Bytes value) {
        return with(field, old -> value);
    }

    /** An untagged COSE_Sign1 around {@code payload}. */
    public static Bytes envelope(Bytes payload) {
        return Cbor.array(Cbor.bytes(PROTECTED), Cbor.map(), Cbor.bytes(payload), Cbor.bytes(SIGNATURE));
    }

    public static Bytes filled(int size) {
        byte[] content = new byte[size];
        java.util.Arrays.fill(content, (byte) 0x5a);
        return Bytes.of(content);
    }
}

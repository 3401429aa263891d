package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CborHead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Deterministic CBOR (RFC 8949, section 4.2.1) of the few items that a signature section has. */
final class CborWriter {
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Bytes encode(Consumer<CborWriter> items) {
        CborWriter writer = new CborWriter();
        items.accept(writer);
        return Bytes.of(writer.out.toByteArray());
    }

    void array(int elements) {
        head(ARRAY, elements);
    }

    void map(int entries) {
        head(MAP, entries);
    }

    void text(String ascii) {
        head(TEXT, ascii.length());
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    void bytes(Bytes value) {
        head(BYTES, value.size());
        out.writeBytes(value.toByteArray());
    }

    void number(int value) {
        head(value < 0 ? NEGATIVE : 0, value < 0 ? -1 - value : value);
    }

    /** Bytes as an array of integers, which is how serde writes them. */
    void numbers(Bytes value) {
        array(value.size());
        for (int i = 0; i < value.size(); i++) {
            number(value.at(i));
        }
    }

    private void head(int major, int argument) {
        out.writeBytes(CborHead.of(major, argument).toByteArray());
    }
}

package io.attestedmesh.attest.evidence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.Closeable;
import java.io.IOException;

/**
 * Reads values from bytes that {@link CborScanner} has accepted.
 *
 * <p>Jackson shows an integer key and a text key alike, and the key 2⁶⁴−1 as −1; where that matters, the raw bytes are
 * asked.
 */
final class CborInput implements Closeable {
    private static final CBORFactory FACTORY = CBORFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final byte[] in;
    private final CBORParser parser;

    CborInput(byte[] in) throws IOException {
        this.in = in;
        this.parser = FACTORY.createParser(in);
    }

    /** The next token, null at the end. */
    JsonToken next() throws IOException {
        return parser.nextToken();
    }

    /** The current key or text. */
    String text() throws IOException {
        return parser.getText();
    }

    /** True if the current key or value is an unsigned integer in CBOR. */
    boolean isUnsigned() {
        return major() == 0;
    }

    /** The current key or value if it is an unsigned integer of at most one byte, else -1. */
    int octet() {
        int at = tokenStart();
        int head = in[at] & 0xff;
        return head < 24 ? head : head == 24 ? in[at + 1] & 0xff : -1;
    }

    /** True if the current key or value is a text string in CBOR. */
    boolean isText() {
        return major() == 3;
    }

    /** True if the current token opens a map or an array, or is a byte string, as {@code expected} says. */
    boolean is(JsonToken expected) {
        return parser.currentToken() == expected;
    }

    boolean isNull() {
        return is(JsonToken.VALUE_NULL);
    }

    boolean isBytes() {
        return is(JsonToken.VALUE_EMBEDDED_OBJECT);
    }

    Bytes bytes() throws IOException {
        return Bytes.adopt(parser.getBinaryValue());
    }

    /** The current unsigned integer; {@link Long#MAX_VALUE} for any that is larger. */
    long unsigned() throws IOException {
        return parser.getNumberType() == CBORParser.NumberType.BIG_INTEGER ? Long.MAX_VALUE : parser.getLongValue();
    }

    void skipChildren() throws IOException {
        parser.skipChildren();
    }

    /** What the current value is, for messages. */
    String kind() {
        return String.valueOf(parser.currentToken());
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    private int major() {
        return (in[tokenStart()] & 0xff) >> 5;
    }

    private int tokenStart() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }
}

package io.attestedmesh.releases.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.evidence.Utf8;
import io.attestedmesh.releases.MalformedReleasesException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One pass over a strict JSON document (RFC 8259): UTF-8 without a byte order mark, every member known and there once,
 * nothing behind the value, at most 16 levels. Every error names the place, as {@code releases[3].pcrs.0}.
 */
public final class JsonReader {
    /** The largest integer that every JSON implementation reads exactly (RFC 8259, section 6). */
    public static final long MAX_INTEGER = (1L << 53) - 1;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_DIGITS = 20;
    private static final int MAX_NAME = 64;

    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxNameLength(MAX_NAME)
                    // The document is in memory and bounded; each text has its own bound besides.
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Reads the value that the reader stands at, to its end. */
    @FunctionalInterface
    public interface Format<T> {
        T read(JsonReader in) throws MalformedReleasesException;
    }

    private final String what;
    private final byte[] document;
    private final JsonParser parser;

    private JsonReader(String what, byte[] document, JsonParser parser) {
        this.what = what;
        this.document = document;
        this.parser = parser;
    }

    /**
     * Reads a whole document.
     *
     * @param what what it is, for messages, as {@code "release list"}
     * @throws MalformedReleasesException if it is longer than {@code maxBytes}, no strict JSON, or not of the format
     */
    public static <T> T read(String what, Bytes document, int maxBytes, Format<T> format)
            throws MalformedReleasesException {
        if (document.size() > maxBytes) {
            throw new MalformedReleasesException(what, document.size() + " bytes, more than " + maxBytes);
        }
        requireUtf8(what, document);
        byte[] content = document.toByteArray();
        try (JsonParser parser = STRICT.createParser(content)) {
            JsonReader in = new JsonReader(what, content, parser);
            in.advance();
            T value = format.read(in);
            if (in.advance() != null) {
                throw new MalformedReleasesException(what, "there is more behind the end of the document");
            }
            return value;
        } catch (IOException e) {
            throw new MalformedReleasesException(what, "could not be closed", e);
        }
    }

    /** Jackson would also read UTF-16 and UTF-32, which it tells by zero bytes among the first four. */
    private static void requireUtf8(String what, Bytes document) throws MalformedReleasesException {
        boolean other = !Utf8.isValid(document) || (!document.isEmpty() && document.at(0) == 0xef);
        for (int i = 0; i < Math.min(4, document.size()); i++) {
            other |= document.at(i) == 0;
        }
        if (other) {
            throw new MalformedReleasesException(what, "not UTF-8 without a byte order mark");
        }
    }

    public void beginObject() throws MalformedReleasesException {
        require(JsonToken.START_OBJECT, "an object");
    }

    /** Goes on to the value of the object's next member; false at its end. */
    public boolean nextMember() throws MalformedReleasesException {
        if (advance() == JsonToken.END_OBJECT) {
            return false;
        }
        advance();
        return true;
    }

    /** The name of the member that {@link #nextMember} went to. */
    public String member() {
        return base().getCurrentName();
    }

    public void beginArray() throws MalformedReleasesException {
        require(JsonToken.START_ARRAY, "an array");
    }

    /** Goes on to the array's next element, of which there may be {@code max}; false at its end. */
    public boolean nextElement(int max) throws MalformedReleasesException {
        if (advance() == JsonToken.END_ARRAY) {
            return false;
        }
        if (base().getCurrentIndex() >= max) {
            throw malformed("more than " + max + " elements");
        }
        return true;
    }

    /** Passes over the current value, whatever it is: it is well-formed, and nothing more is known of it. */
    public void skip() throws MalformedReleasesException {
        try {
            parser.skipChildren();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    public boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** Text of at most {@code max} UTF-16 units without unpaired surrogates. */
    public String text(int max) throws MalformedReleasesException {
        String text = bounded(max);
        if (!isWellFormed(text)) {
            throw malformed("half a surrogate pair");
        }
        return text;
    }

    /** An integer from {@code min} to {@code max}, written without fraction or exponent. */
    public long integer(long min, long max) throws MalformedReleasesException {
        require(JsonToken.VALUE_NUMBER_INT, "an integer");
        try {
            long value = parser.getLongValue();
            if (value >= min && value <= max && !parser.getText().equals("-0")) {
                return value;
            }
        } catch (JsonProcessingException e) {
            throw malformed("an integer of more than 64 bits");
        } catch (IOException e) {
            throw unreadable(e);
        }
        throw malformed("not from " + min + " to " + max);
    }

    /** A time of whole seconds in UTC: {@code 2026-11-20T10:00:00Z} (RFC 3339). */
    public Instant instant() throws MalformedReleasesException {
        return checked(bounded(Encodings.INSTANT_LENGTH), Encodings::instant);
    }

    /** {@code size} bytes as lower-case hexadecimal digits. */
    public Bytes hex(int size) throws MalformedReleasesException {
        return checked(bounded(2 * size), text -> Encodings.hex(text, size));
    }

    /** At most {@code max} bytes as base64 with padding (RFC 4648, section 4). */
    public Bytes base64(int max) throws MalformedReleasesException {
        return checked(bounded(Encodings.base64Length(max)), Encodings::base64);
    }

    /** At most {@code max} bytes as base64url without padding (RFC 7515, section 2). */
    public Bytes base64url(int max) throws MalformedReleasesException {
        Optional<ByteBuffer> plain = plainString();
        if (plain.isEmpty()) {
            return checked(bounded(Encodings.base64Length(max)), Encodings::base64url);
        }
        ByteBuffer text = plain.get();
        requireLength(text.remaining(), Encodings.base64Length(max));
        return checked(() -> Encodings.base64url(text));
    }

    /**
     * The current string where it stands in the document, for texts of megabytes: the parser would make a string of it by
     * copies. Empty if it has escapes, or no end. The parser still looks at each of its characters when it goes on.
     */
    private Optional<ByteBuffer> plainString() throws MalformedReleasesException {
        require(JsonToken.VALUE_STRING, "a string");
        int begin = Math.toIntExact(parser.currentTokenLocation().getByteOffset()) + 1;
        for (int end = begin; end < document.length && document[end] != '\\'; end++) {
            if (document[end] == '"') {
                return Optional.of(ByteBuffer.wrap(document, begin, end - begin));
            }
        }
        return Optional.empty();
    }

    /** {@code value}, which is null where the member {@code name} was not there. */
    public <T> T required(String name, T value) throws MalformedReleasesException {
        if (value == null) {
            throw malformed("member \"" + name + "\" is missing");
        }
        return value;
    }

    /** What {@code made} makes; the place is added to an {@link IllegalArgumentException} of a value that checks itself. */
    public <T> T checked(Supplier<T> made) throws MalformedReleasesException {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw malformed(e.getMessage());
        }
    }

    private <T> T checked(String text, Function<String, T> decoding) throws MalformedReleasesException {
        return checked(() -> decoding.apply(text));
    }

    /** For a member that the format does not have. */
    public MalformedReleasesException unknownMember() {
        return new MalformedReleasesException(
                Place.of(what, base().getParent()), "unknown member " + Excerpt.of(member()));
    }

    /** At the place where the reader stands: a value, or the object or array that was just read to its end. */
    public MalformedReleasesException malformed(String problem) {
        return new MalformedReleasesException(Place.of(what, base()), problem);
    }

    private void require(JsonToken token, String expected) throws MalformedReleasesException {
        if (parser.currentToken() != token) {
            throw malformed("not " + expected);
        }
    }

    /** What the current value is a member or element of. */
    private JsonStreamContext base() {
        JsonStreamContext context = parser.getParsingContext();
        JsonToken token = parser.currentToken();
        return token != null && token.isStructStart() ? context.getParent() : context;
    }

    private JsonToken advance() throws MalformedReleasesException {
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** For what is ASCII or refused: that it is text of Unicode is not looked at here. */
    private String bounded(int max) throws MalformedReleasesException {
        require(JsonToken.VALUE_STRING, "a string");
        String text = string();
        requireLength(text.length(), max);
        return text;
    }

    private void requireLength(int length, int max) throws MalformedReleasesException {
        if (length > max) {
            throw malformed("more than " + max + " characters");
        }
    }

    private String string() throws MalformedReleasesException {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Without the cause, whose message holds pieces of the document as they are. */
    private MalformedReleasesException unreadable(IOException e) {
        JsonLocation at = parser.currentLocation();
        String detail = e instanceof JsonProcessingException p ? p.getOriginalMessage() : e.getMessage();
        return new MalformedReleasesException(
                what,
                "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": no strict JSON: " + OneLine.of(detail));
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}

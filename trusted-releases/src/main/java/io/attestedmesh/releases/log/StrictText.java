package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.MalformedReleasesException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Text, numbers and Base 64 that have one encoding only; every other one is malformed. */
final class StrictText {
    private StrictText() {}

    static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static String decodeUtf8(String what, Bytes encoded) throws MalformedReleasesException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(encoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedReleasesException(what, "not UTF-8", e);
        }
    }

    /** False for half a surrogate pair, which JSON can spell and UTF-8 cannot. */
    static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(CharBuffer.wrap(text));
    }

    static String base64(Bytes value) {
        return Base64.getEncoder().encodeToString(value.toByteArray());
    }

    /** RFC 4648, section 4: padded, no line breaks, the bits that carry nothing zero. */
    static Bytes decodeBase64(String what, String text) throws MalformedReleasesException {
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedReleasesException(what, "no Base 64: " + OneLine.of(text), e);
        }
        if (!Base64.getEncoder().encodeToString(decoded).equals(text)) {
            throw new MalformedReleasesException(what, "Base 64 in another than its one form: " + OneLine.of(text));
        }
        return Bytes.of(decoded);
    }

    /** ASCII digits without leading zeros, at most {@code max}. */
    static long decimal(String what, String text, long max) throws MalformedReleasesException {
        if (!text.matches("0|[1-9][0-9]{0,17}") || Long.parseLong(text) > max) {
            throw new MalformedReleasesException(what, "no number from 0 to " + max + ": " + OneLine.of(text));
        }
        return Long.parseLong(text);
    }
}

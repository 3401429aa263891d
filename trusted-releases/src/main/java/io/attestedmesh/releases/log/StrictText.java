package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.evidence.Utf8;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.Encodings;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** Text, numbers and Base 64 that have one encoding only; every other one is malformed. */
final class StrictText {
    private StrictText() {}

    static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static String decodeUtf8(String what, Bytes encoded) throws MalformedReleasesException {
        if (!Utf8.isValid(encoded)) {
            throw new MalformedReleasesException(what, "not UTF-8");
        }
        return new String(encoded.toByteArray(), StandardCharsets.UTF_8);
    }

    /** False for half a surrogate pair, which JSON can spell and UTF-8 cannot. */
    static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(CharBuffer.wrap(text));
    }

    /** RFC 4648, section 4: padded, no line breaks, the bits that carry nothing zero. */
    static Bytes decodeBase64(String what, String text) throws MalformedReleasesException {
        try {
            return Encodings.base64(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedReleasesException(what, e.getMessage() + ": " + OneLine.of(text), e);
        }
    }

    /** ASCII digits without leading zeros, at most {@code max}. */
    static long decimal(String what, String text, long max) throws MalformedReleasesException {
        if (!text.matches("0|[1-9][0-9]{0,17}") || Long.parseLong(text) > max) {
            throw new MalformedReleasesException(what, "no number from 0 to " + max + ": " + OneLine.of(text));
        }
        return Long.parseLong(text);
    }
}

package io.attestedmesh.cli.evidence;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Turns hexadecimal digits, base64 and base64url (padded or not, in lines or not) back into bytes. A COSE_Sign1 begins
 * with 84 or d2, in base64 with "h" or "0o", so no document in base64 can be taken for hexadecimal digits.
 */
final class TextEncoding {
    private TextEncoding() {}

    /** What {@code content} encodes; empty if it is not text, or text in no known encoding. */
    static Optional<byte[]> decode(byte[] content) {
        if (!isText(content)) {
            return Optional.empty();
        }
        String text = new String(content, StandardCharsets.US_ASCII).replaceAll("\\s", "");
        String digits = text.startsWith("0x") ? text.substring(2) : text;
        if (digits.matches("[0-9A-Fa-f]+")) {
            return digits.length() % 2 == 0 ? Optional.of(HexFormat.of().parseHex(digits)) : Optional.empty();
        }
        try {
            return Optional.of(Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** True if all bytes are printable ASCII or white space. */
    static boolean isText(byte[] content) {
        for (byte b : content) {
            if (b != '\t' && b != '\n' && b != '\r' && (b < ' ' || b == 0x7f)) {
                return false;
            }
        }
        return true;
    }
}

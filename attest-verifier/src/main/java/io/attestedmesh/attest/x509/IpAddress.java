package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;

/** IP addresses as text and as the 4 or 16 octets of an iPAddress name; nothing is ever looked up. */
final class IpAddress {
    private static final int GROUPS = 8;

    private IpAddress() {}

    /** Reads dotted decimal without leading zeros, or IPv6 (RFC 4291, section 2.2), also in brackets; no zone. */
    static Optional<Bytes> parse(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            return parseV6(text.substring(1, text.length() - 1));
        }
        return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
    }

    private static Optional<Bytes> parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        byte[] octets = new byte[4];
        for (int i = 0; i < 4; i++) {
            int octet = number(parts[i], 10, 3);
            if (octet < 0 || octet > 255 || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) {
                return Optional.empty();
            }
            octets[i] = (byte) octet;
        }
        return Optional.of(Bytes.of(octets));
    }

    private static Optional<Bytes> parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return parseGroups(text, GROUPS).filter(octets -> octets.size() == 2 * GROUPS);
        }
        Optional<Bytes> left = gap == 0 ? Optional.of(Bytes.EMPTY) : parseGroups(text.substring(0, gap), GROUPS);
        String after = text.substring(gap + 2);
        Optional<Bytes> right = after.isEmpty() ? Optional.of(Bytes.EMPTY) : parseGroups(after, GROUPS);
        if (left.isEmpty() || right.isEmpty() || text.substring(0, gap).indexOf('.') >= 0) {
            return Optional.empty();
        }
        int zeros = 2 * GROUPS - left.get().size() - right.get().size();
        return zeros < 2
                ? Optional.empty()
                : Optional.of(Bytes.concat(left.get(), Bytes.of(new byte[zeros]), right.get()));
    }

    /** Reads groups of up to four hexadecimal digits, the last two of them perhaps as an IPv4 address. */
    private static Optional<Bytes> parseGroups(String text, int most) {
        String[] parts = text.split(":", -1);
        if (parts.length > most) {
            return Optional.empty();
        }
        Bytes octets = Bytes.EMPTY;
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                Optional<Bytes> v4 = parseV4(parts[i]);
                if (v4.isEmpty()) {
                    return Optional.empty();
                }
                octets = Bytes.concat(octets, v4.get());
            } else {
                int group = number(parts[i], 16, 4);
                if (group < 0) {
                    return Optional.empty();
                }
                octets = Bytes.concat(octets, Bytes.of((byte) (group >>> 8), (byte) group));
            }
        }
        return octets.size() > 2 * GROUPS ? Optional.empty() : Optional.of(octets);
    }

    private static int number(String digits, int radix, int most) {
        if (digits.isEmpty() || digits.length() > most) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }

    /** Writes 4 octets in dotted decimal and 16 as RFC 5952 does; anything else as hexadecimal digits. */
    static String text(Bytes octets) {
        if (octets.size() == 4) {
            return octets.at(0) + "." + octets.at(1) + "." + octets.at(2) + "." + octets.at(3);
        }
        return octets.size() == 2 * GROUPS ? textV6(octets) : octets.hex();
    }

    private static String textV6(Bytes octets) {
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0, run = 0; i < GROUPS; i++) {
            run = group(octets, i) == 0 ? run + 1 : 0;
            if (run > bestLength) {
                bestLength = run;
                bestStart = i - run + 1;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                text.append(text.length() == 0 || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(group(octets, i)));
            }
        }
        return text.toString();
    }

    private static int group(Bytes octets, int index) {
        return octets.at(2 * index) << 8 | octets.at(2 * index + 1);
    }
}

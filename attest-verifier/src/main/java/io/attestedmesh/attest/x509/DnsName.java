package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_NAME;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;

/**
 * A DNS name in the preferred syntax (RFC 1034, section 3.5, as RFC 5280 demands of dNSName), in lower case.
 *
 * @param value letters, digits and hyphens, labels of 1 to 63, 253 characters in all, no dot at the end; without the
 *     {@code *.} of a wildcard
 * @param wildcard whether {@code *.} stood before it
 */
record DnsName(String value, boolean wildcard) {
    private static final int LONGEST = 253;
    private static final int LONGEST_LABEL = 63;

    /** Reads a dNSName of a certificate, which may be a wildcard. */
    static DnsName presented(String text) throws RejectedCertificateException {
        boolean wildcard = text.startsWith("*.");
        String name = wildcard ? text.substring(2) : text;
        if (!isValid(name) || text.length() > LONGEST || endsInNumber(name)) {
            throw new RejectedCertificateException(
                    MALFORMED_NAME, "a DNS name in preferred syntax or *. and one", "\"" + text + "\"");
        }
        return new DnsName(name.toLowerCase(Locale.ROOT), wildcard);
    }

    /** Reads the name that a caller expects; a dot at the end and other scripts are allowed, wildcards are not. */
    static Optional<DnsName> expected(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        try {
            name = IDN.toASCII(name);
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
        return isValid(name) ? Optional.of(new DnsName(name.toLowerCase(Locale.ROOT), false)) : Optional.empty();
    }

    /** True of what readers may take for an IPv4 address; no top-level domain is a number (RFC 3696, section 2). */
    private static boolean endsInNumber(String name) {
        return name.substring(name.lastIndexOf('.') + 1).chars().allMatch(c -> c >= '0' && c <= '9');
    }

    static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean last = i + 1 == name.length() || name.charAt(i + 1) == '.';
            if (c == '.') {
                if (label == 0 || i + 1 == name.length()) {
                    return false;
                }
                label = 0;
            } else if (++label > LONGEST_LABEL || (!isLetterOrDigit(c) && (c != '-' || label == 1 || last))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /**
     * True if {@code expected} is this name, or has exactly one label more than this wildcard (RFC 9525, section 6.3).
     * A wildcard directly below a top-level domain covers nothing.
     */
    boolean covers(DnsName expected) {
        if (expected.wildcard) {
            return false;
        }
        if (!wildcard) {
            return value.equals(expected.value);
        }
        int dot = expected.value.indexOf('.');
        return dot > 0 && value.indexOf('.') > 0 && value.equals(expected.value.substring(dot + 1));
    }

    /** True if every name that this one covers is {@code base} or lies below it; {@code base} "" is the whole DNS. */
    boolean isWithin(String base) {
        return base.isEmpty() || value.equals(base) || value.endsWith("." + base);
    }

    /** True if some name that this one covers is {@code base} or lies below it. */
    boolean mayBeWithin(String base) {
        return isWithin(base)
                || (wildcard && base.endsWith("." + value) && base.indexOf('.') == base.length() - value.length() - 1);
    }

    /** As a certificate writes it. */
    @Override
    public String toString() {
        return wildcard ? "*." + value : value;
    }
}

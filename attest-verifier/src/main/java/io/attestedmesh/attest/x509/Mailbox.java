package io.attestedmesh.attest.x509;

import java.util.Locale;
import java.util.Optional;

/**
 * An rfc822Name (RFC 5280, section 4.2.1.6): a dot-atom before the only {@code @}; quoted local parts are not accepted.
 *
 * @param local compared with regard to case
 * @param host in lower case
 */
record Mailbox(String local, String host) {
    private static final String ATOM_SIGNS = "!#$%&'*+-/=?^_`{|}~";
    private static final int LONGEST_LOCAL = 64;

    static Optional<Mailbox> parse(String text) {
        int at = text.indexOf('@');
        if (at <= 0 || at != text.lastIndexOf('@') || !DnsName.isValid(text.substring(at + 1))) {
            return Optional.empty();
        }
        String local = text.substring(0, at);
        return isDotAtom(local)
                ? Optional.of(new Mailbox(local, text.substring(at + 1).toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static boolean isDotAtom(String local) {
        if (local.length() > LONGEST_LOCAL || local.startsWith(".") || local.endsWith(".") || local.contains("..")) {
            return false;
        }
        return local.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '.'
                        || ATOM_SIGNS.indexOf(c) >= 0);
    }
}

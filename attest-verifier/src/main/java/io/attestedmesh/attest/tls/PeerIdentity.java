package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.ServerNames;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;

/**
 * The name under which a peer stands in the roster: a DNS name in lower case, an IP address in its canonical text, or a
 * party name.
 *
 * @param name 1 to 253 printable ASCII characters without spaces
 */
public record PeerIdentity(String name) {
    public PeerIdentity {
        if (!isValid(name)) {
            throw new IllegalArgumentException("an identity is 1 to 253 printable ASCII characters without spaces");
        }
    }

    private static boolean isValid(String name) {
        return !name.isEmpty() && name.length() <= 253 && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** The identity that a host or SAN stands for, empty if it cannot be one: a wildcard never is. */
    public static Optional<PeerIdentity> ofHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return isValid(name) && name.indexOf('*') < 0
                ? Optional.of(new PeerIdentity(name.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    /**
     * Checks what peers with name policy {@link NamePolicy#SAN} check: this very name stands among the subject alternative
     * names, an address among the addresses, a DNS name among the DNS names. A wildcard that covers it does not count.
     *
     * @throws RejectedCertificateException NAME_MISMATCH, or why the certificate cannot be read
     */
    public void requireNamedBy(X509Certificate certificate) throws RejectedCertificateException {
        ClaimedNames.of(certificate).requireSan(this);
    }

    boolean isAddress() {
        return ServerNames.address(name).isPresent();
    }

    /** What stands for all spellings of the name: in any case, or of an IP address however it is written. */
    String key() {
        return ServerNames.address(name).orElseGet(() -> name.toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return name;
    }
}

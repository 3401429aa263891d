package io.attestedmesh.attest.tls;

import java.util.Locale;

/** What evidence proves about a connection, weaker first (docs/threat-model.md compares them by attack). */
public enum Freshness {
    /** The key of the certificate was born in the attested enclave; where this connection ends is not proved. */
    CERTIFICATE,
    /** The enclave itself spoke in this very connection, after its handshake: RFC 9266 channel binding, fresh nonces. */
    SESSION;

    /** True if this is as much as {@code demanded} or more. */
    public boolean satisfies(Freshness demanded) {
        return compareTo(demanded) >= 0;
    }

    /** The level as configurations, logs and metrics spell it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.util.Locale;

/** Names of the files that a node needs; the same on every node, so that one configuration fits all. */
final class NodeFiles {
    static final String CA = "ca.crt";
    static final String REVOKED = "ca.crl";

    private NodeFiles() {}

    static String certificate(Usage usage) {
        return title(usage) + ".crt";
    }

    static String key(Usage usage) {
        return title(usage) + ".key";
    }

    static String request(Usage usage) {
        return title(usage) + ".csr";
    }

    /** As in the option: {@code server} or {@code client}. */
    static String title(Usage usage) {
        return usage.name().toLowerCase(Locale.ROOT);
    }
}

package io.attestedmesh.attest.simulator;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** A certificate of the simulated cloud together with its key. */
record Issuer(PrivateKey key, X509Certificate certificate) {
    boolean validAt(Instant instant) {
        return !instant.isBefore(certificate.getNotBefore().toInstant())
                && !instant.isAfter(certificate.getNotAfter().toInstant());
    }

    /** Keeps the key out of logs. */
    @Override
    public String toString() {
        return "Issuer[" + certificate.getSubjectX500Principal() + "]";
    }
}

package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;

/** A certificate that settles its transaction; only {@link StatementVerifier} makes one. */
public final class VerifiedCertificate {
    private final Certificate certificate;

    VerifiedCertificate(Certificate certificate) {
        this.certificate = certificate;
    }

    public Certificate certificate() {
        return certificate;
    }

    public TransactionId transaction() {
        return certificate.transaction();
    }

    /** Empty if the transaction failed. */
    public Optional<Value> value() {
        return certificate.value();
    }

    public Bytes encoded() {
        return certificate.encoded();
    }
}

package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.List;
import java.util.Optional;

/** A certificate that settles its transaction: verified by {@link StatementVerifier}, or made of verified statements. */
public final class VerifiedCertificate {
    private final Certificate certificate;

    VerifiedCertificate(Certificate certificate) {
        this.certificate = certificate;
    }

    /** What settles the transaction among these statements of it, if anything does. */
    public static Optional<VerifiedCertificate> of(
            Committee committee, TransactionId transaction, List<VerifiedStatement> statements) {
        List<SignedStatement> signed =
                statements.stream().map(VerifiedStatement::signed).toList();
        Tally tally = new Tally(committee, signed);
        Optional<Value> decided = tally.decided();
        if (decided.isPresent()) {
            List<SignedStatement> votes = signed.stream()
                    .filter(one -> one.statement().value().equals(decided))
                    .toList();
            return Optional.of(new VerifiedCertificate(new Certificate(transaction, decided, votes)));
        }
        return tally.failed()
                ? Optional.of(new VerifiedCertificate(new Certificate(transaction, Optional.empty(), signed)))
                : Optional.empty();
    }

    /** What this node verified before it put it into its own journal. */
    public static VerifiedCertificate readmit(Certificate stored) {
        return new VerifiedCertificate(stored);
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

    /** Each of them was verified, too. */
    public List<VerifiedStatement> statements() {
        return certificate.statements().stream().map(VerifiedStatement::new).toList();
    }
}

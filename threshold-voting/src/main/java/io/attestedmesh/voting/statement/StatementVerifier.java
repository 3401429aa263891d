package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Verifies what a committee's nodes sign, by their voting keys. Thread-safe. */
public final class StatementVerifier {
    private static final int REMEMBERED = 4096;

    private final Committee committee;
    private final VotingKeys keys;
    private final Map<SignedStatement, VerifiedStatement> lately = Collections.synchronizedMap(new Lately());

    /** What verified before does so again: nodes tell each other much more than once. */
    private static final class Lately extends LinkedHashMap<SignedStatement, VerifiedStatement> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SignedStatement, VerifiedStatement> eldest) {
            return size() > REMEMBERED;
        }
    }

    public StatementVerifier(VotingKeys keys) {
        this.committee = keys.committee();
        this.keys = keys;
    }

    public Committee committee() {
        return committee;
    }

    /**
     * Verifies one statement.
     *
     * @throws RejectedStatementException NETWORK, EPOCH, NOT_A_MEMBER, NO_KEY or SIGNATURE
     */
    public VerifiedStatement verify(SignedStatement signed) throws RejectedStatementException {
        VerifiedStatement before = lately.get(signed);
        if (before != null) {
            return before;
        }
        Statement statement = signed.statement();
        requireOf(committee, statement.network(), statement.epoch(), statement.node());
        requireSignature(statement.node(), signed.covered(), signed.signature());
        VerifiedStatement verified = new VerifiedStatement(signed);
        lately.put(signed, verified);
        return verified;
    }

    /**
     * Verifies that {@code node} signed these bytes by its voting key.
     *
     * @throws RejectedStatementException NO_KEY or SIGNATURE
     */
    public void requireSignature(String node, Bytes labelled, Bytes signature) throws RejectedStatementException {
        Optional<Ed25519PublicKey> key = keys.of(node);
        if (key.isEmpty()) {
            throw new RejectedStatementException(
                    StatementReason.NO_KEY, "the voting key of " + node, "none was announced in this epoch");
        }
        if (!key.get().verify(labelled, signature)) {
            throw new RejectedStatementException(
                    StatementReason.SIGNATURE,
                    "a signature by " + node + "'s voting key "
                            + key.get().raw().hex(),
                    signature.hex());
        }
    }

    /** Refuses what is not of a member of this committee, in its epoch. */
    public static void requireOf(Committee committee, String network, long epoch, String node)
            throws RejectedStatementException {
        if (!network.equals(committee.network())) {
            throw new RejectedStatementException(StatementReason.NETWORK, committee.network(), network);
        }
        if (epoch != committee.epoch()) {
            throw new RejectedStatementException(
                    StatementReason.EPOCH, Long.toString(committee.epoch()), Long.toString(epoch));
        }
        if (!committee.contains(node)) {
            throw new RejectedStatementException(StatementReason.NOT_A_MEMBER, "one of " + committee.nodes(), node);
        }
    }

    /**
     * Verifies a certificate: one transaction, each node once, enough of them, then the signatures.
     *
     * @throws RejectedStatementException as {@link #verify(SignedStatement)}, NOT_OF_ONE_TRANSACTION or THRESHOLD
     */
    public VerifiedCertificate verify(Certificate certificate) throws RejectedStatementException {
        List<SignedStatement> statements = certificate.statements();
        Set<String> nodes = new HashSet<>();
        for (SignedStatement signed : statements) {
            if (!signed.transaction().equals(certificate.transaction())) {
                throw new RejectedStatementException(
                        StatementReason.NOT_OF_ONE_TRANSACTION,
                        "statements of " + certificate.transaction(),
                        "one of " + signed.transaction());
            }
            if (!nodes.add(signed.node())) {
                throw new RejectedStatementException(
                        StatementReason.NOT_OF_ONE_TRANSACTION, "each node once", signed.node() + " twice");
            }
        }
        requireSettled(certificate, new Tally(committee, statements));
        for (SignedStatement signed : statements) {
            VerifiedStatement unused = verify(signed);
        }
        return new VerifiedCertificate(certificate);
    }

    private void requireSettled(Certificate certificate, Tally tally) throws RejectedStatementException {
        boolean settled =
                certificate.value().isPresent() ? tally.decided().equals(certificate.value()) : tally.failed();
        if (!settled) {
            throw new RejectedStatementException(
                    StatementReason.THRESHOLD,
                    certificate
                            .value()
                            .map(value -> committee.threshold() + " votes for " + value)
                            .orElse(committee.threshold() + " statements against each value"),
                    tally.heard() + " statements, votes " + tally.votes());
        }
    }
}

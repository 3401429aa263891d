package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.replica.Replica;
import io.attestedmesh.voting.replica.ReplicaListener;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.statement.VotingKeys;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How long it takes to sign, to verify, and to find a double vote, when nothing else runs; medians, in µs. */
final class Detection implements ReplicaListener {
    private static final int TIMES = 4000;
    private static final int OF_ONE_NODE = 20;

    private long violated;

    /** Medians, in µs; {@code detect} is from the bytes of the second vote to the report of the violation. */
    record Micros(double sign, double verify, double detect) {}

    static Micros measure(Path folder) throws Exception {
        Committee committee = new Committee("detection", 1, 4, List.of("a", "b", "c", "d", "e"));
        SecureRandom random = new SecureRandom();
        StatementSigner self = new StatementSigner(committee, "a", Ed25519PrivateKey.generate(random));
        StatementSigner liar = new StatementSigner(committee, "b", Ed25519PrivateKey.generate(random));
        VotingKeys keys = new VotingKeys(committee);
        boolean pinned = keys.pin(liar.announcement());
        StatementVerifier verifier = new StatementVerifier(keys);
        StatementVerifier another = new StatementVerifier(keys); // which has verified nothing yet
        Detection heard = new Detection();
        double[] sign = new double[TIMES];
        double[] verify = new double[TIMES];
        double[] detect = new double[TIMES];
        for (int i = 0; i < TIMES; i += OF_ONE_NODE) {
            try (FileJournal journal = FileJournal.open(folder.resolve(i + ".mv"), committee, "a")) {
                Replica replica = new Replica(self, journal, ReplicaSettings.DEFAULT, heard, Instant.now());
                for (int j = i; j < i + OF_ONE_NODE; j++) {
                    TransactionId transaction = new TransactionId("tx" + j);
                    VerifiedStatement one = liar.sign(2L * j + 1, transaction, Optional.of(new Value("42")));
                    long begin = System.nanoTime();
                    VerifiedStatement other = liar.sign(2L * j + 2, transaction, Optional.of(new Value("43")));
                    long signed = System.nanoTime();
                    hear(replica, verifier, one.signed());
                    long verifies = System.nanoTime();
                    VerifiedStatement unused = another.verify(one.signed());
                    long arrives = System.nanoTime();
                    hear(replica, verifier, SignedStatement.parse(other.signed().encoded()));
                    sign[j] = (signed - begin) / 1e3;
                    verify[j] = (arrives - verifies) / 1e3;
                    detect[j] = (heard.violated - arrives) / 1e3;
                }
            }
        }
        return new Micros(median(sign), median(verify), pinned ? median(detect) : Double.NaN);
    }

    private static void hear(Replica replica, StatementVerifier verifier, SignedStatement signed)
            throws RejectedStatementException {
        replica.receive(signed.node(), new Message.Statements(List.of(verifier.verify(signed))), Instant.now());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Override
    public void violated(VerifiedViolation violation, double score, boolean excluded, Instant now) {
        violated = System.nanoTime();
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void stated(VerifiedStatement statement, Instant now) {
        // only violations are looked at
    }

    @Override
    public void settled(Ballot ballot, Instant now) {
        // none is
    }

    @Override
    public void excluded(String node, double score, boolean excluded, Instant now) {
        // follows from the violation
    }

    @Override
    public void reinstated(Reinstatement act, double score, boolean excluded, Instant now) {
        // nobody does
    }

    @Override
    public void contradicted(Ballot ballot, VerifiedCertificate other) {
        // none is settled
    }

    @Override
    public void rolledBack(String peer, VerifiedStatement shown) {
        // nobody shows any
    }
}

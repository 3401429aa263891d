package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VotingKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Three of the four nodes a, b, c, d decide. All their keys are here, so that a test can have as many liars as it wants. */
final class CoordinationFixture {
    static final List<String> NODES = List.of("a", "b", "c", "d");
    static final Committee COMMITTEE = new Committee("test", 1, 3, NODES);

    private final Map<String, StatementSigner> signers = new TreeMap<>();
    private final VotingKeys keys = new VotingKeys(COMMITTEE);
    private long sequence;

    CoordinationFixture() throws Exception {
        this(NODES);
    }

    /** Only these have announced their keys. */
    CoordinationFixture(List<String> announced) throws Exception {
        for (String node : NODES) {
            byte[] seed = new byte[32];
            seed[0] = (byte) node.charAt(0);
            signers.put(node, new StatementSigner(COMMITTEE, node, Ed25519PrivateKey.of(Bytes.of(seed))));
        }
        for (String node : announced) {
            announce(node);
        }
    }

    void announce(String node) throws Exception {
        keys.pin(signers.get(node).announcement());
    }

    StatementVerifier verifier() {
        return new StatementVerifier(keys);
    }

    static TransactionId id(String text) {
        return new TransactionId(text);
    }

    static MemberRecord member(String node) {
        return new MemberRecord(node, "127.0.0.1", 7000, COMMITTEE.epoch());
    }

    /** Votes of a, b and c. */
    Certificate decided(String id, String value) {
        return by(List.of("a", "b", "c"), id, Optional.of(new Value(value)));
    }

    /** Timeouts of a, b and c. */
    Certificate failed(String id) {
        return by(List.of("a", "b", "c"), id, Optional.empty());
    }

    /** What these say, whether they are enough or not. */
    Certificate by(List<String> nodes, String id, Optional<Value> value) {
        List<SignedStatement> statements = new ArrayList<>();
        for (String node : nodes) {
            statements.add(signers.get(node).sign(++sequence, id(id), value).signed());
        }
        return new Certificate(id(id), value, statements);
    }
}

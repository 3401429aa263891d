package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A committee whose keys everybody knows. */
public final class TestCommittee {
    private final Committee committee;
    private final VotingKeys keys;
    private final Map<String, StatementSigner> signers = new TreeMap<>();

    /** Nodes n1, n2, … */
    public TestCommittee(int size, int threshold) {
        List<String> names =
                IntStream.rangeClosed(1, size).mapToObj(i -> "n" + i).toList();
        this.committee = new Committee("test", 1, threshold, names);
        this.keys = new VotingKeys(committee);
        for (String name : names) {
            StatementSigner signer = new StatementSigner(committee, name, key(name));
            signers.put(name, signer);
            try {
                boolean unused = keys.pin(signer.announcement());
            } catch (RejectedStatementException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The key that {@code name} has in every test committee. */
    public static Ed25519PrivateKey key(String name) {
        byte[] digest = Bytes.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .sha384()
                .toByteArray();
        try {
            return Ed25519PrivateKey.of(Bytes.of(digest).slice(0, 32));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    public Committee committee() {
        return committee;
    }

    public VotingKeys keys() {
        return keys;
    }

    public StatementVerifier verifier() {
        return new StatementVerifier(keys);
    }

    public StatementSigner signer(String node) {
        return signers.get(node);
    }

    /** A vote of {@code node}. */
    public VerifiedStatement vote(String node, long sequence, String transaction, String value) {
        return signer(node).sign(sequence, new TransactionId(transaction), Optional.of(new Value(value)));
    }

    /** A timeout of {@code node}. */
    public VerifiedStatement timeout(String node, long sequence, String transaction) {
        return signer(node).sign(sequence, new TransactionId(transaction), Optional.empty());
    }

    /** The decision by the votes of these nodes, for one value. */
    public VerifiedCertificate decision(String transaction, String value, String... nodes) {
        List<VerifiedStatement> votes = java.util.Arrays.stream(nodes)
                .map(node -> vote(node, 1, transaction, value))
                .toList();
        return VerifiedCertificate.of(committee, new TransactionId(transaction), votes)
                .orElseThrow();
    }
}

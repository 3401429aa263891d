package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;

/**
 * What one node says of one transaction: a vote for a value, or that its time is over without one. A node says one of
 * these, once.
 *
 * @param sequence counts the node's own statements of the epoch, from 1 and without gaps
 * @param value empty for a timeout
 */
public record Statement(
        String network, long epoch, String node, long sequence, TransactionId transaction, Optional<Value> value) {
    private static final String LABEL = "amesh-voting-statement-v1";
    private static final int LONGEST_NAME = 256;
    static final int LARGEST = 2048;

    public boolean isTimeout() {
        return value.isEmpty();
    }

    /** Whether both are of one node and one transaction, and do not say the same. */
    public boolean contradicts(Statement other) {
        return network.equals(other.network)
                && epoch == other.epoch
                && node.equals(other.node)
                && transaction.equals(other.transaction)
                && !value.equals(other.value);
    }

    /** What is signed: label, network, epoch, node, sequence, transaction, and for a vote its value. */
    public Bytes encoded() {
        CanonicalWriter out = new CanonicalWriter()
                .text(LABEL)
                .text(network)
                .number(epoch)
                .text(node)
                .number(sequence)
                .text(transaction.text())
                .number(value.isPresent() ? 1 : 0);
        value.ifPresent(present -> out.text(present.text()));
        return out.written();
    }

    /** Reads {@link #encoded}. */
    public static Statement parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        in.label(LABEL);
        String network = in.text(LONGEST_NAME);
        long epoch = in.number(1);
        String node = in.text(LONGEST_NAME);
        long sequence = in.number(1);
        try {
            TransactionId transaction = new TransactionId(in.text(TransactionId.LONGEST));
            Optional<Value> value =
                    in.count(1) == 0 ? Optional.empty() : Optional.of(new Value(in.text(Value.LONGEST)));
            in.end();
            return new Statement(network, epoch, node, sequence, transaction, value);
        } catch (IllegalArgumentException e) {
            throw new MalformedStatementException(e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return node + " #" + sequence + " " + transaction + " "
                + value.map(Value::text).orElse("timeout");
    }
}

package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import java.time.Instant;

/**
 * An operator's signed act: what {@code node} did until {@code until} counts no more. Later violations do.
 *
 * @param until to the millisecond
 * @param signature by the operator's key
 */
public record Reinstatement(String network, long epoch, String node, Instant until, Bytes signature) {
    private static final String LABEL = "amesh-voting-reinstatement-v1";
    private static final int LONGEST_NAME = 256;
    private static final int SIGNATURE_SIZE = 64;
    public static final int LARGEST = 1024;

    /** Signs the act. */
    public static Reinstatement of(Committee committee, String node, Instant until, Ed25519PrivateKey operator) {
        Instant rounded = Instant.ofEpochMilli(until.toEpochMilli());
        Bytes signature = operator.sign(signed(committee.network(), committee.epoch(), node, rounded));
        return new Reinstatement(committee.network(), committee.epoch(), node, rounded, signature);
    }

    private static Bytes signed(String network, long epoch, String node, Instant until) {
        return new CanonicalWriter()
                .text(LABEL)
                .text(network)
                .number(epoch)
                .text(node)
                .number(until.toEpochMilli())
                .written();
    }

    /** Whether the operator signed it for this committee. */
    public boolean isBy(Ed25519PublicKey operator, Committee committee) {
        return network.equals(committee.network())
                && epoch == committee.epoch()
                && committee.contains(node)
                && operator.verify(signed(network, epoch, node, until), signature);
    }

    /** What is signed, and the signature. */
    public Bytes encoded() {
        return new CanonicalWriter()
                .bytes(signed(network, epoch, node, until))
                .bytes(signature)
                .written();
    }

    /** Reads {@link #encoded}. */
    public static Reinstatement parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader both = new CanonicalReader(encoded);
        CanonicalReader in = new CanonicalReader(both.bytes(LARGEST));
        Bytes signature = both.bytes(SIGNATURE_SIZE);
        both.end();
        in.label(LABEL);
        Reinstatement read = new Reinstatement(
                in.text(LONGEST_NAME),
                in.number(1),
                in.text(LONGEST_NAME),
                Instant.ofEpochMilli(in.number(0)),
                signature);
        in.end();
        return read;
    }
}

package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.StatementSigner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What one node says that it saw another do. One observer says one thing of one node once in each {@link #PERIOD}.
 *
 * @param type INVALID_SIGNATURE or SILENCE
 * @param at the observer's clock, to the millisecond
 * @param detail 384 bits: the digest of what was received, or of what was asked
 * @param signature by the observer's voting key
 */
public record Observation(
        ViolationType type,
        String network,
        long epoch,
        String observer,
        String accused,
        Instant at,
        Bytes detail,
        Bytes signature)
        implements Violation {
    /** Observations of one kind that are this near to each other are one. */
    public static final Duration PERIOD = Duration.ofMinutes(10);

    private static final String LABEL = "amesh-voting-observation-v1";
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DETAIL = 48;
    private static final int LONGEST_SIGNATURE = 64;
    private static final int LARGEST_BODY = 4 * LONGEST_NAME + 256;

    /** Signs what {@code signer}'s node saw. */
    public static Observation of(StatementSigner signer, ViolationType type, String accused, Instant at, Bytes detail) {
        Observation unsigned = new Observation(
                type,
                signer.committee().network(),
                signer.committee().epoch(),
                signer.node(),
                accused,
                Instant.ofEpochMilli(at.toEpochMilli()),
                detail,
                Bytes.EMPTY);
        return unsigned.with(signer.sign(unsigned.signed()));
    }

    private Observation with(Bytes newSignature) {
        return new Observation(type, network, epoch, observer, accused, at, detail, newSignature);
    }

    /** What is signed: all but the signature. */
    Bytes signed() {
        return new CanonicalWriter()
                .text(LABEL)
                .text(type.name())
                .text(network)
                .number(epoch)
                .text(observer)
                .text(accused)
                .number(at.toEpochMilli())
                .bytes(detail)
                .written();
    }

    @Override
    public Bytes id() {
        return new CanonicalWriter()
                .text(type.name())
                .text(network)
                .number(epoch)
                .text(observer)
                .text(accused)
                .number(at.toEpochMilli() / PERIOD.toMillis())
                .written()
                .sha384();
    }

    @Override
    public String summary() {
        return switch (type) {
            case SILENCE -> accused + " did not answer " + observer + " over a connection that works";
            default -> accused + " sent " + observer + " what its signature does not cover";
        };
    }

    @Override
    public List<String> evidence() {
        String what = detail.isEmpty() ? "" : ", of digest " + detail.hex();
        return List.of("observed by " + observer + " at " + at + what + ", signature " + signature.hex());
    }

    @Override
    public void write(CanonicalWriter out) {
        out.bytes(signed()).bytes(signature);
    }

    static Observation read(ViolationType type, CanonicalReader both) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(both.bytes(LARGEST_BODY));
        Bytes signature = both.bytes(LONGEST_SIGNATURE);
        in.label(LABEL);
        in.label(type.name());
        Observation read = new Observation(
                type,
                in.text(LONGEST_NAME),
                in.number(1),
                in.text(LONGEST_NAME),
                in.text(LONGEST_NAME),
                Instant.ofEpochMilli(in.number(0)),
                in.bytes(LONGEST_DETAIL),
                signature);
        in.end();
        return read;
    }
}

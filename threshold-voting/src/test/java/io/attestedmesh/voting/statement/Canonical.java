package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;
import java.util.function.Function;

/** What holds of every encoding here, whoever made the bytes. */
public final class Canonical {
    private Canonical() {}

    /** Reads an encoding. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(Bytes encoded) throws MalformedStatementException;
    }

    /** The bytes are refused by the one checked exception, or are the one encoding of what is read. */
    public static <T> Optional<T> requireOnlyEncoding(byte[] input, Parser<T> parser, Function<T, Bytes> writer) {
        Bytes encoded = Bytes.of(input);
        try {
            T read = parser.parse(encoded);
            require(writer.apply(read).equals(encoded), "two encodings of " + read);
            return Optional.of(read);
        } catch (MalformedStatementException e) {
            require(e.getMessage() != null, "a refusal without a reason");
            return Optional.empty();
        }
    }

    /** Verifies, or throws. */
    @FunctionalInterface
    public interface Verification {
        Object verified() throws RejectedStatementException;
    }

    /** Whatever comes of it: seeds are signed, what is fuzzed is not; it has a reason, and nothing else is thrown. */
    public static void requireVerdict(Verification verification) {
        try {
            Object unused = verification.verified();
        } catch (RejectedStatementException e) {
            require(e.reason() != null, "a rejection without a reason");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}

package io.attestedmesh.federated.secure;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.federated.secure.SecureMessage.Kind;
import io.attestedmesh.mpc.session.SessionId;
import java.util.Arrays;
import java.util.List;

/** Whatever comes is refused by the one checked exception, or is written again as it came. */
final class SecureMessageFuzzTest {
    private static final SecureTerms TERMS = SecureTerms.of(
            new SessionId(1, 2), 1, 9, List.of(1, 2, 3, 4, 5), new Quantiser(1, 16), 100, LocalRun.layout(1));

    private static final SecureMessage MESSAGES = new SecureMessage(TERMS);

    /** With the right terms, or nothing would pass the check of these. */
    private static byte[] bound(byte[] input) {
        byte[] message = input.clone();
        byte[] binding = MESSAGES.binding().toByteArray();
        if (message.length > binding.length) {
            System.arraycopy(binding, 0, message, 1, binding.length);
        }
        return message;
    }

    @FuzzTest
    void advert(byte[] input) {
        byte[] message = bound(input);
        try {
            require(Arrays.equals(MESSAGES.advert(MESSAGES.advert(message)), message));
        } catch (SecureAggregationException e) {
            require(e.reason() == SecureReason.MALFORMED);
        }
    }

    @FuzzTest
    void set(byte[] input) {
        byte[] message = bound(input);
        try {
            require(Arrays.equals(MESSAGES.set(Kind.ROSTER, MESSAGES.set(Kind.ROSTER, message)), message));
        } catch (SecureAggregationException e) {
            require(e.reason() == SecureReason.MALFORMED);
        }
    }

    @FuzzTest
    void shares(byte[] input) {
        try {
            require(MESSAGES.shares(1, bound(input)).remaining() == 2 * Shamir.BYTES);
        } catch (SecureAggregationException e) {
            require(e.reason() == SecureReason.MALFORMED || e.reason() == SecureReason.WRONG_SHARE);
        }
    }

    @FuzzTest
    void reveal(byte[] input) {
        try {
            require(MESSAGES.reveal(4, bound(input)).remaining() == 4 * (1 + Shamir.BYTES));
            require(MESSAGES.agreement(bound(input)).size() == SecureMessage.DIGEST);
        } catch (SecureAggregationException e) {
            require(e.reason() == SecureReason.MALFORMED);
        }
    }

    @FuzzTest
    void unbound(byte[] input) {
        try {
            MESSAGES.agreement(input);
            require(Arrays.equals(bound(input), input));
        } catch (SecureAggregationException e) {
            require(e.reason() == SecureReason.MALFORMED || e.reason() == SecureReason.OTHER_RUN);
        }
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new AssertionError();
        }
    }
}

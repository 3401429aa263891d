package io.attestedmesh.voting.statement;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** What a peer says that it or others signed.. */
final class StatementFuzzTest {
    private static final TestCommittee COMMITTEE = new TestCommittee(4, 3);

    @FuzzTest
    void statement(byte[] input) {
        Optional<SignedStatement> read =
                Canonical.requireOnlyEncoding(input, SignedStatement::parse, SignedStatement::encoded);
        read.ifPresent(signed -> verified(() -> COMMITTEE.verifier().verify(signed)));
    }

    @FuzzTest
    void certificate(byte[] input) {
        Optional<Certificate> read = Canonical.requireOnlyEncoding(input, Certificate::parse, Certificate::encoded);
        read.ifPresent(certificate -> verified(() -> COMMITTEE.verifier().verify(certificate)));
    }

    @FuzzTest
    void announcement(byte[] input) {
        Optional<Announcement> read = Canonical.requireOnlyEncoding(input, Announcement::parse, Announcement::encoded);
        read.ifPresent(announcement -> verified(() -> announcement.verify(COMMITTEE.committee())));
    }

    /** Verifies, or throws. */
    @FunctionalInterface
    private interface Verification {
        Object verified() throws RejectedStatementException;
    }

    /** Whatever comes of it: seeds are signed, what is fuzzed is not; nothing else may be thrown. */
    private static void verified(Verification verification) {
        try {
            Object unused = verification.verified();
        } catch (RejectedStatementException e) {
            if (e.reason() == null) {
                throw new AssertionError("a rejection without a reason", e);
            }
        }
    }
}

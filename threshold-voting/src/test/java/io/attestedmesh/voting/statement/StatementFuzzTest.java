package io.attestedmesh.voting.statement;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** What a peer says that it or others signed. */
final class StatementFuzzTest {
    private static final TestCommittee COMMITTEE = new TestCommittee(4, 3);

    @FuzzTest
    void statement(byte[] input) {
        Optional<SignedStatement> read =
                Canonical.requireOnlyEncoding(input, SignedStatement::parse, SignedStatement::encoded);
        read.ifPresent(
                signed -> Canonical.requireVerdict(() -> COMMITTEE.verifier().verify(signed)));
    }

    @FuzzTest
    void certificate(byte[] input) {
        Optional<Certificate> read = Canonical.requireOnlyEncoding(input, Certificate::parse, Certificate::encoded);
        read.ifPresent(certificate ->
                Canonical.requireVerdict(() -> COMMITTEE.verifier().verify(certificate)));
    }

    @FuzzTest
    void announcement(byte[] input) {
        Optional<Announcement> read = Canonical.requireOnlyEncoding(input, Announcement::parse, Announcement::encoded);
        read.ifPresent(announcement -> Canonical.requireVerdict(() -> announcement.verify(COMMITTEE.committee())));
    }
}

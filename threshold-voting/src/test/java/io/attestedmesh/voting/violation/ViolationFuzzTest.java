package io.attestedmesh.voting.violation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.voting.statement.Canonical;
import io.attestedmesh.voting.statement.TestCommittee;

/** Evidence that a peer passes on, and an operator's act. */
final class ViolationFuzzTest {
    private static final TestCommittee COMMITTEE = new TestCommittee(4, 3);
    private static final ViolationVerifier VERIFIER = new ViolationVerifier(COMMITTEE.verifier());

    @FuzzTest
    void violation(byte[] input) {
        Canonical.requireOnlyEncoding(input, Violation::parse, Violation::encoded)
                .ifPresent(ViolationFuzzTest::look);
    }

    @FuzzTest
    void reinstatement(byte[] input) {
        Canonical.requireOnlyEncoding(input, Reinstatement::parse, Reinstatement::encoded)
                .ifPresent(act -> {
                    boolean unused = act.isBy(TestCommittee.key("operator").publicKey(), COMMITTEE.committee());
                });
    }

    /** As a node does: it is shown to people, known by its id, and verified. */
    private static void look(Violation violation) {
        if (violation.id().size() != 48
                || violation.summary().isEmpty()
                || violation.evidence().isEmpty()) {
            throw new AssertionError("a violation that says nothing");
        }
        Canonical.requireVerdict(() -> VERIFIER.verify(violation));
    }
}

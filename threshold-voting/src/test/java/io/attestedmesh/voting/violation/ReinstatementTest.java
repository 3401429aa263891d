package io.attestedmesh.voting.violation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.TestCommittee;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReinstatementTest {
    private static final Ed25519PrivateKey OPERATOR = TestCommittee.key("operator");
    private static final Instant UNTIL = Instant.parse("2026-01-02T03:04:05.678Z");

    private final Committee committee = new TestCommittee(4, 3).committee();
    private final Reinstatement act = Reinstatement.of(committee, "n2", UNTIL, OPERATOR);

    private boolean counts(Reinstatement other) {
        return other.isBy(OPERATOR.publicKey(), committee);
    }

    @Test
    void ofTheOperator_counts() {
        assertThat(counts(act)).isTrue();
    }

    @Test
    void roundTrip() throws Exception {
        assertThat(Reinstatement.parse(act.encoded())).isEqualTo(act);
    }

    @Test
    void finerThanMilliseconds_roundedBeforeItIsSigned() {
        assertThat(Reinstatement.of(committee, "n2", UNTIL.plusNanos(999), OPERATOR))
                .isEqualTo(act);
    }

    @Test
    void byAnotherKey_doesNotCount() {
        assertThat(act.isBy(TestCommittee.key("n2").publicKey(), committee)).isFalse();
    }

    @Test
    void ofAnotherNode_doesNotCount() {
        assertThat(counts(new Reinstatement(act.network(), act.epoch(), "n3", UNTIL, act.signature())))
                .isFalse();
    }

    @Test
    void untilLater_doesNotCount() {
        assertThat(counts(new Reinstatement(act.network(), act.epoch(), "n2", UNTIL.plusMillis(1), act.signature())))
                .isFalse();
    }

    @Test
    void signedForAnotherEpoch_doesNotCount() {
        Committee next = new Committee(committee.network(), 2, 3, committee.nodes());

        assertThat(counts(Reinstatement.of(next, "n2", UNTIL, OPERATOR))).isFalse();
    }

    @Test
    void signedForAnotherNetwork_doesNotCount() {
        Committee other = new Committee("other", 1, 3, committee.nodes());

        assertThat(counts(Reinstatement.of(other, "n2", UNTIL, OPERATOR))).isFalse();
    }

    @Test
    void ofNoMember_doesNotCount() {
        Committee larger = new Committee(committee.network(), 1, 3, List.of("n1", "n2", "n3", "n9"));

        assertThat(counts(Reinstatement.of(larger, "n9", UNTIL, OPERATOR))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 20, 100})
    void cutShort_malformed(int kept) {
        assertThatThrownBy(() -> Reinstatement.parse(act.encoded().slice(0, kept)))
                .isInstanceOf(MalformedStatementException.class);
    }

    @Test
    void somethingFollows_malformed() {
        byte[] longer = Arrays.copyOf(act.encoded().toByteArray(), act.encoded().size() + 1);

        assertThatThrownBy(() -> Reinstatement.parse(Bytes.of(longer))).isInstanceOf(MalformedStatementException.class);
    }

    @Test
    void anotherLabel_malformed() {
        Bytes announcement = new TestCommittee(4, 3).signer("n2").announcement().encoded();

        assertThatThrownBy(() -> Reinstatement.parse(announcement)).isInstanceOf(MalformedStatementException.class);
    }
}

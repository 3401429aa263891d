package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries are encoded in one way, and none is larger than the columns. */
final class LedgerEntryTest {
    private static final TransactionId TRANSACTION = new TransactionId("tx_1");
    private static final Bytes SIGNATURE = Bytes.of(new byte[64]);

    @Property
    void encoded_ofAnyEntry_isReadAsTheSame(@ForAll("entries") LedgerEntry entry) throws Exception {
        assertThat(LedgerEntry.parse(entry.encoded())).isEqualTo(entry);
    }

    @Property(tries = 200)
    void encoded_cutAnywhere_isRefused(@ForAll("entries") LedgerEntry entry, @ForAll int place) {
        Bytes encoded = entry.encoded();
        Bytes cut = encoded.slice(0, Math.floorMod(place, encoded.size()));
        assertThatThrownBy(() -> LedgerEntry.parse(cut)).isInstanceOf(MalformedStatementException.class);
    }

    @Provide
    static Arbitrary<LedgerEntry> entries() {
        Arbitrary<String> nodes =
                Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(253);
        Arbitrary<Long> numbers = Arbitraries.longs().between(1, Long.MAX_VALUE);
        Arbitrary<TransactionId> transactions = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("._:-")
                .ofMinLength(1)
                .ofMaxLength(128)
                .map(TransactionId::new);
        Arbitrary<Value> values = Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars('€', 'ß', '中')
                .ofMinLength(1)
                .ofMaxLength(300)
                .map(Value::new);
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(0, Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli())
                .map(Instant::ofEpochMilli);
        Arbitrary<String> lines = Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars('€', '中')
                .ofMaxLength(300);
        Arbitrary<LedgerEntry> votes = Combinators.combine(
                        nodes, numbers, transactions, values.optional(), bytes(64, 64), times)
                .as(VoteEntry::new);
        Arbitrary<LedgerEntry> ends = Combinators.combine(transactions, values.optional(), bytes(1, 500), times)
                .as((transaction, value, certificate, at) -> new TransactionEntry(
                        transaction, value.isPresent() ? Outcome.DECIDED : Outcome.FAILED, value, certificate, at));
        Arbitrary<LedgerEntry> violations = Combinators.combine(
                        bytes(48, 48),
                        Arbitraries.of(ViolationType.class),
                        nodes,
                        nodes.optional(),
                        lines,
                        bytes(1, 500),
                        times)
                .as(ViolationEntry::new);
        Arbitrary<LedgerEntry> scores = Combinators.combine(
                        nodes, Arbitraries.longs().between(0, 100_000), Arbitraries.of(true, false), times, lines)
                .as(ReputationEntry::new);
        return Arbitraries.oneOf(votes, ends, violations, scores);
    }

    private static Arbitrary<Bytes> bytes(int least, int most) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(least)
                .ofMaxSize(most)
                .map(Bytes::of);
    }

    @Test
    void parse_ofAnUnknownKind_isRefused() {
        Bytes unknown = new CanonicalWriter().text("head").written();
        assertThatThrownBy(() -> LedgerEntry.parse(unknown))
                .isInstanceOf(MalformedStatementException.class)
                .hasMessageContaining("no such kind");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void parse_withMoreBehindIt_isRefused(LedgerEntry entry) {
        Bytes longer = Bytes.concat(entry.encoded(), Bytes.of((byte) 0));
        assertThatThrownBy(() -> LedgerEntry.parse(longer)).isInstanceOf(MalformedStatementException.class);
    }

    static List<LedgerEntry> samples() {
        return LedgerFixture.entries();
    }

    @Test
    void times_areToTheMillisecond() {
        Instant fine = Instant.parse("2026-11-29T10:00:00.123456789Z");
        assertThat(new ReputationEntry("a", 0, false, fine, "").at())
                .isEqualTo(Instant.parse("2026-11-29T10:00:00.123Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1969-12-31T23:59:59.999Z", "+10000-01-01T00:00:00Z"})
    void times_thatNoDatabaseNeedHold_areRefused(Instant time) {
        assertThatThrownBy(() -> new ReputationEntry("a", 0, false, time, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\n", "ä", "a\u0000"})
    void nodes_thatAreNone_areRefused(String node) {
        assertThatThrownBy(() -> new VoteEntry(node, 1, TRANSACTION, Optional.empty(), SIGNATURE, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\nb", "\ud800", "\u009b"})
    void lines_withWhatADatabaseMayRefuse_areRefused(String why) {
        assertThatThrownBy(() -> new ReputationEntry("a", 0, false, Instant.EPOCH, why))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lines_thatAreTooLong_areRefused() {
        assertThatThrownBy(() -> new ReputationEntry("a", 0, false, Instant.EPOCH, "€".repeat(342)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 100_001, Long.MIN_VALUE})
    void scores_thatThereAreNot_areRefused(long thousandths) {
        assertThatThrownBy(() -> new ReputationEntry("a", thousandths, false, Instant.EPOCH, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void scores_areRoundedToThousandths() {
        assertThat(ReputationEntry.of("a", 99.99951, false, Instant.EPOCH, "").thousandths())
                .isEqualTo(100_000);
    }

    @Test
    void transactions_thatArePending_areRefused() {
        assertThatThrownBy(() ->
                        new TransactionEntry(TRANSACTION, Outcome.PENDING, Optional.empty(), SIGNATURE, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void transactions_thatFailedWithAValue_areRefused() {
        assertThatThrownBy(() -> new TransactionEntry(
                        TRANSACTION, Outcome.FAILED, Optional.of(new Value("1")), SIGNATURE, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void signatures_ofAnotherSize_areRefused() {
        Bytes shorter = SIGNATURE.slice(0, 63);
        assertThatThrownBy(() -> new VoteEntry("a", 1, TRANSACTION, Optional.empty(), shorter, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package io.attestedmesh.voting.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.voting.TestClock;
import io.attestedmesh.voting.statement.TransactionId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RowWarningsTest {
    private static final System.Logger LOG = System.getLogger(RowWarningsTest.class.getName());
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static void warn(RowWarnings warnings, int from, int to) {
        for (int i = from; i < to; i++) {
            String line = "row " + i;
            warnings.warn(new TransactionId("tx_" + i), () -> line);
        }
    }

    @Test
    void sameRowAgain_oneLine() {
        try (CapturedLog log = new CapturedLog(RowWarningsTest.class)) {
            RowWarnings warnings = new RowWarnings(LOG, TestClock.at(NOW));
            warn(warnings, 1, 2);
            warn(warnings, 1, 2);

            assertThat(log.lines("")).containsExactly("WARNING row 1");
        }
    }

    @Test
    void manyRows_someLinesASecondAndHowManyWereLeftOut() {
        TestClock clock = TestClock.at(NOW);
        try (CapturedLog log = new CapturedLog(RowWarningsTest.class)) {
            RowWarnings warnings = new RowWarnings(LOG, clock);
            warn(warnings, 0, 1000);
            assertThat(log.lines("")).hasSize(20).last().isEqualTo("WARNING row 19");

            clock.advance(Duration.ofSeconds(1));
            warn(warnings, 500, 501); // left out before
            assertThat(log.lines("")).hasSize(21).last().isEqualTo("WARNING row 500 left-out=980");
        }
    }
}

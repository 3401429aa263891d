package io.attestedmesh.voting.coordination;

import io.attestedmesh.transport.LineLimit;
import io.attestedmesh.voting.statement.TransactionId;
import java.time.Clock;
import java.util.function.Supplier;

/** Warns of rows of the store, of each transaction once, and so many times a second: whoever may write there adds any number. */
final class RowWarnings {
    private static final int REMEMBERED = 10_000;

    private final System.Logger log;
    private final Once seen = new Once(REMEMBERED);
    private final LineLimit lines = new LineLimit();
    private final Clock clock;

    RowWarnings(System.Logger log) {
        this(log, Clock.systemUTC());
    }

    RowWarnings(System.Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    void warn(TransactionId transaction, Supplier<String> line) {
        if (!seen.first(transaction)) {
            return;
        }
        int leftOut = lines.leftOutBefore(clock.instant());
        if (leftOut < 0) {
            seen.forget(transaction); // another time
        } else {
            log.log(System.Logger.Level.WARNING, () -> line.get() + (leftOut > 0 ? " left-out=" + leftOut : ""));
        }
    }
}

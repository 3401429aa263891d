package io.attestedmesh.transport;

import java.time.Instant;

/** Keeps whoever is refused all the time from filling a log: so many lines a second. Thread-safe. */
public final class LineLimit {
    private static final int LINES_A_SECOND = 20;

    private long second;
    private int lines;
    private int leftOut;

    /** How many lines were left out before the one that is to be written now; negative if that is left out too. */
    public synchronized int leftOutBefore(Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            lines = 0;
        }
        if (lines >= LINES_A_SECOND) {
            leftOut++;
            return -1;
        }
        lines++;
        int before = leftOut;
        leftOut = 0;
        return before;
    }
}

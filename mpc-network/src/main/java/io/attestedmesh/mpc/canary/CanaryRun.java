package io.attestedmesh.mpc.canary;

import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;

/**
 * What became of one run in one context.
 *
 * @param began when it was due
 * @param took until its last session ended here
 * @param completed sessions whose rounds all came
 * @param messages that came, each once and in its place
 * @param failures of the other sessions: how many failed for which reason, by which parties
 */
public record CanaryRun(
        Instant began, Duration took, int completed, long messages, SortedMap<String, Integer> failures) {
    /** True if all sessions completed. */
    public boolean isGood() {
        return failures.isEmpty();
    }

    /** {@code completed=0 messages=21 failures={TIMEOUT [party 4 (d.example)]=1}}. */
    @Override
    public String toString() {
        return "completed=" + completed + " messages=" + messages + " failures=" + failures;
    }
}

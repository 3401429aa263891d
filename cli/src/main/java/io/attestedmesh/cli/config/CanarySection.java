package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.canary.CanaryPlan;
import java.time.Duration;
import java.util.Optional;

/** {@code [canary]}: a computation that all parties run every so often, to see whether the others are there. */
final class CanarySection {
    private CanarySection() {}

    /** Empty if nothing is said about it; then there is none. */
    static Optional<CanaryPlan> read(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        CanaryPlan usual = CanaryPlan.DEFAULT;
        Duration every = section.duration("every").orElse(usual.every());
        int sessions = section.integer("sessions", 1, CanaryPlan.MOST_SESSIONS).orElse(usual.sessions());
        int rounds = section.integer("rounds", 1, CanaryPlan.MOST_ROUNDS).orElse(usual.rounds());
        int bytes = section.integer("message-bytes", CanaryPlan.SMALLEST_MESSAGE, CanaryPlan.LARGEST_MESSAGE)
                .orElse(usual.messageBytes());
        Duration longest = usual.roundTime().compareTo(every) < 0 ? usual.roundTime() : every;
        Duration roundTime = section.duration("round-time").orElse(longest);
        section.refuseUnknownKeys();
        try {
            return Optional.of(new CanaryPlan(every, sessions, rounds, bytes, roundTime));
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("[canary]: " + e.getMessage(), "docs/configuration.md has the bounds", e);
        }
    }
}

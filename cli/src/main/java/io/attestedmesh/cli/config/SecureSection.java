package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.federated.secure.Quantiser;
import io.attestedmesh.federated.secure.SecurePlan;
import io.attestedmesh.federated.secure.SecureTerms;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code [federated]} says of secure aggregation, where updates go into sums and nowhere else. */
final class SecureSection {
    private static final String SECURE = "secure";
    private static final double CLIP = 16;
    private static final int BITS = 32;
    private static final int MOST_EXAMPLES = 1_000_000;
    private static final Duration TIME = Duration.ofMinutes(2);

    private SecureSection() {}

    /** Clients of a round, where the section does not say. */
    static int leastClients(Section section) throws CommandException {
        return section.flag(SECURE) ? SecurePlan.LEAST_CLIENTS : 2;
    }

    /** Empty without {@code secure = true}. */
    static Optional<SecurePlan> read(Section section, int leastClients) throws CommandException {
        Optional<Double> clip = FederatedSection.number(section, "secure-clip");
        Optional<Integer> bits = section.integer("secure-bits", 2, Quantiser.MOST_BITS);
        Optional<Integer> examples = section.integer("secure-most-examples", 1, Integer.MAX_VALUE);
        Optional<Integer> threshold = section.integer("secure-threshold", 2, SecureTerms.MOST_CLIENTS);
        Optional<Duration> time = section.duration("secure-time");
        if (!section.flag(SECURE)) {
            if (List.of(clip, bits, examples, threshold, time).stream().anyMatch(Optional::isPresent)) {
                throw section.wrong(SECURE, "is missing, and others speak of it", "add secure = true, or remove them");
            }
            return Optional.empty();
        }
        try {
            return Optional.of(new SecurePlan(
                    new Quantiser(clip.orElse(CLIP), bits.orElse(BITS)),
                    examples.orElse(MOST_EXAMPLES),
                    threshold.isPresent() ? OptionalInt.of(threshold.get()) : OptionalInt.empty(),
                    leastClients,
                    time.orElse(TIME)));
        } catch (IllegalArgumentException e) {
            throw section.wrong(SECURE, "is contradictory: " + e.getMessage(), "docs/configuration.md has the bounds");
        }
    }
}

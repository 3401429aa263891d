package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [releases]}: the signed list of releases that says which code may talk to this node.
 *
 * @param root the trust root that everything begins with: a file that was measured into the image, or handed over
 * @param source where the list is published; a file name in it is absolute
 * @param state file that keeps what was accepted; without one, a restart forgets it
 * @param minimumVersion lowest version of the list that is accepted
 * @param requireInclusion a list that is not shown to be in its log is refused
 * @param maxCheckpointAge oldest checkpoint of the log that is accepted; if there is one, inclusion is required
 * @param refresh how often the source is asked
 * @param ca the certificates that vouch for the server of the source, instead of those that the JVM trusts
 * @param proxy HTTP proxy on the way to it, instead of what the JVM's settings say
 */
public record ReleasesSection(
        Path root,
        String source,
        Optional<Path> state,
        long minimumVersion,
        boolean requireInclusion,
        Optional<Duration> maxCheckpointAge,
        Duration refresh,
        Optional<Path> ca,
        Optional<Address> proxy) {
    private static final Duration DEFAULT_REFRESH = Duration.ofSeconds(30);
    private static final Duration LONGEST_REFRESH = Duration.ofDays(1);
    private static final long MAX_VERSION = (1L << 53) - 1;

    /** Empty where the configuration has no such section. */
    static Optional<ReleasesSection> read(Section section) throws CommandException {
        if (section.isAbsent()) {
            return Optional.empty();
        }
        ReleasesSection releases = new ReleasesSection(
                section.requiredPath("root"),
                section.location("source"),
                section.path("state"),
                section.number("minimum-version", 1, MAX_VERSION).orElse(1L),
                section.flag("require-inclusion"),
                section.duration("max-checkpoint-age"),
                section.duration("refresh").orElse(DEFAULT_REFRESH),
                section.path("ca"),
                section.address("proxy"));
        if (releases.refresh.compareTo(LONGEST_REFRESH) > 0) {
            throw section.wrong(
                    "refresh",
                    "is longer than a day",
                    "a revoked release is accepted until the next refresh: \"30s\" is the default");
        }
        section.refuseUnknownKeys();
        return Optional.of(releases);
    }
}

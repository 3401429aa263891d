package io.attestedmesh.cli.node;

import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.cli.trust.FollowedList;
import io.attestedmesh.releases.source.ReleaseFeed;
import io.attestedmesh.releases.source.Workers;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.attestedmesh.releases.trust.TrustedReleases.Outcome;
import io.attestedmesh.releases.trust.VerifiedList;
import io.attestedmesh.transport.identity.Upkeep;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/** The list of releases in force, and what keeps it fresh. There is one from the start, or there is no node. */
final class NodeReleases implements Supplier<ReferenceValues>, StatusPart, AutoCloseable {
    private final FollowedList list;
    private final Optional<String> warning;
    private final Clock clock;
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor(daemon("amesh-releases"));
    // its own, for whatever else a node does on a timer must not keep a revocation from it
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(daemon("amesh-releases-timer"));
    private Optional<ReleaseFeed> feed = Optional.empty();

    private NodeReleases(FollowedList list, Optional<String> warning, Clock clock) {
        this.list = list;
        this.warning = warning;
        this.clock = clock;
    }

    /** Follows the list, as the one process that its state belongs to. */
    static NodeReleases follow(ReleasesSection section, Upkeep upkeep) throws IOException, CommandException {
        FollowedList list = FollowedList.open(section, upkeep.clock());
        NodeReleases releases = begin(list, () -> require(list), upkeep.clock());
        releases.keepFresh(section, upkeep);
        return releases;
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static Optional<String> require(FollowedList list) throws CommandException {
        list.require();
        return Optional.empty();
    }

    /** Takes the list that is in force now, beside the process that follows it, where there is one. */
    static NodeReleases once(ReleasesSection section, Clock clock) throws IOException, CommandException {
        FollowedList list = FollowedList.openBeside(section, clock);
        return begin(list, list::renew, clock);
    }

    private interface FirstList {
        Optional<String> take() throws CommandException;
    }

    private static NodeReleases begin(FollowedList list, FirstList first, Clock clock)
            throws IOException, CommandException {
        try {
            return new NodeReleases(list, first.take(), clock);
        } catch (CommandException e) {
            list.close();
            throw e;
        }
    }

    private void keepFresh(ReleasesSection section, Upkeep upkeep) {
        TrustedReleases trusted = list.releases();
        feed = Optional.of(ReleaseFeed.start(
                list.source(),
                bundle -> trusted.offer(bundle) == Outcome.UPDATED,
                section.refresh(),
                new FeedMeters(upkeep.meters(), trusted, clock),
                new Workers(timer, fetcher, clock, new SecureRandom())));
    }

    @Override
    public String name() {
        return "releases";
    }

    @Override
    public Map<String, ?> status() {
        VerifiedList now = current();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("list", now.list().name());
        status.put("version", now.version());
        status.put("ends", now.list().expiresAt());
        status.put("source", list.source().describe());
        status.put("warning", sourceOfNoUse().or(() -> warning));
        return status;
    }

    @Override
    public List<String> failing() {
        if (!clock.instant().isBefore(current().list().expiresAt())) {
            return List.of("the list expired at " + current().list().expiresAt() + ", and no code is accepted");
        }
        return sourceOfNoUse().stream().toList();
    }

    private Optional<String> sourceOfNoUse() {
        return feed.filter(following -> !following.healthy())
                .map(following -> following.describe() + " was of no use for three looks in a row: the log says why");
    }

    @Override
    public ReferenceValues get() {
        return list.releases().get();
    }

    /** Runs {@code listener} after each change of the list. */
    void onChange(Runnable listener) {
        feed.ifPresent(following -> following.onChange(listener));
    }

    /** Looks at the source soon. */
    void lookNow() {
        feed.ifPresent(ReleaseFeed::nudge);
    }

    /** False once the list has expired, or the source was of no use three times in a row. */
    boolean healthy() {
        return failing().isEmpty();
    }

    /** Why the list is not the one that is published now. */
    Optional<String> warning() {
        return warning;
    }

    VerifiedList current() {
        return list.releases().current().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        feed.ifPresent(ReleaseFeed::close);
        timer.shutdownNow();
        fetcher.shutdown();
        list.close();
    }
}

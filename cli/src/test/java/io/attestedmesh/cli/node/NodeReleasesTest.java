package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.transport.identity.Upkeep;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeReleasesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final InstantSource time = this::now;
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private volatile Instant now = NOW;
    private PublishedReleases published;

    private Instant now() {
        return now;
    }

    @BeforeEach
    void publish() throws Exception {
        published = new PublishedReleases(folder, clock);
        published.publish(release());
    }

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    private static Release release() {
        return PublishedReleases.release("1.0.0", EnclaveImage.of("payments", Bytes.of((byte) 1)));
    }

    private ReleasesSection section() {
        return new ReleasesSection(
                published.root(),
                published.bundle().toString(),
                Optional.of(folder.resolve("state")),
                1,
                false,
                Optional.empty(),
                Duration.ofMillis(50));
    }

    private NodeReleases follow() throws Exception {
        return NodeReleases.follow(section(), new Upkeep(clock, scheduler, meters));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private double count(String name, String tag, String value) {
        var counter = meters.find(name).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void follow_newVersion_comesIntoForce_isToldAndCounted() throws Exception {
        AtomicInteger told = new AtomicInteger();
        try (NodeReleases releases = follow()) {
            ReferenceValues before = releases.get();
            releases.onChange(told::incrementAndGet);
            published.publish(release().deprecated());

            await(() -> told.get() > 0);
            assertThat(releases.get()).isNotSameAs(before);
            assertThat(releases.current().version()).isEqualTo(2);
            await(() -> count("amesh.releases.looks", "result", "updated") == 1);
            assertThat(meters.get("amesh.releases.version").gauge().value()).isEqualTo(2);
            assertThat(meters.get("amesh.releases.remaining").gauge().value())
                    .isEqualTo((double) Duration.ofDays(30).toSeconds());
        }
    }

    @Test
    void follow_listOfOthers_isRefusedAndCounted_andTheLastOneStays() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        PublishedReleases others = new PublishedReleases(elsewhere, clock);
        others.publish(release());
        try (NodeReleases releases = follow()) {
            ReferenceValues before = releases.get();
            Files.copy(others.bundle(), published.bundle(), StandardCopyOption.REPLACE_EXISTING);

            await(() -> count("amesh.releases.refusals", "reason", "ROOT_FORK") > 0);
            assertThat(releases.get()).isSameAs(before);
            await(() -> !releases.healthy());
        }
    }

    @Test
    void follow_sourceGone_isCountedAsFailed_andTheLastOneStays() throws Exception {
        try (NodeReleases releases = follow()) {
            ReferenceValues before = releases.get();
            Files.delete(published.bundle());

            await(() -> count("amesh.releases.looks", "result", "failed") > 0);
            assertThat(releases.get()).isSameAs(before);
        }
    }

    @Test
    void healthy_listExpired_isFalse() throws Exception {
        try (NodeReleases releases = follow()) {
            assertThat(releases.healthy()).isTrue();
            now = NOW.plus(Duration.ofDays(30));

            assertThat(releases.healthy()).isFalse();
            assertThat(meters.get("amesh.releases.remaining").gauge().value()).isNotPositive();
        }
    }

    @Test
    void once_besideAFollower_takesItsListThoughTheSourceIsGone_andWritesNothing() throws Exception {
        try (NodeReleases follower = follow()) {
            byte[] state = Files.readAllBytes(folder.resolve("state"));
            Files.delete(published.bundle());
            try (NodeReleases beside = NodeReleases.once(section(), clock)) {
                assertThat(beside.current().version())
                        .isEqualTo(follower.current().version());
                assertThat(beside.healthy()).isTrue();
            }
            assertThat(Files.readAllBytes(folder.resolve("state"))).isEqualTo(state);
        }
    }

    @Test
    void once_stateOfANodeThatStopped_takesWhatIsPublishedSince_andLeavesTheState() throws Exception {
        follow().close();
        byte[] state = Files.readAllBytes(folder.resolve("state"));
        published.publish(release().deprecated());

        try (NodeReleases beside = NodeReleases.once(section(), clock)) {
            assertThat(beside.current().version()).isEqualTo(2);
            assertThat(beside.warning()).isEmpty();
        }
        assertThat(Files.readAllBytes(folder.resolve("state"))).isEqualTo(state);
    }

    @Test
    void once_publishedListIsRefused_takesTheListOfTheState() throws Exception {
        follow().close();
        Files.writeString(published.bundle(), "{}");

        try (NodeReleases beside = NodeReleases.once(section(), clock)) {
            assertThat(beside.current().version()).isEqualTo(1);
            assertThat(beside.warning()).get().asString().contains("version 1, which the state had, is used");
        }
    }

    @Test
    void follow_refusedAtTheStart_letsGoOfTheState() throws Exception {
        byte[] good = Files.readAllBytes(published.bundle());
        Files.writeString(published.bundle(), "{}");
        assertThatThrownBy(this::follow).isInstanceOf(CommandException.class);
        Files.write(published.bundle(), good);

        try (NodeReleases releases = follow()) {
            assertThat(releases.current().version()).isEqualTo(1);
        }
    }

    @Test
    void close_letsGoOfTheState() throws Exception {
        follow().close();

        try (NodeReleases releases = follow()) {
            assertThat(releases.current().version()).isEqualTo(1);
        }
    }
}

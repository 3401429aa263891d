package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.source.ServerCertificate;
import io.attestedmesh.transport.identity.Upkeep;
import io.attestedmesh.transport.pki.Pem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
                Duration.ofMillis(50),
                Optional.empty(),
                Optional.empty());
    }

    private ReleasesSection from(String source, Optional<Path> ca, Optional<Address> proxy) {
        ReleasesSection section = section();
        return new ReleasesSection(
                section.root(),
                source,
                Optional.empty(),
                section.minimumVersion(),
                section.requireInclusion(),
                section.maxCheckpointAge(),
                section.refresh(),
                ca,
                proxy);
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
            assertThat(releases.failing())
                    .singleElement()
                    .asString()
                    .contains("was of no use for three looks in a row");
            assertThat(String.valueOf(releases.status().get("warning"))).contains("bundle.json was of no use");
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
            assertThat(releases.failing())
                    .containsExactly("the list expired at 2026-07-01T12:00:00Z, and no code is accepted");
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
    void once_fromAServerThatTheConfiguredAuthorityVouchesFor_isItsList() throws Exception {
        ServerCertificate made = ServerCertificate.make(folder, "ip:127.0.0.1");
        Path ca = Files.write(folder.resolve("web-ca.pem"), Pem.encode(made.certificate()));
        byte[] bundle = Files.readAllBytes(published.bundle());
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(made.server()));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, bundle.length);
            exchange.getResponseBody().write(bundle);
            exchange.close();
        });
        server.start();
        String source = "https://127.0.0.1:" + server.getAddress().getPort() + "/bundle.json";
        try {
            ReleasesSection untrusted = from(source, Optional.empty(), Optional.empty());
            assertThatThrownBy(() -> NodeReleases.once(untrusted, clock)).isInstanceOf(CommandException.class);
            try (NodeReleases releases = NodeReleases.once(from(source, Optional.of(ca), Optional.empty()), clock)) {
                assertThat(releases.current().version()).isEqualTo(1);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void once_withAuthoritiesThatAreNone_isUsage() throws Exception {
        Path ca = Files.writeString(folder.resolve("web-ca.pem"), "nothing");
        ReleasesSection section = from("https://127.0.0.1:1/b", Optional.of(ca), Optional.empty());
        assertThatThrownBy(() -> NodeReleases.once(section, clock))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("[releases] ca");
    }

    @Test
    void once_throughAProxy_asksItForATunnel() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> firstLine(proxy));
            Address address = new Address("127.0.0.1", proxy.getLocalPort());
            ReleasesSection section =
                    from("https://releases.example/bundle.json", Optional.empty(), Optional.of(address));

            assertThatThrownBy(() -> NodeReleases.once(section, clock)).isInstanceOf(CommandException.class);

            assertThat(asked.get()).isEqualTo("CONNECT releases.example:443 HTTP/1.1");
        }
    }

    /** Of what a client says that is then left alone. */
    private static String firstLine(ServerSocket server) {
        try (Socket client = server.accept()) {
            return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        } catch (IOException e) {
            return e.toString();
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

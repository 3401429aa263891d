package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes as {@code amesh node run} makes them, with certificates of the profile kms, each under its own CA. */
@Timeout(120)
class KmsPartiesTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final String ALICE = "alice.example";
    private static final String BOB = "bob.example";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private int portOfAlice;
    private int portOfBob;

    @BeforeEach
    void publish() throws Exception {
        new PublishedReleases(folder, CLOCK)
                .publish(PublishedReleases.release("1.4.0", NodeAttester.image("payments", Optional.empty())));
        ca(ALICE, ALICE);
        ca(BOB, "example");
        portOfAlice = PlainParties.freePort();
        portOfBob = PlainParties.freePort();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private void ca(String party, String name) throws Exception {
        Path home = Files.createDirectories(folder.resolve(party));
        assertThat(new NodeFolder(home, CLOCK.instant(), name).path("ca.key")).exists();
    }

    private Path configure(String name, String format, String mpc) throws Exception {
        boolean alice = name.equals(ALICE);
        String other = alice ? BOB : ALICE;
        String toml = """
                [node]
                name = "%1$s"
                listen = "127.0.0.1:%3$d"
                mode = "full-auto"

                [tls]
                issuer-certificate = "%1$s/ca.crt"
                issuer-key = "%1$s/ca.key"

                [attestation]
                simulated = "insecure-cloud"
                image = "payments"
                profile = "kms"
                level = "certificate"

                [releases]
                root = "trust-root.json"
                source = "bundle.json"

                [[peers]]
                name = "%2$s"
                name-policy = "kms"
                ca = "%2$s/ca.crt"
                party = %6$d
                address = "127.0.0.1:%4$d"
                party-format = "%7$s"

                [mpc]
                party = %5$d
                %8$s
                """.formatted(
                        name,
                        other,
                        alice ? portOfAlice : portOfBob,
                        alice ? portOfBob : portOfAlice,
                        alice ? 1 : 2,
                        alice ? 2 : 1,
                        format,
                        mpc);
        return Files.writeString(folder.resolve(name + ".toml"), toml);
    }

    private MpcNetwork start(Path file) throws Exception {
        ConfigSource source = new ConfigSource(file, Overrides.NONE);
        MeshConfig config = source.load();
        NodeParts parts = NodeParts.ofNode(config, source, CLOCK, NsmDevice::open);
        opened.add(parts);
        AttestedGrpc grpc = new AttestedGrpc(parts.server(), Run.limits(config), CLOCK);
        opened.add(grpc);
        Parties parties = Parties.of(config, parts, CLOCK);
        Server server = Run.start(config, grpc, parties);
        opened.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        opened.add(parties);
        return parties.network().orElseThrow().network();
    }

    private static CommandRun ping(Path config) {
        return CommandRun.of("mpc", "ping", "--json", "--config", config.toString());
    }

    @Test
    void parties_exchangeMessages_andPingEachOther() throws Exception {
        Path configOfAlice = configure(ALICE, "kms", "kms = true");
        MpcNetwork alice = start(configOfAlice);
        MpcNetwork bob = start(configure(BOB, "kms", "kms = true"));

        SessionId id = SessionId.random(new SecureRandom());
        byte[] large = new byte[2 * MpcNetwork.MESSAGE_BYTES];
        large[large.length - 1] = 7;
        try (NetworkSession a = alice.open(id, "default", SessionOptions.DEFAULT);
                NetworkSession b = bob.open(id, "default", SessionOptions.DEFAULT)) {
            a.sendAll(large);
            b.sendAll(new byte[] {9});
            assertThat(b.receive(1)).isEqualTo(large);
            assertThat(a.receive(2)).containsExactly(9);
            a.complete();
            b.complete();
        }

        CommandRun run = ping(configOfAlice);
        assertThat(run.out())
                .contains("\"peer\":\"bob.example\"", "\"result\":\"answered\"", "\"milliseconds\":")
                .contains("\"release\":\"payments 1.4.0\"", "\"simulated\":true")
                .doesNotContain("clockAhead");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        CommandRun text = CommandRun.of("mpc", "ping", "--config", configOfAlice.toString());
        assertThat(text.out()).contains("result answered", "milliseconds ").doesNotContain("clockAhead");
    }

    @Test
    void bench_ofAPartyOfTheFormat_measuresRoundTripsAlone() throws Exception {
        Path alice = configure(ALICE, "kms", "kms = true");
        start(configure(BOB, "kms", "kms = true"));
        CommandRun run = CommandRun.of("mpc", "bench", "--json", "--seconds", "1", "--config", alice.toString());
        assertThat(run.err()).contains("party 2 (bob.example), 1 s");
        assertThat(run.out()).contains("\"p50Micros\":").doesNotContain("megabytes");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void partyThatServesOurOwnFormatAlone_doesNotAnswerInTheOther() throws Exception {
        Path alice = configure(ALICE, "kms", "kms = true");
        start(configure(BOB, "amesh", ""));
        CommandRun run = ping(alice);
        assertThat(run.out()).contains("\"result\":\"not reached\"", "UNIMPLEMENTED");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void partyThatServesBoth_answersInEither() throws Exception {
        Path alice = configure(ALICE, "amesh", "");
        start(configure(BOB, "kms", "kms = true"));
        CommandRun run = ping(alice);
        assertThat(run.out()).contains("\"result\":\"answered\"", "\"clockAheadMilliseconds\":");
    }

    @Test
    void caOfAnotherNameThanTheParty_isRefused() throws Exception {
        ca(BOB, "Another CA");
        Path alice = configure(ALICE, "kms", "kms = true");
        start(configure(BOB, "kms", "kms = true"));
        assertThat(ping(alice).status()).isNotEqualTo(ExitStatus.DONE);
        assertRefused(alice, "NAME_MISMATCH");
    }

    @Test
    void certificateOfTheOtherProfile_isRefused() throws Exception {
        Path alice = configure(ALICE, "kms", "kms = true");
        Path bob = configure(BOB, "kms", "kms = true");
        Files.writeString(bob, Files.readString(bob).replace("profile = \"kms\"", "profile = \"cmw\""));
        start(bob);
        assertThat(ping(alice).status()).isNotEqualTo(ExitStatus.DONE);
        assertRefused(alice, "EXTENSION_PROFILE");
    }

    /** The same connection; {@code node ping} says why there is none. */
    private void assertRefused(Path config, String reason) {
        CommandRun run =
                CommandRun.of("node", "ping", "127.0.0.1:" + portOfBob, "--name", BOB, "--config", config.toString());
        assertThat(run.err()).contains("reason: " + reason);
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    }

    @Test
    void otherServices_takeNoLargeMessages_becauseThisFormatDoes() throws Exception {
        start(configure(BOB, "kms", "kms = true"));
        MeshConfig alice = MeshConfig.load(configure(ALICE, "kms", "kms = true"), Overrides.NONE);
        HelloRequest large = HelloRequest.newBuilder()
                .setSender("a".repeat(2 * MpcNetwork.MESSAGE_BYTES))
                .build();
        try (NodeParts parts = NodeParts.ofCommand(alice, CLOCK);
                AttestedGrpc grpc = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT, CLOCK);
                AttestedChannel channel = grpc.channel("127.0.0.1", portOfBob, BOB)) {
            NodeGrpc.NodeBlockingStub bob = NodeGrpc.newBlockingStub(channel.channel())
                    .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> bob.hello(large))
                    .satisfies(e -> assertThat(e.getStatus().getCode())
                            .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED));
            assertThat(bob.hello(HelloRequest.newBuilder().setSender(ALICE).build())
                            .getCaller())
                    .isEqualTo(ALICE);
        }
    }

    @Test
    void limitOfTheServer_isThatOfTheLargestFormat() throws Exception {
        assertThat(limits("amesh", "")).isEqualTo(MpcNetwork.MESSAGE_BYTES);
        assertThat(limits("kms", "kms = true")).isEqualTo(KmsLimits.DEFAULT.inboundBytes());
        assertThat(limits("kms", "kms = true\nkms-message-bytes = 1048576")).isEqualTo(MpcNetwork.MESSAGE_BYTES);
    }

    private int limits(String format, String mpc) throws Exception {
        return Run.limits(MeshConfig.load(configure(ALICE, format, mpc), Overrides.NONE))
                .messageBytes();
    }
}

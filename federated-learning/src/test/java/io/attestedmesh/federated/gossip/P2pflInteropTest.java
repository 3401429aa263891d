package io.attestedmesh.federated.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.federated.Python;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two stock nodes of P2PFL 0.4.4 and two of ours, over mutual TLS. {@code -Pinterop} runs it, and installs p2pfl from
 * the registry.
 */
@Tag("interop")
@Timeout(1200)
class P2pflInteropTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private final Instant now = Instant.now();
    private final List<Member> members = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private String interpreter;
    private Path program;
    private CertificateAuthority authority;

    @BeforeEach
    void found() throws Exception {
        // newer ones of its dependencies do not go together
        Python python = Python.with(
                "p2pfl-0.4.4", folder, "p2pfl==0.4.4", "numpy<2", "opendp", "pyarrow==17.0.0", "huggingface_hub<0.26");
        interpreter = python.interpreter().toString();
        program = folder.resolve("p2pfl_peer.py");
        try (InputStream in = P2pflInteropTest.class.getResourceAsStream("p2pfl_peer.py")) {
            Files.copy(in, program);
        }
        authority = CertificateAuthority.create(
                AuthorityProfile.named("Federation CA", Validity.from(now, Duration.ofDays(1))),
                PrivateKeys.generate(KeyKind.P256, RANDOM),
                RANDOM);
        for (int i = 1; i <= 4; i++) {
            members.add(new Member("127.0.0.1:" + PlainParties.freePort(), new PeerIdentity(Network.name(i))));
        }
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private Credential credential(int number) throws Exception {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        String name = Network.name(number);
        return new Credential(
                keys.getPrivate(),
                List.of(authority.issue(
                        keys.getPublic(),
                        CertificateProfile.node(
                                name,
                                AlternativeNames.of(List.of(name), List.of("127.0.0.1")),
                                EnumSet.allOf(Usage.class),
                                Validity.from(now, Duration.ofHours(1))))));
    }

    private String address(int number) {
        return members.get(number - 1).address();
    }

    /**
     * Adds 144 times its number, as one example: sums and means of all subsets are whole numbers, so that the models are
     * the same to the last bit in whichever order and groups they were averaged.
     */
    private static final class Adding implements Learner {
        private final float step;
        private volatile Model model = model(0);

        Adding(int number) {
            this.step = 144f * number;
        }

        private static Model model(float value) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("weight", Tensor.of(Shape.of(2, 3), value, value, value, value, value, value));
            tensors.put("bias", Tensor.of(Shape.of(2), value, value));
            return Model.of(tensors);
        }

        @Override
        public Model get() {
            return model;
        }

        @Override
        public void set(Model other) {
            model = other;
        }

        @Override
        public Fit fit(Map<String, Scalar> config) {
            model = model((float) model.tensors().get("bias").at(0) + step);
            return new Fit(1, Map.of());
        }

        @Override
        public Evaluation evaluate(Map<String, Scalar> config) {
            return new Evaluation(0.125, 1, Map.of());
        }
    }

    private final class Ours {
        final Adding learner;
        final GossipNode node;
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();

        Ours(int number) throws Exception {
            TrustAnchors anchors = TrustAnchors.of(List.of(authority.certificate()));
            Roster roster = Roster.of(members.stream()
                    .map(member -> RosterEntry.manual(member.identity(), anchors))
                    .toList());
            AttestationPolicy policy = AttestationPolicy.builder()
                    .referenceValues(ReferenceValues.NO_RELEASE)
                    .build();
            AttestedTls tls = AttestedTls.builder()
                    .engine(TlsEngine.preferred())
                    .credentials(CredentialSource.of(credential(number)))
                    .roster(() -> roster)
                    .verifier(new NitroVerifier(
                            List.of(TrustedRoot.awsNitroG1()),
                            CryptoProvider.fastest(),
                            NitroVerifier.DEFAULT_CLOCK_SKEW))
                    .policy(() -> policy)
                    .log(new ConnectionLog(meters, Optional.empty()))
                    .build();
            AttestedGrpc grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT);
            opened.add(grpc);
            learner = new Adding(number);
            node = GossipNode.builder(address(number), members, new AttestedTransport(grpc), learner)
                    .insecureAllowUnattested()
                    .pickle()
                    .meters(meters)
                    .build();
            Server server = node.addTo(grpc.server(new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            members.get(number - 1).port())))
                    .build()
                    .start();
            opened.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
            opened.add(node);
            node.start();
        }
    }

    private final class Stock implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final Writer commands;
        private final Path errors;

        Stock(int number) throws Exception {
            Path own = Files.createDirectory(folder.resolve("stock-" + number));
            Files.write(own.resolve("ca.crt"), Pem.encode(authority.certificate()));
            Credential credential = credential(number);
            PrivateKeys.store(own.resolve("peer.key"), credential.privateKey());
            Files.write(own.resolve("peer.crt"), Pem.encode(credential.leaf()));
            errors = own.resolve("errors");
            process = new ProcessBuilder(
                            interpreter,
                            program.toString(),
                            own.toString(),
                            address(number),
                            String.valueOf(144 * number))
                    .redirectError(errors.toFile())
                    .start();
            opened.add(this);
            answers = process.inputReader(StandardCharsets.UTF_8);
            commands = process.outputWriter(StandardCharsets.UTF_8);
            assertThat(read()).isEqualTo("ready " + address(number));
        }

        String ask(String command) throws IOException {
            commands.write(command + "\n");
            commands.flush();
            return read();
        }

        private String read() throws IOException {
            StringBuilder before = new StringBuilder();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith("ANSWER ")) {
                    return line.substring("ANSWER ".length());
                }
                before.append(line).append('\n');
            }
            throw new AssertionError("no answer: " + before + Files.readString(errors));
        }

        List<ByteBuffer> model() throws IOException {
            return List.of(ask("model").split(" ")).stream()
                    .map(hex -> ByteBuffer.wrap(HexFormat.of().parseHex(hex)))
                    .toList();
        }

        @Override
        public void close() throws IOException {
            commands.close(); // the end of its commands is its end
            try {
                process.waitFor(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, ours", "4, stock", "2, ours"})
    void twoOfEach_finishTwoRounds_withEqualModels(int trainSet, String starter) throws Exception {
        Stock third = new Stock(3);
        Stock fourth = new Stock(4);
        Ours first = new Ours(1);
        Ours second = new Ours(2);

        // half of the connections are made by each kind
        first.node.connect(address(2)).get(20, TimeUnit.SECONDS);
        first.node.connect(address(3)).get(20, TimeUnit.SECONDS);
        second.node.connect(address(4)).get(20, TimeUnit.SECONDS);
        assertThat(third.ask("connect " + address(2))).isEqualTo("True");
        assertThat(third.ask("connect " + address(4))).isEqualTo("True");
        assertThat(fourth.ask("connect " + address(1))).isEqualTo("True");
        for (Stock stock : List.of(third, fourth)) {
            await("neighbours", () -> stock.ask("neighbours").split(" ").length == 3);
        }

        if (starter.equals("ours")) {
            first.node.startLearning(2, 1, trainSet, "interop").get(10, TimeUnit.SECONDS);
        } else {
            assertThat(third.ask("start 2 " + trainSet)).startsWith("experiment-");
        }
        for (Ours ours : List.of(first, second)) {
            await(
                    "two rounds",
                    () -> ours.meters.counter("amesh.gossip.rounds").count() == 2
                            && ours.node.status().stage() == Stage.IDLE);
        }
        for (Stock stock : List.of(third, fourth)) {
            await("the end of stock nodes", () -> stock.ask("state").equals("Idle"));
        }

        List<ByteBuffer> expected =
                first.learner.get().list().stream().map(Tensor::data).toList();
        assertThat(expected.get(0).getFloat(0)).isPositive();
        if (trainSet == 4) {
            // 2 rounds, each of which adds the mean of 144, 288, 432 and 576
            assertThat(expected.get(0).getFloat(0)).isEqualTo(720f);
        }
        assertThat(second.learner.get()).isEqualTo(first.learner.get());
        assertThat(third.model()).isEqualTo(expected);
        assertThat(fourth.model()).isEqualTo(expected);
        assertThat(first.node.status().disagreements()).isEmpty();
        assertThat(first.node.status().attested()).isFalse();
    }
}

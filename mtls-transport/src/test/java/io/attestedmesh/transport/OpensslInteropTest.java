package io.attestedmesh.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.PeerContext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mode manual against the {@code openssl} command, and with certificates that it made alone. */
class OpensslInteropTest {
    @TempDir
    private static Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<AutoCloseable> opened = new ArrayList<>();

    private record Ran(int status, String output) {}

    @BeforeAll
    static void makeChain() throws Exception {
        Assumptions.assumeTrue(
                Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "openssl"))),
                "there is no openssl command here");
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 30 -subj /CN=Hand-made-CA"
                + " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign");
        issue("server", "localhost", "IP:127.0.0.1");
        issue("client", "client.example", "DNS:client.example");
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout stranger.key -out stranger.crt -days 30"
                + " -subj /CN=client.example -addext subjectAltName=DNS:client.example");
    }

    private static void issue(String file, String name, String alternative) throws Exception {
        Files.writeString(
                folder.resolve(file + ".ext"),
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                        + "extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:" + name + "," + alternative
                        + "\n");
        openssl("req -newkey rsa:2048 -nodes -keyout " + file + ".key -out " + file + ".csr -subj /CN=" + name);
        openssl("x509 -req -in " + file + ".csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 20 -sha256 -extfile "
                + file + ".ext -out " + file + ".crt");
    }

    private static Ran openssl(String arguments) throws Exception {
        return openssl(arguments, () -> "");
    }

    private interface Input {
        String await() throws Exception;
    }

    private static Ran openssl(String arguments, Input input) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        Path output = Files.createTempFile(folder, "openssl", ".out");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().write(input.await().getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new IOException("openssl did not end: " + Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Ran(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private AttestedGrpc node(String engine, String file) throws Exception {
        List<X509Certificate> chain = Pem.certificates(folder.resolve(file + ".crt"));
        Credential credential = new Credential(PrivateKeys.load(folder.resolve(file + ".key")), chain);
        TrustAnchors anchors = TrustAnchors.of(Pem.certificates(folder.resolve("ca.crt")));
        Roster roster = Roster.of(List.of(
                RosterEntry.manual(new PeerIdentity("localhost"), anchors),
                RosterEntry.manual(new PeerIdentity("client.example"), anchors)));
        AttestationPolicy policy = AttestationPolicy.builder()
                .referenceValues(ReferenceValues.NO_RELEASE)
                .build();
        NitroVerifier verifier = new NitroVerifier(
                List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
        AttestedTls tls = AttestedTls.builder()
                .engine(TlsEngine.byName(engine))
                .credentials(CredentialSource.of(credential))
                .roster(() -> roster)
                .verifier(verifier)
                .policy(() -> policy)
                .log(new ConnectionLog(meters, Optional.empty()))
                .build();
        AttestedGrpc grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT);
        opened.add(grpc);
        return grpc;
    }

    private int serve(String engine) throws Exception {
        Server server = node(engine, "server")
                .server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(EchoService.answering(
                        request -> PeerContext.current().identity().name().getBytes(StandardCharsets.UTF_8)))
                .build()
                .start();
        opened.add(() -> server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS));
        return server.getPort();
    }

    private double accepted() {
        return meters.find("amesh.tls.accepted").tag("role", "server").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    static Stream<String> engines() {
        return TlsEngine.all().stream()
                .filter(engine -> engine.unavailable().isEmpty())
                .map(TlsEngine::name);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void rsaChain_madeByOpensslAlone_isAcceptedInModeManual(String engine) throws Exception {
        int port = serve(engine);
        AttestedChannel channel = node(engine, "client").channel("127.0.0.1", port, "localhost");
        opened.add(channel);
        assertThat(EchoService.call(channel.channel(), new byte[0])).asString().isEqualTo("client.example");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void certificate_thatNobodyIssued_isRefused(String engine) throws Exception {
        int port = serve(engine);
        AttestedChannel channel = node(engine, "stranger").channel("127.0.0.1", port, "localhost");
        opened.add(channel);
        assertThatThrownBy(() -> EchoService.call(channel.channel(), new byte[0]))
                .isInstanceOf(StatusRuntimeException.class);
        assertThat(accepted()).isZero();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void sClient_withAnIssuedCertificate_connects(String engine) throws Exception {
        int port = serve(engine);
        String arguments = sClient(port) + " -tls1_3 -cert client.crt -key client.key -CAfile ca.crt";
        try (LogLines log = new LogLines(ConnectionLog.class)) {
            Ran ran = openssl(arguments, () -> {
                // it stays until the server has seen the end of the handshake, and then quits
                assertThat(log.await(line -> line.contains("peer=\"client.example\""), Duration.ofSeconds(10)))
                        .isPresent();
                return "Q\n";
            });
            assertThat(ran.output()).contains("TLSv1.3", "Verify return code: 0 (ok)", "ALPN protocol: h2");
            assertThat(ran.status()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void sClient_withoutCertificate_isSentAnAlert(String engine) throws Exception {
        int port = serve(engine);
        Ran ran = openssl(sClient(port) + " -tls1_3 -CAfile ca.crt -ign_eof");
        assertThat(ran.output()).contains("alert");
        assertThat(ran.status()).isNotZero();
        assertThat(accepted()).isZero();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void sClient_withTls12_isSentAnAlert(String engine) throws Exception {
        int port = serve(engine);
        Ran ran = openssl(sClient(port) + " -tls1_2 -cert client.crt -key client.key -CAfile ca.crt -ign_eof");
        assertThat(ran.output()).contains("alert");
        assertThat(ran.status()).isNotZero();
        assertThat(accepted()).isZero();
    }

    @Test
    void sClient_withACertificateThatNobodyIssued_isSentAnAlert() throws Exception {
        int port = serve("bcjsse");
        Ran ran = openssl(sClient(port) + " -tls1_3 -cert stranger.crt -key stranger.key -CAfile ca.crt -ign_eof");
        assertThat(ran.output()).contains("alert");
        assertThat(accepted()).isZero();
        assertThat(meters.get("amesh.tls.rejections")
                        .tag("role", "server")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    private static String sClient(int port) {
        return "s_client -connect 127.0.0.1:" + port + " -servername localhost -alpn h2 -verify_return_error";
    }
}

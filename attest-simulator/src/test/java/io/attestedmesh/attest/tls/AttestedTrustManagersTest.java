package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AttestedTrustManagersTest {
    private final TestMesh mesh = new TestMesh();
    private final Recorder events = new Recorder();
    private final AttestedServerVerifier ofServers = new AttestedServerVerifier(mesh.verifier, events);
    private final AttestedClientVerifier ofClients = new AttestedClientVerifier(mesh.verifier, events);

    /** Remembers every verdict. */
    private static final class Recorder implements PeerEvents {
        final List<String> verdicts = new ArrayList<>();

        @Override
        public void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake) {
            verdicts.add(handshake.peer() + " accepted " + peer.identity());
        }

        @Override
        public void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake) {
            verdicts.add(handshake.peer() + " rejected " + why.reason());
        }
    }

    private static X509Certificate[] array(List<X509Certificate> chain) {
        return chain.toArray(X509Certificate[]::new);
    }

    private SSLEngine engine(String host) throws GeneralSecurityException {
        return context(ofServers, TestCertificate.newKeys(), mesh.ca).createSSLEngine(host, 443);
    }

    private static SSLContext context(TrustManager trust, KeyPair keys, X509Certificate... chain)
            throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("own", keys.getPrivate(), new char[0], chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(factory.getKeyManagers(), new TrustManager[] {trust}, new SecureRandom());
            return context;
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
    }

    private SSLContext context(TrustManager trust, String name) throws GeneralSecurityException {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), name);
        return context(trust, draft.keys(), array(mesh.attested(draft, document -> {})));
    }

    // the other direction

    @Test
    void checkClientTrusted_onTheVerifierOfServers_alwaysRefuses() throws Exception {
        X509Certificate[] right = array(mesh.chain("a.example"));
        SSLEngine engine = engine("a.example");

        for (RejectedCertificateException e : List.of(
                catchThrowableOfType(
                        RejectedCertificateException.class, () -> ofServers.checkClientTrusted(right, "EC")),
                catchThrowableOfType(
                        RejectedCertificateException.class, () -> ofServers.checkClientTrusted(right, "EC", engine)),
                catchThrowableOfType(
                        RejectedCertificateException.class,
                        () -> ofServers.checkClientTrusted(right, "EC", new Socket())))) {
            assertThat(e.reason()).isEqualTo(PeerReason.WRONG_DIRECTION);
        }
    }

    @Test
    void checkServerTrusted_onTheVerifierOfClients_alwaysRefuses() throws Exception {
        X509Certificate[] right = array(mesh.chain("a.example"));
        SSLEngine engine = engine("a.example");

        for (RejectedCertificateException e : List.of(
                catchThrowableOfType(
                        RejectedCertificateException.class, () -> ofClients.checkServerTrusted(right, "EC")),
                catchThrowableOfType(
                        RejectedCertificateException.class, () -> ofClients.checkServerTrusted(right, "EC", engine)),
                catchThrowableOfType(
                        RejectedCertificateException.class,
                        () -> ofClients.checkServerTrusted(right, "EC", new Socket())))) {
            assertThat(e.reason()).isEqualTo(PeerReason.WRONG_DIRECTION);
        }
        assertThat(events.verdicts).containsOnly("SERVER rejected WRONG_DIRECTION");
    }

    // every overload

    @Test
    void checkServerTrusted_withoutAnyHost_isHostUnknown() throws Exception {
        X509Certificate[] right = array(mesh.chain("a.example"));
        SSLEngine nameless =
                context(ofServers, TestCertificate.newKeys(), mesh.ca).createSSLEngine();

        for (RejectedCertificateException e : List.of(
                catchThrowableOfType(
                        RejectedCertificateException.class, () -> ofServers.checkServerTrusted(right, "EC")),
                catchThrowableOfType(
                        RejectedCertificateException.class,
                        () -> ofServers.checkServerTrusted(right, "EC", new Socket())),
                catchThrowableOfType(
                        RejectedCertificateException.class,
                        () -> ofServers.checkServerTrusted(right, "EC", (Socket) null)),
                catchThrowableOfType(
                        RejectedCertificateException.class,
                        () -> ofServers.checkServerTrusted(right, "EC", nameless)))) {
            assertThat(e.reason()).isEqualTo(PeerReason.HOST_UNKNOWN);
        }
    }

    @Test
    void checkServerTrusted_engine_doesTheFullCheck() throws Exception {
        X509Certificate[] plain = array(mesh.plain("a.example"));
        X509Certificate[] right = array(mesh.chain("a.example"));
        SSLEngine other = engine("b.example");

        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> ofServers.checkServerTrusted(plain, "EC", engine("a.example")))
                        .reason())
                .isEqualTo(PolicyReason.EVIDENCE_MISSING);
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> ofServers.checkServerTrusted(right, "EC", other))
                        .reason())
                .isEqualTo(CertificateReason.NAME_MISMATCH);
    }

    @Test
    void checkClientTrusted_plainAndSocketOverloads_doTheFullCheck() throws Exception {
        X509Certificate[] plain = array(mesh.plain("a.example"));

        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class, () -> ofClients.checkClientTrusted(plain, "EC"))
                        .reason())
                .isEqualTo(PolicyReason.EVIDENCE_MISSING);
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> ofClients.checkClientTrusted(plain, "EC", new Socket()))
                        .reason())
                .isEqualTo(PolicyReason.EVIDENCE_MISSING);
        ofClients.checkClientTrusted(array(mesh.chain("a.example")), "EC");
        assertThat(events.verdicts)
                .containsExactly(
                        "CLIENT rejected EVIDENCE_MISSING",
                        "CLIENT rejected EVIDENCE_MISSING",
                        "CLIENT accepted a.example");
    }

    @Test
    void check_noCertificates_isRefused() {
        assertThatThrownBy(() -> ofClients.checkClientTrusted(null, "EC"))
                .isInstanceOf(RejectedCertificateException.class);
        assertThatThrownBy(() -> ofClients.checkClientTrusted(new X509Certificate[0], "EC"))
                .isInstanceOf(RejectedCertificateException.class);
    }

    @Test
    void getAcceptedIssuers_anyVerifier_tellsNothing() {
        assertThat(ofClients.getAcceptedIssuers()).isEmpty();
        assertThat(ofServers.getAcceptedIssuers()).isEmpty();
    }

    // real handshakes

    private record Pair(SSLEngine client, SSLEngine server) {}

    private static Pair handshake(SSLContext clients, SSLContext servers, String host) throws SSLException {
        SSLEngine client = clients.createSSLEngine(host, 8443);
        client.setUseClientMode(true);
        SSLEngine server = servers.createSSLEngine();
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 17);
        for (int round = 0; round < 20; round++) {
            pump(client, toClient, toServer);
            pump(server, toServer, toClient);
        }
        return new Pair(client, server);
    }

    private static void pump(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer application = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        in.flip();
        SSLEngineResult result;
        do {
            result = engine.unwrap(in, application);
            tasks(engine);
        } while (result.bytesConsumed() > 0);
        in.compact();
        do {
            result = engine.wrap(ByteBuffer.allocate(0), out);
            tasks(engine);
        } while (result.bytesProduced() > 0
                && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP);
    }

    private static void tasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    @Test
    void handshake_bothAttested_leavesThePeersOnTheSessions() throws Exception {
        Pair pair = handshake(context(ofServers, "a.example"), context(ofClients, "b.example"), "b.example");

        assertThat(AttestedPeer.of(pair.client().getSession()).map(AttestedPeer::identity))
                .contains(new PeerIdentity("b.example"));
        assertThat(AttestedPeer.of(pair.server().getSession()).map(AttestedPeer::identity))
                .contains(new PeerIdentity("a.example"));
        assertThat(events.verdicts).containsExactlyInAnyOrder("SERVER accepted b.example", "CLIENT accepted a.example");
    }

    @Test
    void handshake_repeatedToOneHostAndPort_asksBothVerifiersEachTime() throws Exception {
        SSLContext clients = context(ofServers, "a.example");
        SSLContext servers = context(ofClients, "b.example");
        for (int connection = 1; connection <= 4; connection++) {
            Pair pair = handshake(clients, servers, "b.example");

            assertThat(events.verdicts).hasSize(2 * connection);
            assertThat(AttestedPeer.of(pair.client().getSession())).isPresent();
            assertThat(AttestedPeer.of(pair.server().getSession())).isPresent();
        }
    }

    @Test
    void handshake_serverOfAnotherName_failsOnTheClient() throws Exception {
        SSLContext clients = context(ofServers, "a.example");
        SSLContext servers = context(ofClients, "a.example");

        assertThatThrownBy(() -> handshake(clients, servers, "b.example"))
                .isInstanceOf(SSLException.class)
                .hasRootCauseInstanceOf(RejectedCertificateException.class);
        assertThat(events.verdicts).containsExactly("SERVER rejected NAME_MISMATCH");
    }

    @Test
    void handshake_clientWithoutEvidence_failsOnTheServer() throws Exception {
        TestMesh.Draft draft = mesh.draft(TestCertificate.newKeys(), "a.example");
        SSLContext clients =
                context(ofServers, draft.keys(), draft.certificate().sign());
        SSLContext servers = context(ofClients, "b.example");

        assertThatThrownBy(() -> handshake(clients, servers, "b.example")).isInstanceOf(SSLException.class);
        assertThat(events.verdicts).containsExactly("SERVER accepted b.example", "CLIENT rejected EVIDENCE_MISSING");
    }

    @Test
    void of_sessionThatNobodyVerified_isEmpty() throws Exception {
        assertThat(AttestedPeer.of(engine("a.example").getSession())).isEmpty();
    }

    @Test
    void of_verdictAboutAnotherCertificate_isEmpty() throws Exception {
        Pair pair = handshake(context(ofServers, "a.example"), context(ofClients, "b.example"), "b.example");
        AttestedPeer peer = AttestedPeer.of(pair.client().getSession()).orElseThrow();
        SSLEngine fresh = engine("a.example");
        peer.leaveOn(
                List.of(fresh.getSession(), pair.server().getSession()),
                mesh.chain("b.example").get(0));

        assertThat(AttestedPeer.of(fresh.getSession())).isEmpty();
        assertThat(AttestedPeer.of(pair.server().getSession())).isEmpty();
    }

    @Test
    void sockets_bothAttested_leaveThePeersOnTheSessions() throws Exception {
        mesh.roster = Roster.of(List.of(mesh.fullAuto("127.0.0.1", Map.of()), mesh.fullAuto("a.example", Map.of())));
        SSLContext servers = context(ofClients, "127.0.0.1");
        SSLContext clients = context(ofServers, "a.example");
        try (ServerSocket listening =
                        servers.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket connected = clients.getSocketFactory().createSocket("127.0.0.1", listening.getLocalPort())) {
            ((SSLServerSocket) listening).setNeedClientAuth(true);
            connected.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            listening.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            CompletableFuture<Optional<AttestedPeer>> client = new CompletableFuture<>();
            Thread server = new Thread(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
                    accepted.getInputStream().read();
                    client.complete(AttestedPeer.of(accepted.getSession()));
                } catch (IOException e) {
                    client.completeExceptionally(e);
                }
            });
            server.start();
            connected.getOutputStream().write(1);

            assertThat(AttestedPeer.of(((SSLSocket) connected).getSession()).map(AttestedPeer::identity))
                    .contains(new PeerIdentity("127.0.0.1"));
            assertThat(client.get(20, TimeUnit.SECONDS).map(AttestedPeer::identity))
                    .contains(new PeerIdentity("a.example"));
        }
    }

    @Test
    void handshakeRecord_ofTheClientSide_saysWhichServerWasMeant() throws Exception {
        List<PeerEvents.Handshake> seen = new ArrayList<>();
        AttestedServerVerifier verifier = new AttestedServerVerifier(mesh.verifier, new PeerEvents() {
            @Override
            public void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake) {
                seen.add(handshake);
            }

            @Override
            public void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake) {
                seen.add(handshake);
            }
        });
        handshake(context(verifier, "a.example"), context(ofClients, "b.example"), "b.example");

        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).peer()).isEqualTo(Usage.SERVER);
        assertThat(seen.get(0).host()).contains("b.example");
        assertThat(seen.get(0).port()).isEqualTo(8443);
        assertThat(seen.get(0).session()).isPresent();
    }
}

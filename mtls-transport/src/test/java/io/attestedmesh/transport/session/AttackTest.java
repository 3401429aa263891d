package io.attestedmesh.transport.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.AttestedServerVerifier;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each attack of docs/threat-model.md, at each level, by a man in the middle on loopback with leaked keys. */
class AttackTest {
    private static final String SUCCEEDS = "**succeeds**";
    private static final String NOTHING_TO_ATTACK = "-";
    private static final byte[] SECRET = {'s', 'e', 'c', 'r', 'e', 't'};
    private static final int MILLIS = 15_000;
    private static final Map<String, String> TABLE = new TreeMap<>();

    /** In the order of the table. */
    enum Attack {
        LEAKED_KEY("leaked TLS key: a machine without a listed enclave ends TLS", SUCCEEDS, "UNKNOWN_RELEASE"),
        LEAKED_KEY_OTHER_ENCLAVE("leaked TLS key, in another enclave with the same image", SUCCEEDS, "OTHER_ENCLAVE"),
        RELAY("relay: with the key, forwarding the real enclave's document", SUCCEEDS, "USER_DATA_MISMATCH"),
        DIVERSION("diversion to another enclave of the party, with the same image", SUCCEEDS, SUCCEEDS),
        DIVERSION_PCR4("the same, PCR4 pinned", "PCR_PIN_MISMATCH", "PCR_PIN_MISMATCH"),
        DIVERSION_MODULE("the same, module id pinned", "MODULE_PIN_MISMATCH", "MODULE_PIN_MISMATCH"),
        REFLECTION("reflection of one's own document", NOTHING_TO_ATTACK, "USER_DATA_MISMATCH"),
        REPLAY("replay of a recorded document", NOTHING_TO_ATTACK, "NONCE_MISMATCH"),
        STRIPPED("stripping: TLS without the frames", SUCCEEDS, "FRESHNESS_MISMATCH"),
        TRUNCATED("truncation of the frames", NOTHING_TO_ATTACK, "TRUNCATED"),
        DRIP("slow drip of the frames", NOTHING_TO_ATTACK, "TIMEOUT");

        private final String title;
        private final String atCertificate;
        private final String atSession;

        Attack(String title, String atCertificate, String atSession) {
            this.title = title;
            this.atCertificate = atCertificate;
            this.atSession = atSession;
        }

        String row() {
            return "| " + title + " | " + atCertificate + " | " + atSession + " |";
        }
    }

    /** What Mallory does as a server, after TLS. */
    private interface Play {
        void against(Mallory.Channel victim) throws Exception;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TlsEngine engine = TlsEngine.preferred();
    private final AtomicLong nanos = new AtomicLong();
    private SimulatedMesh mesh;
    private Credential ofA;
    private Credential ofB;

    @BeforeEach
    void found() throws Exception {
        Assumptions.assumeTrue(engine.hasExporter());
        mesh = new SimulatedMesh();
        ofA = mesh.honestA();
        ofB = mesh.honestB();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @AfterAll
    static void printTable() {
        System.out.println("\n| attack | certificate | session |\n|---|---|---|");
        TABLE.values().forEach(System.out::println);
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void attack_atEachLevel_endsAsTheThreatModelSays(Attack attack) throws Exception {
        String atCertificate = at(Freshness.CERTIFICATE, attack);
        String atSession = at(Freshness.SESSION, attack);
        String row = "| " + attack.title + " | " + atCertificate + " | " + atSession + " |";
        TABLE.put("%02d".formatted(List.of(Attack.values()).indexOf(attack)), row);

        assertThat(row).isEqualTo(attack.row());
        assertThat(Files.readString(Path.of(System.getProperty("project.root"), "docs", "threat-model.md")))
                .contains(row);
    }

    private String at(Freshness level, Attack attack) throws Exception {
        boolean session = level == Freshness.SESSION;
        Roster unpinned = rosterWith(entryOfB(), level);
        return switch (attack) {
            case LEAKED_KEY -> serverOf(ofB, unpinned, session, level, victim -> attest(victim, elsewhere()));
            case LEAKED_KEY_OTHER_ENCLAVE ->
                serverOf(
                        ofB,
                        unpinned,
                        session,
                        level,
                        victim -> attest(victim, mesh.nsm(SimulatedMesh.RELEASE, SimulatedMesh.INSTANCE_OF_B)));
            case RELAY -> serverOf(ofB, unpinned, session, level, this::relay);
            case STRIPPED -> serverOf(ofB, unpinned, false, level, victim -> {});
            case DIVERSION -> diverted(unpinned, level);
            case DIVERSION_PCR4 -> diverted(mesh.roster(level), level);
            case DIVERSION_MODULE -> diverted(rosterWith(entryOfB().withModule(moduleOfB()), level), level);
            case REPLAY -> session ? replay(unpinned, level) : NOTHING_TO_ATTACK;
            case TRUNCATED ->
                session ? serverOf(ofB, unpinned, true, level, this::cutInTheEvidence) : NOTHING_TO_ATTACK;
            case DRIP -> session ? drip(unpinned, Duration.ofSeconds(11)) : NOTHING_TO_ATTACK;
            case REFLECTION -> session ? reflection() : NOTHING_TO_ATTACK;
        };
    }

    /** A slow peer that is honest otherwise is accepted by a mutant whose clock stands still: only the time stops it. */
    @Test
    void drip_withAClockThatStandsStill_succeeds() throws Exception {
        assertThat(drip(rosterWith(entryOfB(), Freshness.SESSION), Duration.ZERO))
                .isEqualTo(SUCCEEDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 35, 36, 37, 40, 400, -6, -5, -4, -1})
    void truncation_atThatByte_isNeverAnAcceptance(int cut) throws Exception {
        String outcome = serverOf(ofB, rosterWith(entryOfB(), Freshness.SESSION), true, Freshness.SESSION, victim -> {
            Bytes all = honestFrames(victim);
            int verdict = all.size() - SessionVerdict.ACCEPTED.frame().encoded().remaining();
            int end = cut < 0 ? all.size() + cut : cut;
            victim.send(all.slice(0, Math.min(end, verdict)).toByteArray());
            if (cut < 0) {
                victim.read(); // the victim's evidence: what it cannot send is an error of its own
            }
            if (end >= verdict) {
                victim.read(); // its verdict
                victim.send(all.slice(verdict, end).toByteArray());
            }
            victim.close();
        });
        assertThat(outcome).isEqualTo("TRUNCATED");
    }

    // --- who is attacked

    /** Mallory is the server that party A calls by the name of B. */
    private String serverOf(Credential stolen, Roster roster, boolean speaks, Freshness level, Play play)
            throws Exception {
        Mallory mallory = new Mallory(engine, stolen);
        try (SSLServerSocket listening = mallory.listen()) {
            Future<Boolean> took = threads.submit(() -> took(mallory, listening, speaks, level, play));
            return outcome(client(partyA(roster)), listening.getLocalPort(), took);
        }
    }

    private static boolean took(Mallory mallory, SSLServerSocket listening, boolean speaks, Freshness level, Play play)
            throws Exception {
        try (Mallory.Channel victim = mallory.accept(listening, speaks)) {
            if (level == Freshness.SESSION) {
                play.against(victim);
            }
            return Bytes.of(victim.in().readNBytes(SECRET.length)).equals(Bytes.of(SECRET));
        } catch (IOException | RejectedCertificateException e) {
            return false; // the victim went away
        }
    }

    private String outcome(SSLContext victim, int port, Future<Boolean> took) throws Exception {
        try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), port);
                SSLSocket socket =
                        (SSLSocket) victim.getSocketFactory().createSocket(tcp, SimulatedMesh.B, port, true)) {
            socket.setSoTimeout(MILLIS);
            socket.startHandshake();
            assertThat(AttestedPeer.of(socket.getSession()))
                    .hasValueSatisfying(
                            peer -> assertThat(peer.identity().name()).isEqualTo(SimulatedMesh.B));
            socket.getOutputStream().write(SECRET);
            socket.getOutputStream().flush();
            assertThat(took.get(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            return SUCCEEDS;
        } catch (IOException e) {
            assertThat(took.get(MILLIS, TimeUnit.MILLISECONDS)).isFalse();
            return reason(e);
        }
    }

    private static String reason(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof RejectedCertificateException rejected) {
                return rejected.reason().name();
            }
        }
        throw new AssertionError("no reason", failure);
    }

    private AttestedTls partyA(Roster roster) throws Exception {
        return party(ofA, roster);
    }

    private AttestedTls party(Credential credential, Roster roster) throws Exception {
        return mesh.builder(
                        engine,
                        CredentialSource.of(credential),
                        new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                .roster(() -> roster)
                .build();
    }

    private static SSLContext client(AttestedTls tls) throws Exception {
        return tls.sslContext();
    }

    private RosterEntry entryOfB() throws Exception {
        return RosterEntry.fullAuto(
                new PeerIdentity(SimulatedMesh.B),
                TrustAnchors.of(List.of(mesh.authorityOfB().certificate())),
                Map.of());
    }

    private Roster rosterWith(RosterEntry b, Freshness level) {
        return Roster.of(List.of(mesh.entryOf(SimulatedMesh.A).with(level), b.with(level)));
    }

    private String moduleOfB() throws Exception {
        try (SSLServerSocket listening = listen(party(ofB, mesh.roster(Freshness.SESSION)))) {
            Future<SSLSocket> accepted = threads.submit(() -> shaken(listening));
            try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
                    SSLSocket socket = (SSLSocket) client(partyA(mesh.roster(Freshness.SESSION)))
                            .getSocketFactory()
                            .createSocket(tcp, SimulatedMesh.B, listening.getLocalPort(), true)) {
                socket.startHandshake();
                AttestedPeer b = AttestedPeer.of(socket.getSession()).orElseThrow();
                assertThat(b.freshness()).isEqualTo(Freshness.SESSION);
                accepted.get(MILLIS, TimeUnit.MILLISECONDS).close();
                return b.attestation().orElseThrow().moduleId();
            }
        }
    }

    private static SSLServerSocket listen(AttestedTls tls) throws Exception {
        return (SSLServerSocket)
                tls.sslContext().getServerSocketFactory().createServerSocket(0, 2, InetAddress.getLoopbackAddress());
    }

    private static SSLSocket shaken(SSLServerSocket listening) throws IOException {
        SSLSocket socket = (SSLSocket) listening.accept();
        socket.setSoTimeout(MILLIS);
        socket.startHandshake();
        return socket;
    }

    // --- what Mallory does

    private Attester elsewhere() {
        return mesh.nsm(SimulatedMesh.image("release 2"), SimulatedMesh.INSTANCE_OF_B);
    }

    private static Bytes fresh() {
        byte[] nonce = new byte[SessionTranscript.PART];
        new SecureRandom().nextBytes(nonce);
        return Bytes.of(nonce);
    }

    /** Speaks the protocol to its end, with a document of that attester. */
    private static void attest(Mallory.Channel victim, Attester attester) throws Exception {
        Bytes nonce = fresh();
        victim.send(Frame.Type.NONCE, nonce);
        Bytes theirs = victim.read().payload();
        finish(victim, victim.document(attester, nonce, theirs));
    }

    private static void finish(Mallory.Channel victim, Bytes document) throws Exception {
        victim.send(Frame.Type.EVIDENCE, document);
        victim.read();
        victim.accept();
        victim.read();
    }

    /** The document of the real enclave, which B makes for a connection of Mallory's, with the nonce of the victim. */
    private Bytes documentOfRealB(Bytes nonce) throws Exception {
        try (SSLServerSocket real = listen(party(ofB, mesh.roster(Freshness.SESSION)))) {
            Future<SSLSocket> atB = threads.submit(() -> shaken(real));
            try (Mallory.Channel toB = new Mallory(engine, ofA).connect(real.getLocalPort(), true)) {
                toB.send(Frame.Type.NONCE, nonce);
                assertThat(toB.read().type()).isEqualTo(Frame.Type.NONCE);
                return toB.read().payload();
            } finally {
                assertThat(atB).failsWithin(Duration.ofMillis(MILLIS)); // she has gone without evidence of her own
            }
        }
    }

    private void relay(Mallory.Channel victim) throws Exception {
        victim.send(Frame.Type.NONCE, fresh());
        finish(victim, documentOfRealB(victim.read().payload()));
    }

    private String replay(Roster roster, Freshness level) throws Exception {
        Bytes recorded = documentOfRealB(fresh());
        return serverOf(ofB, roster, true, level, victim -> {
            victim.send(Frame.Type.NONCE, fresh());
            victim.read();
            finish(victim, recorded);
        });
    }

    private void cutInTheEvidence(Mallory.Channel victim) throws Exception {
        Bytes all = honestFrames(victim);
        victim.send(all.slice(0, all.size() / 2).toByteArray());
        victim.close();
    }

    /** What the real enclave would send in this connection. */
    private Bytes honestFrames(Mallory.Channel victim) throws Exception {
        Bytes nonce = fresh();
        Bytes theirs = victim.read().payload();
        return Bytes.concat(
                Bytes.of(new Frame(Frame.Type.NONCE, nonce).encoded().array()),
                Bytes.of(new Frame(Frame.Type.EVIDENCE, victim.document(mesh.enclaveOf(ofB), nonce, theirs))
                        .encoded()
                        .array()),
                Bytes.of(SessionVerdict.ACCEPTED.frame().encoded().array()));
    }

    /** An honest enclave in all but its pace: between two of its bytes that much time passes at the victim's. */
    private String drip(Roster roster, Duration between) throws Exception {
        Mallory mallory = new Mallory(engine, ofB);
        try (SSLServerSocket listening = mallory.listen()) {
            Future<Boolean> took = threads.submit(() -> took(mallory, listening, true, Freshness.SESSION, victim -> {
                Bytes all = honestFrames(victim);
                int verdict =
                        all.size() - SessionVerdict.ACCEPTED.frame().encoded().array().length;
                victim.send(all.slice(0, 1).toByteArray());
                nanos.addAndGet(between.toNanos());
                victim.send(all.slice(1, verdict).toByteArray());
                victim.read();
                victim.send(all.slice(verdict, all.size()).toByteArray());
                victim.read();
            }));
            return outcome(clientWithClock(roster, nanos::get), listening.getLocalPort(), took);
        }
    }

    private SSLContext clientWithClock(Roster roster, LongSupplier clock) throws Exception {
        AttestedTls tls = partyA(roster);
        SessionAttestation attestation = new SessionAttestation(
                engine,
                tls.verifier(),
                new DocumentQueue(mesh.enclaveOf(ofA), new SimpleMeterRegistry()),
                SessionAttestation.DEFAULT_TIMEOUT,
                clock,
                ended -> {},
                PeerEvents.NONE);
        return engine.sslContext(
                new CredentialKeyManager(CredentialSource.of(ofA), Clock.systemUTC()),
                new AttestedServerVerifier(tls.verifier(), PeerEvents.NONE, Freshness.SESSION),
                attestation);
    }

    /** Mallory, with the leaked key of A, calls A, and has A's own document and nonce go back to it. */
    private String reflection() throws Exception {
        try (SSLServerSocket listening = listen(partyA(mesh.roster(Freshness.SESSION)))) {
            Future<SSLSocket> atA = threads.submit(() -> shaken(listening));
            try (Mallory.Channel toA = new Mallory(engine, ofA).connect(listening.getLocalPort(), true)) {
                toA.send(Frame.Type.NONCE, toA.read().payload());
                toA.send(Frame.Type.EVIDENCE, toA.read().payload());
                toA.accept();
                toA.read();
            }
            try {
                atA.get(MILLIS, TimeUnit.MILLISECONDS).close();
                return SUCCEEDS;
            } catch (ExecutionException e) {
                return reason(e);
            }
        }
    }

    private String diverted(Roster roster, Freshness level) throws Exception {
        Credential other = mesh.honestB(mesh.nsm(SimulatedMesh.RELEASE, "i-0cccccccccccccccc"));
        try (SSLServerSocket listening = listen(party(other, mesh.roster(level)))) {
            Future<Boolean> took = threads.submit(() -> {
                try (SSLSocket socket = shaken(listening)) {
                    return Bytes.of(socket.getInputStream().readNBytes(SECRET.length))
                            .equals(Bytes.of(SECRET));
                } catch (IOException e) {
                    return false;
                }
            });
            return outcome(client(partyA(roster)), listening.getLocalPort(), took);
        }
    }
}

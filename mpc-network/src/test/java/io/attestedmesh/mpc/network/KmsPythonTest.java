package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.NamePolicy;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.mpc.session.SessionReason;
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
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node in the KMS format against one that is written in Python with grpcio and shares no code with it, over mutual TLS
 * with certificates as KMS networks have them. Skipped where there is no Python with grpcio; {@code -Dtest.python=PATH}
 * names one.
 */
@Timeout(180)
class KmsPythonTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String OURS = "node-1.kms.example";
    private static final String THEIRS = "core-2.kms.example";

    @TempDir
    Path folder;

    private final SessionId id = SessionId.random(RANDOM);
    private final String number = new BigInteger(1, id.toByteArray()).toString();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Instant now = Instant.now();
    private CertificateAuthority authority;
    private String interpreter;
    private Path program;
    private int port;
    private MpcNetwork node;
    private PythonNode python;

    @BeforeEach
    void start() throws Exception {
        interpreter = PythonNode.interpreter();
        program = folder.resolve("kms_peer.py");
        try (InputStream in = KmsPythonTest.class.getResourceAsStream("kms_peer.py")) {
            Files.copy(in, program);
        }
        authority = CertificateAuthority.create(
                AuthorityProfile.named("kms.example", Validity.from(now, Duration.ofDays(1))),
                PrivateKeys.generate(KeyKind.P256, RANDOM),
                RANDOM);
        Files.write(folder.resolve("ca.crt"), Pem.encode(authority.certificate()));
        write(credential(authority, THEIRS));

        // the server first, then the other node, whose port the context has to name
        Contexts contexts = new Contexts();
        AttestedGrpc grpc = grpc(contexts);
        node = MpcNetwork.builder(new PeerIdentity(OURS), contexts, new AttestedTransport(grpc))
                .kms(KmsLimits.DEFAULT)
                .build();
        opened.add(node);
        Server server = node.addTo(grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .build()
                .start();
        opened.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        port = server.getPort();
        python = new PythonNode(interpreter, program, folder.toString(), THEIRS, OURS, Integer.toString(port));
        opened.add(python);
        contexts.add(new MpcContext("kms", List.of(party(1, OURS, port), party(2, THEIRS, python.port()))));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private Credential credential(CertificateAuthority issuer, String name) throws Exception {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        return new Credential(
                keys.getPrivate(),
                List.of(issuer.issue(
                        keys.getPublic(),
                        CertificateProfile.node(
                                name,
                                AlternativeNames.of(List.of(name), List.of()),
                                EnumSet.allOf(Usage.class),
                                Validity.from(now, Duration.ofHours(1))))));
    }

    private Party party(int id, String name, int port) throws Exception {
        RosterEntry entry = new RosterEntry(
                new PeerIdentity(name),
                NamePolicy.KMS,
                PeerMode.MANUAL,
                EvidenceProfile.KMS,
                Optional.of(TrustAnchors.of(List.of(authority.certificate()))),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Freshness.CERTIFICATE);
        return Party.of(id, entry, "127.0.0.1", port).speaking(WireFormat.KMS);
    }

    private AttestedGrpc grpc(Contexts contexts) throws Exception {
        AttestationPolicy policy = AttestationPolicy.builder()
                .referenceValues(ReferenceValues.NO_RELEASE)
                .build();
        AttestedTls tls = AttestedTls.builder()
                .engine(TlsEngine.preferred())
                .credentials(CredentialSource.of(credential(authority, OURS)))
                .roster(contexts::roster)
                .verifier(new NitroVerifier(
                        List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW))
                .policy(() -> policy)
                .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                .build();
        AttestedGrpc grpc =
                new AttestedGrpc(tls, TransportLimits.DEFAULT.withMessageBytes(KmsLimits.DEFAULT.inboundBytes()));
        opened.add(grpc);
        return grpc;
    }

    private NetworkSession open() throws Exception {
        return node.open(id, "kms", SessionOptions.DEFAULT);
    }

    private static Delivery get(CompletionStage<Delivery> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void messagesFromPython_areParked_received_andNotNeededAfterTheEnd() throws Exception {
        assertThat(python.ask("health " + THEIRS)).isEqualTo("healthy");
        assertThat(python.ask("send " + number + " 0 0102")).isEqualTo("INACTIVE");
        NetworkSession session = open();
        assertThat(session.receive(2)).containsExactly(1, 2);
        session.nextRound();
        assertThat(python.ask("send " + number + " 1 03")).isEqualTo("ACTIVE");
        assertThat(session.receive(2)).containsExactly(3);
        session.complete();
        assertThat(python.ask("send " + number + " 2 04")).isEqualTo("COMPLETED");
    }

    @Test
    void messagesToPython_arrive_bothWaysInOneSession() throws Exception {
        NetworkSession session = open();
        for (int round = 0; round < 30; round++) {
            CompletionStage<Delivery> sent = session.send(2, new byte[] {7, (byte) round});
            String digits = HexFormat.of().toHexDigits((byte) round);
            assertThat(python.ask("send " + number + " " + round + " 05" + digits))
                    .isEqualTo("ACTIVE");
            assertThat(session.receive(2)).containsExactly(5, round);
            assertThat(python.ask("expect " + number + " " + round)).isEqualTo("got 07" + digits);
            assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
            session.nextRound();
        }
    }

    @Test
    void largeMessages_goWholeBothWays() throws Exception {
        int length = 70 << 20;
        NetworkSession session = open();
        assertThat(python.ask("large " + number + " 0 " + length)).isEqualTo("ACTIVE");
        assertThat(session.receive(2)).hasSize(length).startsWith(3, 3).endsWith(3, 3);
        byte[] large = new byte[length];
        Arrays.fill(large, (byte) 2);
        CompletionStage<Delivery> sent = session.send(2, large);
        assertThat(python.ask("expect " + number + " 0")).isEqualTo("got " + length + " bytes, sum " + 2L * length);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void senderThatIsNotTheCertificates_isRefusedHere() throws Exception {
        String why = "refused UNAUTHENTICATED wrong sender: expected " + THEIRS;
        assertThat(python.ask("send " + number + " 0 01 " + OURS)).isEqualTo(why);
        assertThat(python.ask("send " + number + " 0 01 core-3.kms.example")).isEqualTo(why);
        assertThat(python.ask("health " + OURS)).isEqualTo(why);
        assertThat(node.parkedSessions()).isZero();
    }

    @Test
    void tagThatCannotBeRead_isAborted() throws Exception {
        assertThat(python.ask("raw 0a03010203")).startsWith("refused ABORTED malformed tag: ");
        assertThat(python.ask("raw 0aff")).startsWith("refused INVALID_ARGUMENT");
    }

    @Test
    void otherMessageOfTheSameRound_isRefusedHere() throws Exception {
        python.ask("send " + number + " 0 01");
        assertThat(python.ask("send " + number + " 0 01")).isEqualTo("INACTIVE");
        assertThat(python.ask("send " + number + " 0 02")).isEqualTo("refused ALREADY_EXISTS EQUIVOCATION");
    }

    @Test
    void roundFarAhead_isToBeTriedLater() throws Exception {
        assertThat(python.ask("send " + number + " 33 01")).isEqualTo("refused RESOURCE_EXHAUSTED TOO_FAR_AHEAD");
    }

    @Test
    void fullQueueOrFailureThere_isTriedAgain() throws Exception {
        for (String failure : List.of("RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED")) {
            python.ask("answer " + failure);
        }
        CompletionStage<Delivery> sent = open().send(2, new byte[] {9});
        assertThat(python.ask("expect " + number + " 0")).isEqualTo("got 09");
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void sessionThatIsCompletedThere_needsNoMore() throws Exception {
        python.ask("answer COMPLETED");
        assertThat(get(open().send(2, new byte[1]))).isEqualTo(Delivery.COMPLETED);
    }

    @Test
    void refusalThere_failsTheMessage() throws Exception {
        python.ask("answer UNAUTHENTICATED");
        CompletionStage<Delivery> sent = open().send(2, new byte[1]);
        assertThatThrownBy(() -> get(sent))
                .cause()
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(SessionReason.REFUSED))
                .hasMessageContaining("WRONG_SENDER");
    }

    @Test
    void certificateOfAnotherAuthority_isRefusedInTheHandshake() throws Exception {
        CertificateAuthority stranger = CertificateAuthority.create(
                AuthorityProfile.named("kms.example", Validity.from(now, Duration.ofDays(1))),
                PrivateKeys.generate(KeyKind.P256, RANDOM),
                RANDOM);
        assertUnavailableWith(credential(stranger, THEIRS));
    }

    @Test
    void certificateOfNobodyInTheContext_isRefusedInTheHandshake() throws Exception {
        assertUnavailableWith(credential(authority, "core-9.kms.example"));
    }

    private void assertUnavailableWith(Credential other) throws Exception {
        write(other);
        try (PythonNode impostor =
                new PythonNode(interpreter, program, folder.toString(), THEIRS, OURS, Integer.toString(port))) {
            assertThat(impostor.ask("send " + number + " 0 01")).startsWith("refused UNAVAILABLE");
        }
        assertThat(node.parkedSessions()).isZero();
    }

    private void write(Credential theirs) throws Exception {
        Path key = folder.resolve("peer.key");
        Files.deleteIfExists(key);
        PrivateKeys.store(key, theirs.privateKey());
        Files.write(folder.resolve("peer.crt"), Pem.encode(theirs.leaf()));
    }
}

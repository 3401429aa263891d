package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.kms.wire.SessionStatus;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.Server;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two parties with certificates, each spoken to in the KMS format. */
@Timeout(120)
class KmsOverTlsTest {
    private final SessionId id = SessionId.random(new SecureRandom());
    private final Collection<Refused> refused = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private SimulatedMesh mesh;

    @BeforeEach
    void found() throws Exception {
        mesh = new SimulatedMesh();
        for (int i = 0; i < 2; i++) {
            ports.add(PlainParties.freePort());
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private AttestedGrpc grpc(Credential credential, Duration age) throws Exception {
        AttestedGrpc grpc = new AttestedGrpc(
                mesh.tls(TlsEngine.preferred(), CredentialSource.of(credential), new SimpleMeterRegistry()),
                TransportLimits.DEFAULT
                        .withMessageBytes(KmsLimits.DEFAULT.inboundBytes())
                        .withConnectionAge(age));
        opened.add(grpc);
        return grpc;
    }

    private Party party(int id, String name) {
        return Party.of(id, new PeerIdentity(name), "127.0.0.1", ports.get(id - 1))
                .withReleases(Set.of("release-1"))
                .speaking(WireFormat.KMS);
    }

    private MpcNetwork node(int id, AttestedGrpc grpc) throws Exception {
        Contexts contexts = new Contexts();
        contexts.add(new MpcContext("test", List.of(party(1, SimulatedMesh.A), party(2, SimulatedMesh.B))));
        PeerIdentity self = new PeerIdentity(id == 1 ? SimulatedMesh.A : SimulatedMesh.B);
        MpcNetwork network = MpcNetwork.builder(self, contexts, new AttestedTransport(grpc))
                .kms(KmsLimits.DEFAULT)
                .onRefusal(refused::add)
                .build();
        Server server = network.addTo(
                        grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(id - 1))))
                .build()
                .start();
        opened.add(() -> server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS));
        opened.add(network);
        return network;
    }

    private KmsClient bToA() throws Exception {
        AttestedChannel channel =
                grpc(mesh.honestB(), Duration.ofHours(1)).channel("127.0.0.1", ports.get(0), SimulatedMesh.A);
        opened.add(channel);
        return new KmsClient(channel.channel());
    }

    @Test
    void parties_exchangeMessages_overConnectionsThatEndAllTheTime() throws Exception {
        Duration second = Duration.ofSeconds(1);
        NetworkSession a = node(1, grpc(mesh.honestA(), second)).open(id, "test", SessionOptions.DEFAULT);
        NetworkSession b = node(2, grpc(mesh.honestB(), second)).open(id, "test", SessionOptions.DEFAULT);
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        byte round = 0;
        while (System.nanoTime() < end) {
            round++;
            a.send(2, new byte[] {1, round});
            b.send(1, new byte[] {2, round});
            assertThat(a.receive(2)).containsExactly(2, round);
            assertThat(b.receive(1)).containsExactly(1, round);
            a.nextRound();
            b.nextRound();
            Thread.sleep(5);
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void senderThatTheCertificateProves_isAccepted() throws Exception {
        node(1, grpc(mesh.honestA(), Duration.ofHours(1)));
        KmsClient client = bToA();
        client.check(KmsClient.healthTag(SimulatedMesh.B));
        assertThat(client.send(KmsClient.tag(id, SimulatedMesh.B, 0), new byte[1]))
                .isEqualTo(SessionStatus.INACTIVE);
    }

    @Test
    void senderThatIsAnotherParty_isRefused() throws Exception {
        MpcNetwork a = node(1, grpc(mesh.honestA(), Duration.ofHours(1)));
        KmsClient client = bToA();
        List<String> others = List.of(SimulatedMesh.A, "B.EXAMPLE", "b.example.", "", "xb.example", "stranger");
        for (String other : others) {
            assertWrongSender(client.refusal(KmsClient.tag(id, other, 0), new byte[1]));
            assertWrongSender(client.checkRefusal(KmsClient.healthTag(other)));
        }
        assertThat(a.parkedSessions()).isZero();
        assertThat(refused).hasSize(2 * others.size()).allSatisfy(one -> {
            assertThat(one.peer()).isEqualTo(SimulatedMesh.B);
            assertThat(one.reason()).isEqualTo(Acceptance.WRONG_SENDER);
        });
    }

    private static void assertWrongSender(Status status) {
        assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(status.getDescription()).isEqualTo("wrong sender: expected b.example");
    }

    @Test
    void tagThatCannotBeRead_isAborted() throws Exception {
        node(1, grpc(mesh.honestA(), Duration.ofHours(1)));
        Status status = bToA().refusal(KmsClient.tag(id, SimulatedMesh.B, -1), new byte[1]);
        assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(status.getDescription()).isEqualTo("malformed tag: a round of 2^63 or more");
        assertThat(refused)
                .singleElement()
                .satisfies(one -> assertThat(one.peer()).isEqualTo(SimulatedMesh.B));
    }
}

package io.attestedmesh.transport.tunnel;

import static io.attestedmesh.transport.tunnel.TunnelParties.PATIENCE;
import static io.attestedmesh.transport.tunnel.TunnelParties.isReset;
import static io.attestedmesh.transport.tunnel.TunnelParties.receive;
import static io.attestedmesh.transport.tunnel.TunnelParties.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a tunnel meets the programs: the PROXY header, Unix sockets, TLS without certificates of clients. */
@Timeout(60)
class TunnelEdgesTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path folder;

    private TunnelParties parties;

    @BeforeEach
    void found() throws Exception {
        parties = new TunnelParties();
    }

    @AfterEach
    void close() throws Exception {
        parties.close();
    }

    private static Map<Integer, byte[]> typed(byte[] tlvs) throws IOException {
        Map<Integer, byte[]> found = new LinkedHashMap<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(tlvs));
        while (in.available() > 0) {
            int type = in.readUnsignedByte();
            assertThat(found.put(type, in.readNBytes(in.readUnsignedShort()))).isNull();
        }
        return found;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Freshness.class)
    void proxyHeader_tellsTheTargetWhoComes_beforeAnythingElse(Freshness level) throws Exception {
        parties.engine = TlsEngine.byName("conscrypt");
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        parties.levelOfServer = parties.levelOfClient = Optional.of(level);
        parties.proxyHeader = true;
        TunnelServer server = parties.server();
        Socket program = parties.connect(parties.client(server));
        Socket target = parties.accept();
        send(program, (byte) 42);
        DataInputStream in = new DataInputStream(target.getInputStream());
        // section 2.2 of the PROXY protocol: signature, version 2 and PROXY, TCP over IPv4
        assertThat(in.readNBytes(12)).containsExactly(13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10);
        assertThat(in.readUnsignedByte()).isEqualTo(0x21);
        assertThat(in.readUnsignedByte()).isEqualTo(0x11);
        byte[] rest = in.readNBytes(in.readUnsignedShort());
        DataInputStream addresses = new DataInputStream(new ByteArrayInputStream(rest, 0, 12));
        assertThat(addresses.readInt()).isEqualTo(0x7f000001);
        assertThat(addresses.readInt()).isEqualTo(0x7f000001);
        addresses.readUnsignedShort();
        assertThat(addresses.readUnsignedShort()).isEqualTo(((Endpoint.Tcp) server.listening()).port());
        Map<Integer, byte[]> tlvs = typed(Arrays.copyOfRange(rest, 12, rest.length));
        assertThat(text(tlvs.get(0x02))).isEqualTo(SimulatedMesh.A);
        byte[] ssl = tlvs.get(0x20);
        assertThat(ssl[0]).isEqualTo((byte) 7);
        assertThat(Arrays.copyOfRange(ssl, 1, 5)).containsOnly(0);
        Map<Integer, byte[]> inSsl = typed(Arrays.copyOfRange(ssl, 5, ssl.length));
        assertThat(text(inSsl.get(0x21))).isEqualTo("TLSv1.3");
        assertThat(text(inSsl.get(0x22))).isEqualTo(SimulatedMesh.B);
        AttestationResult proved =
                server.streams().get(0).peer().orElseThrow().attestation().orElseThrow();
        assertThat(text(tlvs.get(0xe0))).isEqualTo("release-1");
        assertThat(text(tlvs.get(0xe1))).isEqualTo(proved.moduleId());
        assertThat(tlvs.get(0xe2)).containsExactly(1);
        assertThat(text(tlvs.get(0xe3))).isEqualTo(level.label());
        assertThat(in.readUnsignedByte()).isEqualTo(42);
    }

    private Path socket(String name) {
        return folder.resolve(name);
    }

    private static byte[] receive(SocketChannel from, int length) throws IOException {
        ByteBuffer got = ByteBuffer.allocate(length);
        while (got.hasRemaining() && from.read(got) >= 0) {
            // more
        }
        return Arrays.copyOf(got.array(), got.position());
    }

    @Test
    void unixSockets_onAllSides_carryAStream() throws Exception {
        ServerSocketChannel target = parties.opened(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
        target.bind(UnixDomainSocketAddress.of(socket("target")));
        parties.serverListens = Optional.of(new Endpoint.Unix(socket("attested")));
        parties.clientListens = Optional.of(new Endpoint.Unix(socket("program")));
        parties.proxyHeader = true;
        TunnelServer server = parties.server(Targets.of(new Endpoint.Unix(socket("target"))));
        TunnelClient client = parties.client(server);
        assertThat(Files.getPosixFilePermissions(socket("program")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        SocketChannel program = parties.opened(SocketChannel.open(UnixDomainSocketAddress.of(socket("program"))));
        SocketChannel reached = parties.opened(target.accept());
        // the header of a peer without an address
        byte[] header = receive(reached, 16);
        assertThat(header[13]).isEqualTo((byte) 0);
        int length = ((header[14] & 0xff) << 8) | (header[15] & 0xff);
        receive(reached, length);
        program.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(receive(reached, 3)).containsExactly(1, 2, 3);
        reached.write(ByteBuffer.wrap(new byte[] {4}));
        assertThat(receive(program, 1)).containsExactly(4);
        reached.close();
        assertThat(receive(program, 1)).isEmpty();
        program.close();
        parties.awaitEnds(StreamEnd.COMPLETE);
        client.close();
        assertThat(socket("program")).doesNotExist();
    }

    @Test
    void unixSocket_leftByAnother_isTakenOver_butNothingElseIs() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket("left")));
        }
        parties.serverListens = Optional.of(new Endpoint.Unix(socket("left")));
        parties.server();
        assertThatThrownBy(parties::server).isInstanceOf(IOException.class).hasMessageContaining("another process");
        Path file = Files.writeString(socket("file"), "precious");
        parties.serverListens = Optional.of(new Endpoint.Unix(file));
        assertThatThrownBy(parties::server).isInstanceOf(IOException.class).hasMessageContaining("no socket");
        assertThat(file).hasContent("precious");
    }

    private record LocalhostFiles(Path certificate, Path key, SSLContext trusting) {}

    private LocalhostFiles localhost(String name) throws Exception {
        Validity day = Validity.from(parties.mesh.now().minusSeconds(60), Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create(
                AuthorityProfile.named("Sidecar CA", day), PrivateKeys.generate(KeyKind.P256, RANDOM), RANDOM);
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        CertificateProfile profile = new CertificateProfile(
                new X500Principal("CN=localhost"),
                AlternativeNames.of(List.of("localhost"), List.of("127.0.0.1")),
                Set.of(Usage.SERVER),
                day);
        Path certificate = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        Files.write(certificate, Pem.encode(authority.issue(keys.getPublic(), profile)));
        PrivateKeys.store(key, keys.getPrivate());
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(roots);
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, trust.getTrustManagers(), null);
        return new LocalhostFiles(certificate, key, trusting);
    }

    private SSLSocket overTls(SSLContext trusting, Tunnel client, String... protocols) throws Exception {
        SSLSocket socket = parties.opened((SSLSocket) trusting.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), ((Endpoint.Tcp) client.listening()).port()));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "http/1.1", "", "gopher"})
    void sidecar_endsTlsOfAProgram_andSpeaksWhatItAsksFor(String protocol) throws Exception {
        LocalhostFiles files = localhost("a");
        var context = PlainTls.of(files.certificate(), files.key(), PlainTls.PROTOCOLS);
        parties.plainTls = Optional.of(() -> context);
        TunnelClient client = parties.client(parties.server());
        SSLSocket program =
                protocol.isEmpty() ? overTls(files.trusting(), client) : overTls(files.trusting(), client, protocol);
        program.startHandshake();
        assertThat(program.getApplicationProtocol()).isEqualTo(protocol.equals("gopher") ? "" : protocol);
        send(program, (byte) 1);
        Socket target = parties.accept();
        assertThat(TunnelParties.receive(target, 1)).containsExactly(1);
        send(target, (byte) 2);
        assertThat(TunnelParties.receive(program, 1)).containsExactly(2);
        program.shutdownOutput();
        assertThat(target.getInputStream().read()).isEqualTo(-1);
        send(target, (byte) 3);
        assertThat(TunnelParties.receive(program, 1)).containsExactly(3);
        target.close();
        assertThat(program.getInputStream().read()).isEqualTo(-1);
        parties.awaitEnds(StreamEnd.COMPLETE);
    }

    @Test
    void sidecar_whoseServerRefuses_endsWithoutTheEndOfTls() throws Exception {
        LocalhostFiles files = localhost("a");
        var context = PlainTls.of(files.certificate(), files.key(), PlainTls.PROTOCOLS);
        parties.plainTls = Optional.of(() -> context);
        parties.rule = new PeerRule(Set.of("c.example"), Set.of(), Set.of());
        SSLSocket program = overTls(files.trusting(), parties.client(parties.server()));
        program.startHandshake();
        assertThat(isReset(program)).isTrue();
        parties.assertNothingReached();
    }

    @Test
    void sidecar_toAProgramThatTrustsOthers_reachesNothing() throws Exception {
        LocalhostFiles files = localhost("a");
        var context = PlainTls.of(files.certificate(), files.key(), PlainTls.PROTOCOLS);
        parties.plainTls = Optional.of(() -> context);
        SSLSocket program = overTls(localhost("b").trusting(), parties.client(parties.server()));
        assertThatThrownBy(program::startHandshake).isInstanceOf(SSLException.class);
        parties.assertNothingReached();
    }

    @Test
    void sidecar_toAProgramWithoutTls_reachesNothing() throws Exception {
        LocalhostFiles files = localhost("a");
        var context = PlainTls.of(files.certificate(), files.key(), PlainTls.PROTOCOLS);
        parties.plainTls = Optional.of(() -> context);
        Socket program = parties.connect(parties.client(parties.server()));
        send(program, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        isReset(program);
        parties.assertNothingReached();
    }

    @Test
    void sidecar_keyOfAnotherCertificate_isRefused() throws Exception {
        LocalhostFiles a = localhost("a");
        LocalhostFiles b = localhost("b");
        assertThatThrownBy(() -> PlainTls.of(a.certificate(), b.key(), PlainTls.PROTOCOLS))
                .isInstanceOf(IOException.class);
    }
}

package io.attestedmesh.transport.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ProxyHeader} writes is read, and nothing else. */
class TunnelledPeersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 41_300);

    private final TunnelledPeers peers = new TunnelledPeers(Duration.ofSeconds(10), Clock.fixed(NOW, ZoneOffset.UTC));
    private final Connection connection = new Connection();

    /** A connection over TCP, as its addresses say. */
    private static final class Connection extends EmbeddedChannel {
        @Override
        protected SocketAddress remoteAddress0() {
            return REMOTE;
        }

        @Override
        protected SocketAddress localAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 7443);
        }
    }

    private static ByteBuf header(Optional<AttestationResult> proof) {
        EmbeddedChannel target = new EmbeddedChannel();
        AttestedPeer peer = new AttestedPeer(new PeerIdentity("b.example"), NOW, proof, Freshness.SESSION);
        ProxyHeader.write(target, new Connection(), peer, Optional.of("fl.example"));
        target.flush();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = target.readOutbound(); part != null; part = target.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    private static Optional<AttestationResult> running(String release) {
        return Optional.of(new AttestationResult(
                "i-0-enc1",
                PcrBank.of(Map.of()),
                new KnownRelease(release, false, Instant.MAX),
                false,
                false,
                Bytes.EMPTY,
                NOW,
                NOW,
                NOW));
    }

    @Test
    void header_ofAnAttestedPeer_saysWhoItIsAndWhatItRuns() {
        peers.accept(connection);

        connection.writeInbound(header(running("learner 1.4.0")));

        assertThat(peers.at(REMOTE))
                .contains(new TunnelledPeer(
                        new PeerIdentity("b.example"), Optional.of("learner 1.4.0"), Optional.of("session")));
    }

    @Test
    void header_ofAPeerOfModeManual_saysWhoItIs() {
        peers.accept(connection);

        connection.writeInbound(header(Optional.empty()));

        assertThat(peers.at(REMOTE))
                .contains(new TunnelledPeer(new PeerIdentity("b.example"), Optional.empty(), Optional.empty()));
    }

    @Test
    void bytesBehindTheHeader_goOn() {
        peers.accept(connection);
        ByteBuf all = header(Optional.empty()).writeBytes("PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII));

        for (int i = 0; i < all.readableBytes(); i++) { // however it is cut
            connection.writeInbound(all.retainedSlice(i, 1));
        }

        StringBuilder passed = new StringBuilder();
        for (ByteBuf part = connection.readInbound(); part != null; part = connection.readInbound()) {
            passed.append(part.toString(StandardCharsets.US_ASCII));
        }
        assertThat(passed).hasToString("PRI * HTTP/2.0");
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void connectionThatHasEnded_isForgotten() {
        peers.accept(connection);
        connection.writeInbound(header(Optional.empty()));

        connection.close().syncUninterruptibly();

        assertThat(peers.at(REMOTE)).isEmpty();
    }

    private void assertRefused(ByteBuf bytes) {
        peers.accept(connection);

        connection.writeInbound(bytes);

        assertThat(connection.isOpen()).isFalse();
        assertThat(peers.at(REMOTE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "PROXY TCP4 10.0.0.7 10.0.0.8 1 2\r\n",
                "PROXY UNKNOWN\r\n",
                "GET / HTTP/1.1\r\n\r\n"
            })
    void otherBytes_areRefused(String text) {
        assertRefused(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20 00 0000", // LOCAL
                "21 11 000c 7f000001 7f000001 0001 0002", // without values
                "21 11 0014 7f000001 7f000001 0001 0002 20 0005 07 00000001", // not verified
                "21 11 0014 7f000001 7f000001 0001 0002 20 0005 01 00000000", // without a certificate
                "21 11 0014 7f000001 7f000001 0001 0002 20 0005 07 00000000", // without a name
                "21 11 0018 7f000001 7f000001 0001 0002 20 0009 07 00000000 22 0001 20", // a name that is none
                "31 11 000c 7f000001 7f000001 0001 0002" // version 3
            })
    void headerThatProvesNobody_isRefused(String hex) {
        assertRefused(version2(hex));
    }

    private static ByteBuf version2(String hex) {
        byte[] rest = ByteBufUtil.decodeHexDump(hex.replace(" ", ""));
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("0d0a0d0a000d0a515549540a"), rest);
    }

    @Test
    void headerOfMoreThanThereMayBe_isRefusedBeforeItIsWhole() {
        assertRefused(Unpooled.wrappedBuffer(
                version2("21 11 ffff 7f000001 7f000001 0001 0002"), Unpooled.wrappedBuffer(new byte[3000])));
    }

    @Test
    void noHeader_isRefusedAtItsTime() {
        peers.accept(connection);
        connection.writeInbound(header(Optional.empty()).slice(0, 20));

        connection.advanceTimeBy(10, TimeUnit.SECONDS);
        connection.runScheduledPendingTasks();

        assertThat(connection.isOpen()).isFalse();
    }
}

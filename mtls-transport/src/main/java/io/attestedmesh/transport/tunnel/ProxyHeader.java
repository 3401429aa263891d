package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a target who its client is: PROXY protocol, version 2, with what was proved in TLVs (docs/tunnel.md). */
final class ProxyHeader {
    static final byte RELEASE = (byte) 0xe0;
    static final byte MODULE_ID = (byte) 0xe1;
    static final byte SIMULATED = (byte) 0xe2;
    static final byte LEVEL = (byte) 0xe3;

    // ssl, certificate of this connection, certificate of this session
    private static final byte CLIENT_FLAGS = 0x01 | 0x02 | 0x04;
    private static final int VERIFIED = 0;

    private ProxyHeader() {}

    /** Writes it to {@code target}, before anything else. */
    static void write(Channel target, Channel attested, AttestedPeer peer, Optional<String> serverName) {
        target.pipeline().addFirst("proxy-header", HAProxyMessageEncoder.INSTANCE);
        var unused = target.write(message(attested, peer, serverName), target.voidPromise());
        target.pipeline().remove("proxy-header");
    }

    private static HAProxyMessage message(Channel attested, AttestedPeer peer, Optional<String> serverName) {
        List<HAProxyTLV> proved = proved(peer, serverName);
        if (attested.remoteAddress() instanceof InetSocketAddress from
                && attested.localAddress() instanceof InetSocketAddress to
                && from.getAddress().getClass() == to.getAddress().getClass()) {
            return new HAProxyMessage(
                    HAProxyProtocolVersion.V2,
                    HAProxyCommand.PROXY,
                    from.getAddress() instanceof Inet4Address
                            ? HAProxyProxiedProtocol.TCP4
                            : HAProxyProxiedProtocol.TCP6,
                    text(from.getAddress()),
                    text(to.getAddress()),
                    from.getPort(),
                    to.getPort(),
                    proved);
        }
        return new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                HAProxyProxiedProtocol.UNKNOWN,
                null,
                null,
                0,
                0,
                proved);
    }

    /** Without the zone that Java writes behind a link-local address. */
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }

    private static List<HAProxyTLV> proved(AttestedPeer peer, Optional<String> serverName) {
        List<HAProxyTLV> proved = new ArrayList<>();
        serverName.ifPresent(name -> proved.add(new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_AUTHORITY, bytes(name))));
        proved.add(new HAProxySSLTLV(
                VERIFIED,
                CLIENT_FLAGS,
                List.of(
                        new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_SSL_VERSION, bytes("TLSv1.3")),
                        new HAProxyTLV(
                                HAProxyTLV.Type.PP2_TYPE_SSL_CN,
                                bytes(peer.identity().name())))));
        if (peer.attestation().isPresent()) {
            AttestationResult result = peer.attestation().get();
            proved.add(new HAProxyTLV(RELEASE, bytes(result.releaseName())));
            proved.add(new HAProxyTLV(MODULE_ID, bytes(result.moduleId())));
            proved.add(new HAProxyTLV(
                    SIMULATED, Unpooled.wrappedBuffer(new byte[] {(byte) (result.simulated() ? 1 : 0)})));
            proved.add(new HAProxyTLV(LEVEL, bytes(peer.freshness().label())));
        }
        return proved;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}

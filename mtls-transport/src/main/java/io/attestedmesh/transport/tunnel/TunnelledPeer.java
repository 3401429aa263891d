package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.evidence.Printable;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Who is at the other end of a tunnel, as this end of it says: it has verified that, whoever hears it has its word alone.
 *
 * @param release of its code; empty for a peer of mode manual
 * @param level what its evidence proved about the connection, {@code session} or {@code certificate}; empty alike
 */
public record TunnelledPeer(PeerIdentity identity, Optional<String> release, Optional<String> level) {
    private static final int LONGEST = 255;

    /** @throws IllegalArgumentException if it is not what {@link ProxyHeader} writes */
    static TunnelledPeer of(HAProxyMessage header) {
        if (header.protocolVersion() != HAProxyProtocolVersion.V2 || header.command() != HAProxyCommand.PROXY) {
            throw new IllegalArgumentException(
                    "a header of version 2 for a connection, not " + header.protocolVersion() + " " + header.command());
        }
        HAProxySSLTLV tls = header.tlvs().stream()
                .filter(HAProxySSLTLV.class::isInstance)
                .map(HAProxySSLTLV.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a client of TLS, not one without"));
        if (tls.verify() != 0 || !tls.isPP2ClientSSL() || !tls.isPP2ClientCertConn()) {
            throw new IllegalArgumentException("a client whose certificate was verified, not verify " + tls.verify());
        }
        String name = text(tls.encapsulatedTLVs(), HAProxyTLV.Type.byteValueForType(HAProxyTLV.Type.PP2_TYPE_SSL_CN))
                .orElseThrow(() -> new IllegalArgumentException("a name that was proved, not none"));
        return new TunnelledPeer(
                new PeerIdentity(name),
                text(header.tlvs(), ProxyHeader.RELEASE),
                text(header.tlvs(), ProxyHeader.LEVEL));
    }

    private static Optional<String> text(List<HAProxyTLV> values, byte type) {
        Optional<HAProxyTLV> value =
                values.stream().filter(each -> each.typeByteValue() == type).findFirst();
        if (value.isPresent() && value.get().content().readableBytes() > LONGEST) {
            throw new IllegalArgumentException("values of at most " + LONGEST + " bytes");
        }
        return value.map(each -> Printable.of(each.content().toString(StandardCharsets.UTF_8)));
    }
}

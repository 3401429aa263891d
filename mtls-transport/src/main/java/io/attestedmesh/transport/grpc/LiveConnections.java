package io.attestedmesh.transport.grpc;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.ConnectionLog;
import io.netty.channel.ChannelHandlerContext;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections that are open now, and what was verified about each. */
final class LiveConnections {
    /** One of them; {@code host} is the server name that was dialled, where the peer is a server. */
    record Live(
            AttestedPeer peer,
            List<X509Certificate> chain,
            Usage peerRole,
            Optional<String> host,
            Instant since,
            ChannelHandlerContext nearestToSocket) {
        String remote() {
            return RemoteAddress.of(nearestToSocket.channel().remoteAddress());
        }

        /** At once: HTTP/2's own closing would first let open calls end. */
        void drop() {
            var unused = nearestToSocket.close();
        }
    }

    private final Set<Live> open = ConcurrentHashMap.newKeySet();

    void add(Live connection) {
        open.add(connection);
        connection.nearestToSocket().channel().closeFuture().addListener(closed -> open.remove(connection));
    }

    List<Live> all() {
        return List.copyOf(open);
    }

    /** Verifies every peer again, as of now and under the rules of now, and closes what would no longer be accepted. */
    int recheck(PeerVerifier verifier, ConnectionLog log) {
        int dropped = 0;
        for (Live connection : open) {
            try {
                if (connection.host().isPresent()) {
                    verifier.verifyServer(connection.chain(), connection.host().get());
                } else {
                    verifier.verifyClient(connection.chain());
                }
            } catch (RejectedCertificateException e) {
                log.rejected(e, Optional.of(connection.chain().get(0)), connection.peerRole(), connection.remote());
                connection.drop();
                dropped++;
            }
        }
        return dropped;
    }
}

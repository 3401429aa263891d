package io.attestedmesh.mpc.network;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.mpc.exchange.Callers;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.PeerContext;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.Optional;

/** Mutual TLS, each side having proved who it is and what it runs. */
public final class AttestedTransport implements Transport {
    private final AttestedGrpc grpc;

    /** The server that carries the services has to be one of {@code grpc}, too. */
    public AttestedTransport(AttestedGrpc grpc) {
        this.grpc = grpc;
    }

    @Override
    public Reach reach(Party party) throws IOException {
        AttestedChannel channel = grpc.channel(
                party.host(),
                party.port(),
                party.identity().name(),
                // what is done on these threads is short, and never waits
                // and gRPC tries nothing again: it would on another connection, whose server nobody has looked at
                builder -> builder.directExecutor().disableRetry());
        return new Reach() {
            @Override
            public ManagedChannel channel() {
                return channel.channel();
            }

            @Override
            public Optional<AttestedPeer> server(ClientCall<?, ?> call) {
                Optional<AttestedPeer> proved = PeerContext.of(call);
                if (proved.isEmpty()) {
                    throw new IllegalStateException("a connection without an attested server");
                }
                return proved;
            }

            @Override
            public void close() {
                channel.close();
            }
        };
    }

    @Override
    public Callers callers() {
        return () -> Optional.of(PeerContext.current());
    }
}

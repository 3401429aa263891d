package io.attestedmesh.cli.node;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.party.PartyNetwork;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.netty.NettyServerBuilder;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;

/** The connections of a running node to other parties, if it is one. */
public record Parties(Optional<AttestedGrpc> client, Optional<PartyNetwork> network) implements AutoCloseable {
    /** Of none, for what needs none. */
    public static final Parties NONE = new Parties(Optional.empty(), Optional.empty());

    /** Those of {@code [mpc]}, if that is there. */
    public static Parties of(MeshConfig config, NodeParts parts, Clock clock)
            throws GeneralSecurityException, CommandException {
        if (config.mpc().isEmpty()) {
            return NONE;
        }
        AttestedGrpc client = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT, clock);
        parts.onChange(client::recheck);
        PartyNetwork network = PartyNetwork.of(
                config, config.canary(), client, parts.telemetry().meters(), parts.telemetry()::refused, clock);
        parts.onConfiguration(network::take);
        return new Parties(Optional.of(client), Optional.of(network));
    }

    /** Adds what the server has to carry for them. */
    public NettyServerBuilder addTo(NettyServerBuilder server) {
        return network.isPresent() ? network.get().network().addTo(server) : server;
    }

    @Override
    public void close() {
        network.ifPresent(PartyNetwork::close);
        client.ifPresent(AttestedGrpc::close);
    }
}

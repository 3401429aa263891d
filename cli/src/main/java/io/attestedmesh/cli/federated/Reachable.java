package io.attestedmesh.cli.federated;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.cli.node.Parties;
import io.attestedmesh.cli.party.PartyNetwork;
import io.attestedmesh.federated.flower.SecureFit;
import io.attestedmesh.federated.secure.SecureParticipant;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.Server;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** A client of rounds as a party whom the others reach, at {@code [node] listen}. */
record Reachable(AttestedGrpc listening, Parties parties, Server server) implements AutoCloseable {
    static Reachable open(MeshConfig config, NodeParts parts, Clock clock)
            throws CommandException, GeneralSecurityException {
        Address listen = config.node().listen();
        AttestedGrpc listening = new AttestedGrpc(
                parts.server(), TransportLimits.DEFAULT.withMessageBytes(MpcNetwork.MESSAGE_BYTES), clock);
        parts.onChange(listening::recheck);
        Parties parties = Parties.of(config, parts, clock);
        try {
            Server server =
                    parties.addTo(listening.server(listen.socket())).build().start();
            return new Reachable(listening, parties, server);
        } catch (IOException e) {
            parties.close();
            listening.close();
            throw CommandException.cannotListen(listen, "[node] listen", e);
        }
    }

    /** How to give updates to the sums of that server. */
    SecureFit fit(PeerIdentity server, int leastClients, MeterRegistry meters) throws CommandException {
        PartyNetwork network = parties.network().orElseThrow();
        MpcContext context = network.onlyContext();
        if (context.party(server).isEmpty()) {
            throw CommandException.usage(
                    server + " is no party, and so cannot sum updates",
                    "give it a party and an address in [[peers]], and its name by --name");
        }
        return new SecureFit(
                network.network(), context, server, leastClients, new SecureParticipant(new SecureRandom(), meters));
    }

    @Override
    public void close() {
        parties.close(); // while the server still answers those that we wait for
        server.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listening.close();
    }
}

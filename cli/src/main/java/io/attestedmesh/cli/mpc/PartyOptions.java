package io.attestedmesh.cli.mpc;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.cli.party.PartyNetwork;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which node calls, and whom. */
final class PartyOptions {
    @Mixin
    private ConfigOptions configuration;

    @Option(names = "--party", paramLabel = "ID", description = "Only this party; by default all others.")
    private Optional<Integer> only = Optional.empty();

    /** What to do with the network of this node, and the parties asked for. */
    interface Use {
        void with(PartyNetwork network, List<Party> parties) throws CommandException, InterruptedException;
    }

    void connect(Terminal terminal, Use use)
            throws CommandException, IOException, GeneralSecurityException, InterruptedException {
        MeshConfig config = configuration.load(terminal);
        if (config.mpc().isEmpty()) {
            throw CommandException.usage(
                    configuration.file() + " has no section [mpc]",
                    "docs/configuration.md says how a node becomes a party");
        }
        try (NodeParts parts = NodeParts.ofCommand(config, terminal.clock())) {
            parts.warnings().forEach(terminal::warn);
            try (AttestedGrpc client = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT, terminal.clock());
                    PartyNetwork network = PartyNetwork.of(
                            config,
                            Optional.empty(),
                            client,
                            new SimpleMeterRegistry(),
                            refused -> {},
                            terminal.clock())) {
                use.with(network, chosen(network.others()));
            }
        }
    }

    private List<Party> chosen(Collection<Party> others) throws CommandException {
        List<Party> chosen = others.stream()
                .filter(party -> only.isEmpty() || only.get() == party.id())
                .toList();
        if (chosen.isEmpty()) {
            throw CommandException.usage(
                    "there is no other party " + only.orElseThrow(),
                    "there are " + others.stream().map(Party::id).toList());
        }
        return chosen;
    }
}

package io.attestedmesh.cli;

import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.demo.Demo;
import io.attestedmesh.cli.doctor.Doctor;
import io.attestedmesh.cli.enclave.EnclaveCommands;
import io.attestedmesh.cli.evidence.EvidenceCommands;
import io.attestedmesh.cli.federated.FederatedCommands;
import io.attestedmesh.cli.image.ImageCommands;
import io.attestedmesh.cli.mpc.MpcCommands;
import io.attestedmesh.cli.node.NodeCommands;
import io.attestedmesh.cli.pki.PkiCommands;
import io.attestedmesh.cli.release.ReleaseCommands;
import io.attestedmesh.cli.root.RootCommands;
import io.attestedmesh.cli.tunnel.TunnelCommands;
import io.attestedmesh.cli.voting.VotingCommands;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/**
 * The nouns of the command line. A noun's classes are loaded only when it is named, or when help or an error needs the
 * whole list: that halves the time of a short command.
 */
final class Commands {
    private static final List<String> NOUNS = List.of(
            "evidence",
            "pki",
            "release",
            "root",
            "image",
            "enclave",
            "node",
            "tunnel",
            "mpc",
            "fl",
            "voting",
            "doctor",
            "demo");

    private Commands() {}

    static CommandLine of(Root root, Terminal terminal, String... args) {
        CommandLine amesh = new CommandLine(root);
        Optional<String> named =
                Arrays.stream(args).filter(arg -> !arg.startsWith("-")).findFirst();
        List<String> wanted = named.filter(NOUNS::contains).map(List::of).orElse(NOUNS);
        wanted.forEach(noun -> amesh.addSubcommand(noun, command(noun, terminal)));
        amesh.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        amesh.setUsageHelpAutoWidth(false);
        return amesh;
    }

    private static Object command(String noun, Terminal terminal) {
        return switch (noun) {
            case "evidence" -> EvidenceCommands.of(terminal);
            case "pki" -> PkiCommands.of(terminal);
            case "release" -> ReleaseCommands.of(terminal);
            case "root" -> RootCommands.of(terminal);
            case "image" -> ImageCommands.of(terminal);
            case "enclave" -> EnclaveCommands.of(terminal);
            case "node" -> NodeCommands.of(terminal);
            case "tunnel" -> TunnelCommands.of(terminal);
            case "mpc" -> MpcCommands.of(terminal);
            case "fl" -> FederatedCommands.of(terminal);
            case "voting" -> VotingCommands.of(terminal);
            case "doctor" -> new Doctor(terminal);
            case "demo" -> new Demo(terminal);
            default -> throw new IllegalArgumentException("no such noun: " + noun);
        };
    }
}

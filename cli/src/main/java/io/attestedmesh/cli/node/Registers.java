package io.attestedmesh.cli.node;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.config.ConfigOptions;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code amesh node registers}: what a list of releases has to say of this node's code. */
@Command(
        name = "registers",
        description = {
            "Print the registers that this node proves, as 'amesh release add --measurements' reads them.",
            "PCR0, 1 and 2, and PCR8 if the image is signed: what is the same on every machine that runs it."
        },
        footer = {"", "Example:", "  amesh node registers --config amesh.toml > registers.json"})
final class Registers implements Verb {
    /** Not 3 and 4, which are of a role and a machine. */
    private static final List<Integer> OF_THE_IMAGE = List.of(0, 1, 2, 8);

    private final Terminal terminal;

    @Mixin
    private ConfigOptions configuration;

    Registers(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        MeshConfig config = configuration.load(terminal);
        PcrBank proved = proved(attester(config));
        Map<String, String> registers = new LinkedHashMap<>();
        for (int index : OF_THE_IMAGE) {
            proved.get(index)
                    .filter(value -> !value.isZero())
                    .ifPresent(value -> registers.put(Integer.toString(index), value.hex()));
        }
        terminal.json(Map.of("pcrs", registers));
        return ExitStatus.DONE;
    }

    private Attester attester(MeshConfig config) throws CommandException, IOException {
        try {
            return NodeAttester.of(config, terminal.clock(), NsmDevice::open)
                    .attester()
                    .orElseThrow(() -> CommandException.usage(
                            "a node of mode manual proves no code",
                            "[node] mode semi-auto or full-auto makes it prove its code"));
        } catch (PkiException e) {
            throw CommandException.usage(
                    String.valueOf(e.getMessage()), e.hint().orElse("'amesh doctor --config FILE' shows more"), e);
        }
    }

    private static PcrBank proved(Attester attester) throws CommandException {
        AttestationRequest nothing = new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty());
        try {
            Bytes document = attester.attest(nothing);
            return AttestationDocument.parse(document).pcrs();
        } catch (AttesterException | MalformedEvidenceException e) {
            throw CommandException.failed(
                    "no evidence could be made: " + e.getMessage(), "'amesh doctor --config FILE' shows more", e);
        }
    }
}

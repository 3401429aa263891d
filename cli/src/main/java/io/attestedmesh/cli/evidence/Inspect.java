package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh evidence inspect}. */
@Command(name = "inspect", description = "Show every field of an attestation document. Nothing is verified.")
final class Inspect implements Verb {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "FILE",
            description = "A document in binary, base64, base64url or hex, or a certificate in PEM or DER with evidence"
                    + " in it; - is standard input.")
    private String file;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Inspect(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, MalformedEvidenceException {
        EvidenceFile input;
        try {
            input = EvidenceFile.read(file, terminal.in());
        } catch (UnreadableInputException e) {
            throw CommandException.usage("not evidence: " + e.getMessage(), "", e);
        }
        DocumentView view = new DocumentView(AttestationDocument.parse(input.evidence()));
        if (json) {
            terminal.json(view.json(input.name()));
        } else {
            view.lines().forEach(terminal::print);
        }
        terminal.say("amesh: nothing was verified: anyone can write such a document; see 'amesh evidence verify'");
        return ExitStatus.DONE;
    }
}

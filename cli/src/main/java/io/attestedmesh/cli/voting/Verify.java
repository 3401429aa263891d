package io.attestedmesh.cli.voting;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh voting verify}: offline, by keys that the verifier trusts. */
@Command(
        name = "verify",
        description = {
            "Verify a certificate that 'amesh voting status --certificate' wrote: offline, by the committee and the voting"
                    + " keys of --keys, which have to come from somebody you trust, not from the file itself."
        },
        footer = {"", "Example:", "  amesh voting verify tx_001.json --keys info.json"})
final class Verify implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The certificate.")
    private Path file;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            required = true,
            description = "What 'amesh voting info --json' of a node that you trust printed.")
    private Path keys;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Verify(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        KeysFile known = KeysFile.read(keys);
        JsonNode written = KeysFile.tree(file);
        try {
            Certificate certificate =
                    Certificate.parse(Bytes.fromHex(written.path("certificate").asText()));
            VerifiedCertificate verified = new StatementVerifier(known.keys()).verify(certificate);
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("transaction", verified.transaction());
            said.put("outcome", verified.value().isPresent() ? "DECIDED" : "FAILED");
            said.put("value", verified.value().map(Value::text).orElse(null));
            said.put("committee", known.keys().committee());
            said.put(
                    "signedBy",
                    certificate.statements().stream().map(SignedStatement::node).toList());
            terminal.report(said, json);
            return ExitStatus.DONE;
        } catch (MalformedStatementException | IllegalArgumentException e) {
            throw CommandException.usage(
                    file + " holds no certificate: " + e.getMessage(),
                    "'amesh voting status --certificate FILE' writes one",
                    e);
        } catch (RejectedStatementException e) {
            throw CommandException.rejected(
                    "the certificate settles nothing",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    "are the keys of the same network and epoch?");
        }
    }
}

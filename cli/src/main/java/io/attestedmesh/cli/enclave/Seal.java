package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.KmsAccess;
import io.attestedmesh.enclave.secrets.KeyArn;
import io.attestedmesh.enclave.secrets.NamedVersion;
import io.attestedmesh.enclave.secrets.OperatorKms;
import io.attestedmesh.enclave.secrets.SealedEnvelope;
import io.attestedmesh.enclave.secrets.Sealer;
import io.attestedmesh.enclave.secrets.SecretBytes;
import io.attestedmesh.enclave.secrets.SecretsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh enclave seal}. */
@Command(
        name = "seal",
        description = {
            "Seal a file for enclaves: AES-256-GCM under a fresh data key, which KMS encrypts.",
            "Only what the key's policy names opens it ('amesh enclave key-policy'); this command cannot."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh enclave seal password.txt --name database --version 3 --out database.sealed \\",
            "      --key-id arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "",
            "Credentials are found as the AWS command line finds them."
        })
final class Seal implements Verb {
    private final Terminal terminal;
    private final SecureRandom random;

    @Parameters(paramLabel = "FILE", description = "The secret, at most 64 MiB; - is standard input.")
    private String file;

    @Option(names = "--key-id", required = true, paramLabel = "ARN", description = "Key ARN of the KMS key.")
    private String key;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "What it is: letters, digits, '.', '_', '-'. Not secret.")
    private String name;

    @Option(
            names = "--version",
            required = true,
            paramLabel = "N",
            description = "Which one it is, 1 or more: enclaves open the version that they ask for.")
    private long version;

    @Mixin
    private Destination destination;

    @Mixin
    private KmsAccess access;

    Seal(Terminal terminal, SecureRandom random) {
        this.terminal = terminal;
        this.random = random;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        Path out = destination.required();
        destination.refuseTaken(out);
        try (SecretBytes content = content();
                OperatorKms kms = OperatorKms.open(access.settings(Optional.of(new KeyArn(key).region())))) {
            NamedVersion of = new NamedVersion(name, version);
            SealedEnvelope sealed = new Sealer(kms, new KeyArn(key), random).seal(of, content);
            destination.write(out, sealed.encode());
            terminal.say("Sealed " + of + ": " + out);
            return ExitStatus.DONE;
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "'amesh enclave seal --help' has an example", e);
        } catch (SecretsException e) {
            throw KmsAccess.failure(
                    "not sealed",
                    e,
                    "the key's policy must give these credentials kms:GenerateDataKey; 'amesh enclave key-policy --operator'");
        }
    }

    private SecretBytes content() throws IOException, CommandException {
        byte[] read;
        try (InputStream in = file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file))) {
            read = in.readNBytes(SealedEnvelope.MAX_CONTENT + 1);
        }
        try {
            if (read.length > SealedEnvelope.MAX_CONTENT) {
                throw CommandException.usage(
                        file + " has more than " + SealedEnvelope.MAX_CONTENT + " bytes",
                        "seal a key, and it the rest");
            }
            return SecretBytes.of(read);
        } finally {
            Arrays.fill(read, (byte) 0);
        }
    }
}

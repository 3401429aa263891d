package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.secrets.KeyArn;
import io.attestedmesh.enclave.secrets.NamedVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code [kms]} and {@code [[secrets]]}: what {@code amesh enclave init} opens before the node starts.
 *
 * @param key of {@link Secret envelopes} that may be opened
 * @param region the key's, unless it says otherwise
 * @param endpoint of a KMS other than AWS's own
 * @param authorities PEM file of those who vouch for it
 */
public record SecretsSection(
        KeyArn key,
        Optional<String> region,
        Optional<String> endpoint,
        Optional<Path> authorities,
        List<Secret> secrets) {
    private static final long FIRST = 1;

    /**
     * One sealed file.
     *
     * @param file that {@code amesh enclave seal} wrote, in the folder of the configuration
     * @param of what it must be: another name or version is refused
     * @param to where its content goes, in the same folder
     */
    public record Secret(Path file, NamedVersion of, Path to) {}

    public SecretsSection {
        secrets = List.copyOf(secrets);
    }

    /** @param folder that fetched configuration is unpacked in */
    static Optional<SecretsSection> read(ConfigFile file, Path folder) throws CommandException {
        Section kms = file.section("kms");
        List<Secret> secrets = file.list("secrets", section -> secret(section, folder));
        if (kms.isAbsent() && secrets.isEmpty()) {
            return Optional.empty();
        }
        SecretsSection section =
                new SecretsSection(key(kms), kms.text("region"), kms.text("endpoint"), kms.path("ca"), secrets);
        kms.refuseUnknownKeys();
        return Optional.of(section);
    }

    private static KeyArn key(Section kms) throws CommandException {
        return KeyArn.parse(kms.requiredText("key"))
                .orElseThrow(
                        () -> kms.wrong("key", "is no key ARN", "arn:aws:kms:REGION:ACCOUNT:key/ID, not an alias"));
    }

    private static Secret secret(Section section, Path folder) throws CommandException {
        try {
            Secret secret = new Secret(
                    inside(section, "file", folder),
                    new NamedVersion(
                            section.requiredText("name"),
                            section.number("version", FIRST, Long.MAX_VALUE)
                                    .orElseThrow(() -> section.wrong("version", "is missing", "say which one: 1"))),
                    inside(section, "to", folder));
            section.refuseUnknownKeys();
            return secret;
        } catch (IllegalArgumentException e) {
            throw section.wrong("name", "is no name of a sealed file", "letters, digits, '.', '_', '-'");
        }
    }

    private static Path inside(Section section, String key, Path folder) throws CommandException {
        Path relative = Path.of(section.requiredText(key)).normalize();
        if (relative.isAbsolute()
                || relative.startsWith("..")
                || relative.toString().isEmpty()) {
            throw section.wrong(key, "leads out of the folder of the configuration", "say \"ca.key\"");
        }
        return folder.resolve(relative);
    }
}

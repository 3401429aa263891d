package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki ca}. */
@Command(
        name = "ca",
        description = {
            "Make a private CA in a new folder: ca.crt, ca.key (mode 0600) and the account of what it issues.",
            "A folder that holds a CA is never overwritten."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh pki ca ca --name \"Example CA\"",
            "  amesh pki ca ca --encrypt --password-file ca.password",
            "  amesh pki ca ca --permit-dns mesh.example.org --permit-ip 10.0.0.0/8"
        })
final class Ca extends PkiVerb {
    @Parameters(paramLabel = "DIR", description = "Folder to make.")
    private Path folder;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "Attested Mesh CA",
            description = "Common name of the CA (default: ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "3650",
            description = "Life of the CA (default: ${DEFAULT-VALUE}); no certificate of it lives longer.")
    private int days;

    @Option(
            names = "--key-type",
            paramLabel = "KIND",
            defaultValue = "p256",
            description = "p256 (default), p384, ed25519 or rsa.")
    private String keyType;

    @Option(
            names = "--permit-dns",
            split = ",",
            paramLabel = "DOMAIN",
            description = "Name constraint: certify only names in this domain.")
    private List<String> permittedDomains = List.of();

    @Option(
            names = "--permit-ip",
            split = ",",
            paramLabel = "SUBNET",
            description = "Name constraint: certify only addresses in this subnet.")
    private List<String> permittedSubnets = List.of();

    @Option(names = "--encrypt", description = "Encrypt ca.key under a password.")
    private boolean encrypt;

    @Mixin
    private Passwords passwords;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Ca(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws CommandException, IOException, PkiException, RejectedCertificateException {
        if (Files.exists(folder.resolve(NodeFiles.CA))) {
            throw CommandException.failed(
                    folder + " holds a CA already",
                    "'amesh pki inspect " + folder.resolve(NodeFiles.CA)
                            + "' shows it; for a new one name a new folder");
        }
        KeyKind kind = KeyKind.named(keyType);
        AuthorityProfile profile = AuthorityProfile.named(
                        name, CertificateOptions.validity(terminal.clock().instant(), days))
                .permitting(permittedDomains, permittedSubnets);
        CaFolder ca = create(profile, kind);
        new Issued(terminal, json).print(ca.certificate(), "ca", ca.certificateFile());
        terminal.say("CA \"" + name + "\" is in " + folder + (encrypt ? ", its key encrypted" : "")
                + ". Keep ca.key to yourself; nodes need ca.crt alone.");
        return ExitStatus.DONE;
    }

    private CaFolder create(AuthorityProfile profile, KeyKind kind) throws CommandException, IOException, PkiException {
        char[] password = encrypt ? passwords.chosen(terminal, "the CA's key") : null;
        try {
            return CaFolder.create(folder, profile, kind, password, random);
        } finally {
            if (password != null) {
                Arrays.fill(password, '\0');
            }
        }
    }
}

package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.Validity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh pki crl}. */
@Command(
        name = "crl",
        description = {
            "Sign the CA's revocation list anew, before the last one runs out: ca.crl in the CA's folder.",
            "A node that has a list refuses its issuer's certificates once the list is out of date."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh pki crl --ca ca --days 7",
            "  amesh pki crl --ca ca --out /srv/www/ca.crl --force"
        })
final class Crl extends PkiVerb {
    @Mixin
    private CaOptions authorityOptions;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "Until when the list holds (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--out", paramLabel = "FILE", description = "Write a copy of the list here too.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite the copy if it is there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Crl(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws Exception {
        Validity validity = CertificateOptions.validity(terminal.clock().instant(), days);
        NewFiles files = new NewFiles(force);
        if (out.isPresent()) {
            files.refuseTaken(out.get());
        }
        CaFolder ca = authorityOptions.open();
        X509CRL list = ca.publish(authorityOptions.unlock(ca, terminal, random), validity);
        if (out.isPresent()) {
            files.add(out.get(), Pem.encode(list), Access.PUBLIC).write();
        }
        Path file = out.orElseGet(ca::revocationListFile);
        int revoked = list.getRevokedCertificates() == null
                ? 0
                : list.getRevokedCertificates().size();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("revoked", revoked);
            line.put("thisUpdate", list.getThisUpdate().toInstant());
            line.put("nextUpdate", list.getNextUpdate().toInstant());
            terminal.json(line);
        } else {
            terminal.print(file.toString());
        }
        terminal.say(revoked + " revoked certificates listed until "
                + list.getNextUpdate().toInstant() + ".");
        return ExitStatus.DONE;
    }
}

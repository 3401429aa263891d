package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.Validity;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Names and usages of a certificate. */
final class CertificateOptions {
    private static final int MAX_DAYS = 36_500;

    @Option(
            names = "--dns",
            split = ",",
            paramLabel = "NAME",
            description = "DNS name for the certificate; repeat it or separate by commas.")
    private List<String> dnsNames = List.of();

    @Option(
            names = "--ip",
            split = ",",
            paramLabel = "ADDRESS",
            description = "IP address for the certificate; repeat it or separate by commas.")
    private List<String> addresses = List.of();

    @Option(names = "--server", description = "For use as a server.")
    private boolean server;

    @Option(names = "--client", description = "For use as a client. Without either: both, each with its own key.")
    private boolean client;

    AlternativeNames names() throws PkiException {
        return AlternativeNames.of(dnsNames, addresses);
    }

    boolean areNamesGiven() {
        return !dnsNames.isEmpty() || !addresses.isEmpty();
    }

    boolean areUsagesGiven() {
        return server || client;
    }

    /** In the order server, client; both if neither was given. */
    Set<Usage> usages() {
        Set<Usage> usages = EnumSet.noneOf(Usage.class);
        if (server || !client) {
            usages.add(Usage.SERVER);
        }
        if (client || !server) {
            usages.add(Usage.CLIENT);
        }
        return usages;
    }

    static Validity validity(Instant now, int days) throws CommandException {
        if (days < 1 || days > MAX_DAYS) {
            throw CommandException.usage("a life of " + days + " days", "1 to " + MAX_DAYS);
        }
        return Validity.from(now, Duration.ofDays(days));
    }
}

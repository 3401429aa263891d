package io.attestedmesh.cli.pki;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.IssuedCertificate;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.Revocation;
import io.attestedmesh.transport.pki.Validity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki revoke}. */
@Command(
        name = "revoke",
        description = {
            "Revoke certificates for good, and write the CA's revocation list anew.",
            "Copy ca.crl to every node: a node drops a revoked peer when it has read the new list."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh pki revoke client-b --ca ca --reason key-compromise    # all certificates of that node",
            "  amesh pki revoke --serial 5d1f… --ca ca",
            "  amesh pki revoke --certificate old/server.crt --ca ca --reason superseded"
        })
final class Revoke extends PkiVerb {
    @Parameters(paramLabel = "NODE", arity = "0..1", description = "Revoke all certificates issued to this node.")
    private Optional<String> node = Optional.empty();

    @Mixin
    private CaOptions authorityOptions;

    @Option(names = "--serial", paramLabel = "HEX", description = "Revoke the certificate with this serial number.")
    private Optional<String> serial = Optional.empty();

    @Option(names = "--certificate", paramLabel = "FILE", description = "Revoke this certificate.")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            defaultValue = "unspecified",
            description = "unspecified (default), key-compromise, ca-compromise, affiliation-changed, superseded,"
                    + " cessation-of-operation or privilege-withdrawn.")
    private String reason;

    @Option(
            names = "--list-days",
            paramLabel = "N",
            defaultValue = "30",
            description = "Until when the new list holds (default: ${DEFAULT-VALUE}).")
    private int listDays;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Revoke(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws CommandException, IOException, PkiException {
        Revocation.Cause cause = cause();
        Instant now = terminal.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Validity validity = CertificateOptions.validity(now, listDays);
        CaFolder ca = authorityOptions.open();
        Predicate<IssuedCertificate> chosen = chosen(ca);
        refuseUnknown(ca, chosen);
        CertificateAuthority authority = authorityOptions.unlock(ca, terminal, random);
        List<IssuedCertificate> revoked = ca.revoke(chosen, cause, now);
        ca.publish(authority, validity);
        for (IssuedCertificate one : revoked) {
            print(one);
        }
        terminal.say(
                revoked.size() + " revoked; the new list is " + ca.revocationListFile() + ". Copy it to every node.");
        return ExitStatus.DONE;
    }

    private Predicate<IssuedCertificate> chosen(CaFolder ca) throws CommandException, IOException, PkiException {
        if (Stream.of(node, serial, certificate).filter(Optional::isPresent).count() != 1) {
            throw CommandException.usage("which certificate?", "give NODE, or --serial HEX, or --certificate FILE");
        }
        if (node.isPresent()) {
            String name = NodeName.of(node.get()).value();
            return issued -> issued.node().equals(name);
        }
        BigInteger number = serial.isPresent() ? number(serial.get()) : number(ca, certificate.orElseThrow());
        return issued -> issued.serial().equals(number);
    }

    private static BigInteger number(String hex) throws CommandException {
        try {
            return new BigInteger(hex.replace(":", ""), 16);
        } catch (NumberFormatException e) {
            throw CommandException.usage(
                    "not a serial number: " + hex, "hexadecimal digits, as 'amesh pki inspect' shows them", e);
        }
    }

    private static BigInteger number(CaFolder ca, Path file) throws CommandException, IOException, PkiException {
        X509Certificate certificate = Pem.certificates(file).get(0);
        if (!certificate.getIssuerX500Principal().equals(ca.certificate().getSubjectX500Principal())) {
            throw CommandException.usage(
                    file + " was not issued by this CA", "only its issuer can revoke a certificate");
        }
        return certificate.getSerialNumber();
    }

    private void refuseUnknown(CaFolder ca, Predicate<IssuedCertificate> chosen)
            throws CommandException, IOException, PkiException {
        List<IssuedCertificate> issued = ca.issued();
        if (issued.stream().noneMatch(chosen)) {
            String known = issued.stream()
                    .map(IssuedCertificate::node)
                    .distinct()
                    .limit(10)
                    .collect(Collectors.joining(", "));
            throw CommandException.usage(
                    "this CA has issued no such certificate",
                    known.isEmpty() ? "it has issued none" : "its nodes: " + known);
        }
        if (issued.stream().filter(chosen).allMatch(one -> one.revocation().isPresent())) {
            terminal.warn("revoked before; the time and reason of then stay");
        }
    }

    private Revocation.Cause cause() throws CommandException {
        for (Revocation.Cause cause : Revocation.Cause.values()) {
            if (cause.title().equals(reason)) {
                return cause;
            }
        }
        throw CommandException.usage(
                "not a reason: " + reason,
                Stream.of(Revocation.Cause.values())
                        .map(Revocation.Cause::title)
                        .collect(Collectors.joining(", ")));
    }

    private void print(IssuedCertificate revoked) {
        String hex = revoked.serial().toString(16);
        if (!json) {
            terminal.print(hex);
            return;
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("serial", hex);
        line.put("node", revoked.node());
        line.put("names", revoked.names());
        line.put("revokedAt", revoked.revocation().map(Revocation::at));
        line.put(
                "reason",
                revoked.revocation().map(revocation -> revocation.cause().title()));
        terminal.json(line);
    }
}

package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.cli.command.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The roots that the options of {@code evidence verify} name. */
final class Roots {
    private static final String AWS = "aws";

    private Roots() {}

    /**
     * @param options {@code aws} or names of PEM files; none means {@code aws}
     * @param simulated state folder of a software Nitro, whose root is trusted too
     */
    static List<TrustedRoot> of(List<String> options, Optional<Path> simulated) throws CommandException, IOException {
        List<TrustedRoot> roots = new ArrayList<>();
        for (String option : options.isEmpty() ? List.of(AWS) : options) {
            roots.add(option.equals(AWS) ? TrustedRoot.awsNitroG1() : fromPem(Path.of(option)));
        }
        if (simulated.isPresent()) {
            roots.add(SimulatedNitro.readRoot(simulated.get()));
        }
        return roots;
    }

    private static TrustedRoot fromPem(Path file) throws CommandException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.size() != 1) {
                throw CommandException.usage(
                        file + " has " + certificates.size() + " certificates, not one root",
                        "give each root its own file and repeat --root");
            }
            X509Certificate root = (X509Certificate) certificates.iterator().next();
            return TrustedRoot.of(file.getFileName().toString(), root);
        } catch (CertificateException e) {
            throw CommandException.usage(
                    "--root " + file + " is not a root of hardware: " + e.getMessage(),
                    "the root of a software Nitro is trusted by --insecure-simulated-root DIR alone",
                    e);
        }
    }
}

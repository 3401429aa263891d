package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.SigningCertificateFile;
import io.attestedmesh.enclave.image.EnclaveImage;
import io.attestedmesh.enclave.image.ImageSignature;
import io.attestedmesh.enclave.image.RejectedSignatureException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh image verify}. */
@Command(
        name = "verify",
        description = {
            "Check that image files are signed: by the key of their certificate, for their own PCR0, and in time.",
            "A signature alone says that somebody signed; --certificate says who."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh image verify signed.eif --certificate signer.crt",
            "  amesh image verify signed.eif --time 2026-01-31T12:00:00Z --json",
            "",
            "Exit status: 0 all fit, 1 one does not, 2 one malformed, 3 one unreadable."
        })
final class Verify implements Verb {
    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Image files.")
    private List<Path> files;

    @Option(names = "--certificate", paramLabel = "PEM", description = "The certificate that must have signed.")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = "--time",
            paramLabel = "INSTANT",
            description = "Time at which the certificate must be valid, as 2026-01-31T12:00:00Z (default: now).")
    private Optional<String> time = Optional.empty();

    @Option(names = "--json", description = JSON)
    private boolean json;

    Verify(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public boolean tellsRejections() {
        return true;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        Instant at = time();
        Optional<X509Certificate> signer = certificate.isPresent()
                ? Optional.of(SigningCertificateFile.read(certificate.get()))
                : Optional.empty();
        ImageFiles images = new ImageFiles(terminal, json);
        return images.each(files, (file, image) -> {
            try {
                ImageSignature signature = image.requireSigned(at);
                if (signer.isPresent()) {
                    signature.requireBy(signer.get());
                }
                accepted(file, image, signature);
                return ExitStatus.DONE;
            } catch (RejectedSignatureException e) {
                images.refused(file, "rejected signature", e.reason().name(), e.expected(), e.actual());
                return ExitStatus.REJECTED;
            }
        });
    }

    private void accepted(Path file, EnclaveImage image, ImageSignature signature) {
        String subject = signature.certificate().getSubjectX500Principal().getName();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("result", "accepted");
            line.put("signer", subject);
            line.put("algorithm", signature.algorithm());
            line.put("notAfter", signature.certificate().getNotAfter().toInstant());
            line.put("pcrs", ImageFiles.registers(image));
            terminal.json(line);
        } else {
            terminal.print(file + ": signed by " + subject + " (" + signature.algorithm() + "), PCR8 "
                    + signature.pcr8().hex());
        }
        if (certificate.isEmpty()) {
            terminal.warn("whose certificate that is, nobody checked: give --certificate");
        }
    }

    private Instant time() throws CommandException {
        try {
            return time.isPresent()
                    ? Instant.parse(time.get())
                    : terminal.clock().instant();
        } catch (DateTimeException e) {
            throw CommandException.usage("--time is no instant", "write it as 2026-01-31T12:00:00Z", e);
        }
    }
}

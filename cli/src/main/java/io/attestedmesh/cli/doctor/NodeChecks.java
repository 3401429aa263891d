package io.attestedmesh.cli.doctor;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.AttestationSection;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.evidence.ReleaseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What depends on one node's configuration: certificates, the list of releases, the clock. */
final class NodeChecks {
    private final MeshConfig config;
    private final Clock clock;

    NodeChecks(MeshConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        findings.add(clockAgainstDocument());
        findings.addAll(new CertificateChecks(config, clock.instant()).all());
        findings.add(releases());
        return findings;
    }

    /** The NSM has its own clock; one that differs makes every document look old, or from the future. */
    private Finding clockAgainstDocument() {
        Optional<Path> simulated = config.attestation().simulated();
        if (simulated.isEmpty()) {
            return Finding.ok("clock", clock.instant() + "; there is no document to compare it with");
        }
        if (!Files.isDirectory(simulated.get())) {
            return Finding.warning(
                    "clock",
                    "no document to compare it with: " + simulated.get() + " does not exist",
                    "the first start makes it");
        }
        try {
            Bytes encoded = SimulatedNitro.openOrCreate(simulated.get(), clock, new SecureRandom())
                    .launch(EnclaveSpec.of(EnclaveImage.of("doctor", Bytes.EMPTY)))
                    .attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
            Instant made = AttestationDocument.parse(encoded).timestamp();
            Duration apart = Duration.between(made, clock.instant()).abs();
            return apart.compareTo(NitroVerifier.DEFAULT_CLOCK_SKEW) <= 0
                    ? Finding.ok(
                            "clock",
                            "within " + NitroVerifier.DEFAULT_CLOCK_SKEW.toMinutes() + " min of the document's")
                    : Finding.fault(
                            "clock", apart.toSeconds() + " s apart from the document's", "synchronise the clock");
        } catch (IOException | AttesterException | MalformedEvidenceException e) {
            return Finding.fault("attestation", String.valueOf(e.getMessage()), "look at " + simulated.get());
        }
    }

    private Finding releases() {
        AttestationSection attestation = config.attestation();
        if (attestation.insecureAnyRelease()) {
            return Finding.warning("releases", "any code of peers is accepted", "set releases instead");
        }
        if (attestation.releases().isEmpty()) {
            return Finding.ok("releases", "no list configured");
        }
        Path file = attestation.releases().get();
        try {
            ReleaseFile.read(file);
            Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), clock.instant());
            return Finding.ok("releases", file + ", unsigned, changed " + age.toDays() + " days ago");
        } catch (IOException e) {
            return Finding.fault("releases", "cannot be read: " + file, "correct [attestation] releases");
        } catch (CommandException e) {
            return Finding.fault("releases", e.getMessage(), e.hint());
        }
    }
}

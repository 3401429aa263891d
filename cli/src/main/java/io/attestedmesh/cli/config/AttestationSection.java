package io.attestedmesh.cli.config;

import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.nsm.NsmDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [attestation]}: what this node proves, and which evidence of others it accepts.
 *
 * @param nsm the device that makes the evidence, unless it is simulated
 * @param simulated state folder of a software Nitro, which makes the evidence and whose root is trusted
 * @param image name of the simulated image that this node runs
 * @param instance id of the simulated instance, which sets PCR4
 * @param profile how evidence stands in certificates
 * @param declaredLevel what evidence of peers must prove about a connection, if the file says so
 * @param maxAge oldest evidence accepted
 * @param insecureAnyRelease any code is accepted
 * @param insecureAllowDebug debug enclaves are accepted
 */
public record AttestationSection(
        Path nsm,
        Optional<Path> simulated,
        String image,
        Optional<String> instance,
        EvidenceProfile profile,
        Optional<Freshness> declaredLevel,
        Duration maxAge,
        boolean insecureAnyRelease,
        boolean insecureAllowDebug) {
    private static final Duration LIFE_OF_A_LEAF = Duration.ofHours(3);
    private static final String INSECURE = "insecure-";

    static AttestationSection read(Section section) throws CommandException {
        Optional<Path> simulated = simulated(section);
        Optional<Path> device = section.path("nsm");
        if (device.isPresent() && simulated.isPresent()) {
            throw section.wrong("nsm", "stands beside simulated", "evidence comes from one of the two");
        }
        AttestationSection attestation = new AttestationSection(
                device.orElse(NsmDevice.PATH),
                simulated,
                section.text("image").orElse("amesh"),
                section.text("instance"),
                section.choice("profile", EvidenceProfile.class).orElse(EvidenceProfile.CMW),
                section.choice("level", Freshness.class),
                section.duration("max-age").orElse(LIFE_OF_A_LEAF),
                section.flag("insecure-any-release"),
                section.flag("insecure-allow-debug"));
        section.refuse("releases", "lists are signed: [releases] root and source say where one is (docs/releases.md)");
        section.refuseUnknownKeys();
        return attestation;
    }

    /** The state folder of a software Nitro that {@code simulated} names. */
    static Optional<Path> simulated(Section section) throws CommandException {
        Optional<Path> simulated = section.path("simulated");
        if (simulated.isPresent()
                && !String.valueOf(simulated.get().getFileName()).startsWith(INSECURE)) {
            throw section.wrong(
                    "simulated",
                    "is not the name of a folder that begins with insecure-",
                    "whoever reads that folder forges evidence, so its name has to say so: \"insecure-cloud\"");
        }
        return simulated;
    }
}

package io.attestedmesh.cli.config;

import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [attestation]}: what this node proves, and which code of others it accepts.
 *
 * @param simulated state folder of a software Nitro, which makes the evidence and whose root is trusted
 * @param image name of the simulated image that this node runs
 * @param instance id of the simulated instance, which sets PCR4
 * @param profile how evidence stands in certificates
 * @param releases the operator's own list of releases
 * @param maxAge oldest evidence accepted
 * @param insecureAnyRelease any code is accepted
 * @param insecureAllowDebug debug enclaves are accepted
 */
public record AttestationSection(
        Optional<Path> simulated,
        String image,
        Optional<String> instance,
        EvidenceProfile profile,
        Optional<Path> releases,
        Duration maxAge,
        boolean insecureAnyRelease,
        boolean insecureAllowDebug) {
    private static final Duration LIFE_OF_A_LEAF = Duration.ofHours(3);
    private static final String INSECURE = "insecure-";

    static AttestationSection read(Section section) throws CommandException {
        Optional<Path> simulated = section.path("simulated");
        if (simulated.isPresent()
                && !String.valueOf(simulated.get().getFileName()).startsWith(INSECURE)) {
            throw section.wrong(
                    "simulated",
                    "is not the name of a folder that begins with insecure-",
                    "whoever reads that folder forges evidence, so its name has to say so: \"insecure-cloud\"");
        }
        AttestationSection attestation = new AttestationSection(
                simulated,
                section.text("image").orElse("amesh"),
                section.text("instance"),
                section.choice("profile", EvidenceProfile.class).orElse(EvidenceProfile.CMW),
                section.path("releases"),
                section.duration("max-age").orElse(LIFE_OF_A_LEAF),
                section.flag("insecure-any-release"),
                section.flag("insecure-allow-debug"));
        if (attestation.releases.isPresent() && attestation.insecureAnyRelease) {
            throw section.wrong("insecure-any-release", "contradicts releases", "remove one of the two");
        }
        section.refuseUnknownKeys();
        return attestation;
    }
}

package io.attestedmesh.cli;

import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.cli.demo.Signers;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.Revocation;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** A folder with a trust root and, next to it, the bundle of the list that it is for. */
public final class PublishedReleases {
    private static final Revocation REVOCATION = new Revocation(Instant.parse("2026-01-01T00:00:00Z"), "a defect");

    private final Path folder;
    private final Signers signers;

    public PublishedReleases(Path folder, Clock clock) throws GeneralSecurityException, IOException {
        this.folder = folder;
        this.signers = new Signers("payments", clock);
        AtomicFile.write(root(), signers.root().encode().toByteArray(), AtomicFile.Access.PUBLIC);
    }

    public static Release release(String version, EnclaveImage image) {
        return Release.of("payments", version, PcrBank.of(Map.of(0, image.pcr0(), 1, image.pcr1(), 2, image.pcr2())));
    }

    public static Release revoked(Release release) {
        return release.revoked(REVOCATION);
    }

    /** Publishes the next version of the list. */
    public void publish(Release... releases) throws GeneralSecurityException, IOException {
        AtomicFile.write(bundle(), signers.publish(releases).toByteArray(), AtomicFile.Access.PUBLIC);
    }

    public Path root() {
        return folder.resolve("trust-root.json");
    }

    public Path bundle() {
        return folder.resolve("bundle.json");
    }
}

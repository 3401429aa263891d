package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit found. Only {@code refusal} tells whether a client would believe any of it.
 *
 * @param at as of when
 * @param file where the audited list was read from
 * @param list the contents of the audited list, verified or not
 * @param payloadDigest SHA-384 of its signed bytes
 * @param rootGiven whether the auditor had a root; if not, the bundle vouches for itself
 * @param refusal why a client refuses the list that begins with the auditor's oldest root, or else the bundle's; empty if it
 *     accepts it
 * @param root the newest of the auditor's, or of the bundle's to which they lead
 * @param rootDigest SHA-384 of its signed bytes
 * @param keys of that root
 * @param images the files at hand
 * @param logs the bundle's checkpoint and the log's
 * @param findings the gravest first; of one id a bounded number, and then one that says how many more there are
 * @param counts how many there are of each severity, listed or not, the gravest first; all four are there
 */
public record AuditReport(
        Instant at,
        String file,
        ReleaseList list,
        Bytes payloadDigest,
        boolean rootGiven,
        Optional<String> refusal,
        Optional<TrustRoot> root,
        Optional<Bytes> rootDigest,
        List<KeyUse> keys,
        List<AuditedImage> images,
        List<LogFacts> logs,
        Optional<ChangesSince> changes,
        List<Finding> findings,
        Map<Severity, Integer> counts) {
    public AuditReport {
        keys = List.copyOf(keys);
        images = List.copyOf(images);
        logs = List.copyOf(logs);
        findings = List.copyOf(findings);
        counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    }

    /** Whether a client with the auditor's roots accepts the list; empty if it agrees with itself, and no root was given. */
    public Optional<Boolean> accepted() {
        if (refusal.isPresent()) {
            return Optional.of(false);
        }
        return rootGiven ? Optional.of(true) : Optional.empty();
    }

    public boolean hasAtLeast(Severity severity) {
        return findings.stream().anyMatch(finding -> finding.severity().compareTo(severity) >= 0);
    }

    /** How many of the root's keys signed. */
    public long signed() {
        return keys.stream().filter(use -> use.signed() == KeyUse.Signed.YES).count();
    }

    /** How many more keys signed than had to; negative if too few did, empty without a root. */
    public Optional<Long> margin() {
        return root.map(trusted -> signed() - trusted.keys().threshold());
    }

    /** Those that name this very file. */
    public List<Release> releasesOf(AuditedImage image) {
        return list.releases().stream().filter(image::isFileOf).toList();
    }

    /** Whom a release's signing certificate names, and when it is valid; empty without one that can be read. */
    public static Optional<String> signerOf(Release release) {
        return CertificateChecks.signer(release);
    }

    /** As {@code acme-kms version 7}. */
    public String title() {
        return list.name() + " version " + list.version();
    }
}

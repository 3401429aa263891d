package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.trust.Bundle;
import java.util.List;
import java.util.Optional;

/**
 * A signed list, in a bundle or alone, as it was read: nothing of it is verified.
 *
 * @param file where it was read from, for people
 * @param roots those of the bundle; none if the list came alone
 */
public record AuditedList(
        String file, SignedEnvelope envelope, ReleaseList content, List<SignedEnvelope> roots, Optional<LogProof> log) {
    public AuditedList {
        roots = List.copyOf(roots);
    }

    /** Reads a bundle, or the envelope of a list. */
    public static AuditedList parse(String file, Bytes document) throws MalformedReleasesException {
        MalformedReleasesException noBundle;
        try {
            Bundle bundle = Bundle.parse(document);
            return of(file, bundle.list(), bundle.roots(), bundle.log());
        } catch (MalformedReleasesException e) {
            noBundle = e;
        }
        try {
            return of(file, SignedEnvelope.parse(document), List.of(), Optional.empty());
        } catch (MalformedReleasesException e) {
            e.addSuppressed(noBundle);
            throw new MalformedReleasesException(
                    "neither a bundle nor a signed list", noBundle.getMessage() + "; " + e.getMessage(), e);
        }
    }

    private static AuditedList of(
            String file, SignedEnvelope envelope, List<SignedEnvelope> roots, Optional<LogProof> log)
            throws MalformedReleasesException {
        return new AuditedList(file, envelope, ReleaseList.parse(envelope.payload()), roots, log);
    }

    boolean isBundle() {
        return !roots.isEmpty();
    }

    boolean isOfSameList(AuditedList other) {
        return content.name().equals(other.content.name());
    }

    /** As {@code acme-kms version 7}. */
    String title() {
        return content.name() + " version " + content.version();
    }

    LogEntry entry() {
        return new LogEntry(content.name(), content.version(), envelope.payloadDigest());
    }
}

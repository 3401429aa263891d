package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.List;

/** The other lists at hand: of the same name they are one history, of another name they may still not disagree. */
final class OtherListChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        for (AuditedList other : examined.subject().others()) {
            boolean same = other.isOfSameList(examined.subject().list());
            if (same && !isSigned(other, examined.roots().roots())) {
                findings.add(
                        FindingId.OTHER_NOT_VERIFIED,
                        other.title(),
                        "in " + OneLine.of(other.file()) + ": no root at hand has its threshold of signatures");
            }
            if (same) {
                version(examined, other, findings);
            }
            if (!same || other.content().version() > examined.list().version()) {
                revokedHere(examined, other, findings);
                revokedThere(examined, other, findings);
            }
        }
    }

    private static boolean isSigned(AuditedList other, List<TrustRoot> roots) {
        return roots.stream()
                .filter(root -> root.list().equals(other.content().name()))
                .anyMatch(root -> reachesThreshold(other, root));
    }

    private static boolean reachesThreshold(AuditedList other, TrustRoot root) {
        try {
            other.envelope().requireThreshold(DocumentType.RELEASE_LIST, root.keys());
            return true;
        } catch (RejectedReleasesException e) {
            return false;
        }
    }

    private static void version(Examined examined, AuditedList other, Findings findings) {
        AuditedList list = examined.subject().list();
        long difference = Long.compare(other.content().version(), list.content().version());
        if (difference > 0) {
            findings.add(
                    FindingId.LIST_SUPERSEDED, examined.title(), OneLine.of(other.file()) + " is " + other.title());
        } else if (difference == 0
                && !other.envelope().payload().equals(list.envelope().payload())) {
            findings.add(
                    FindingId.LIST_FORK,
                    examined.title(),
                    "SHA-384 " + list.envelope().payloadDigest().hex() + ", and "
                            + other.envelope().payloadDigest().hex() + " in " + OneLine.of(other.file()));
        }
    }

    /** Revoked here, accepted there. */
    private static void revokedHere(Examined examined, AuditedList other, Findings findings) {
        AcceptedCode there = AcceptedCode.of(other.content());
        for (Release revoked : examined.list().releases()) {
            if (revoked.status() == ReleaseStatus.REVOKED) {
                there.overlapping(revoked)
                        .forEach(release -> findings.add(
                                FindingId.REVOKED_ELSEWHERE,
                                revoked.title(),
                                "revoked here, and " + release.status().text() + " as " + release.title() + " in "
                                        + other.title()));
            }
        }
    }

    /** Revoked there, accepted here. */
    private static void revokedThere(Examined examined, AuditedList other, Findings findings) {
        AcceptedCode here = AcceptedCode.of(examined.list());
        for (Release revoked : other.content().releases()) {
            if (revoked.status() == ReleaseStatus.REVOKED) {
                here.overlapping(revoked)
                        .forEach(release -> findings.add(
                                FindingId.REVOKED_ELSEWHERE,
                                release.title(),
                                release.status().text() + " here, and revoked as " + revoked.title() + " in "
                                        + other.title()));
            }
        }
    }
}

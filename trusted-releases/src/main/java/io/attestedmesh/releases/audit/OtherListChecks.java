package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.list.Release;
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
                revokedElsewhere(examined, other, findings);
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

    private static void revokedElsewhere(Examined examined, AuditedList other, Findings findings) {
        ListVersion here = examined.now();
        ListVersion there = ListVersion.of(other.content());
        for (Release revoked : here.revoked()) {
            Titles accepted = there.acceptingPeersOf(revoked);
            if (!accepted.isEmpty()) {
                findings.add(
                        FindingId.REVOKED_ELSEWHERE,
                        revoked.title(),
                        "revoked here, and accepted as " + accepted + " in " + other.title());
            }
        }
        PeerIndex revokedThereAlone = PeerIndex.of(there.revoked().stream()
                .filter(revoked -> !here.refused().covers(revoked))
                .toList());
        for (Release accepted : examined.notRevoked()) {
            Titles revoked = revokedThereAlone.sharing(accepted);
            if (!revoked.isEmpty()) {
                findings.add(
                        FindingId.REVOKED_ELSEWHERE,
                        accepted.title(),
                        accepted.status().text() + " here, and revoked as " + revoked + " in " + other.title());
            }
        }
    }
}

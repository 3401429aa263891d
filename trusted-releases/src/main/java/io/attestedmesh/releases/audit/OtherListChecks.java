package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The other lists at hand: two of one version are a fork, and those of other names may still not disagree. */
final class OtherListChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        notVerified(examined, findings);
        forks(examined, findings);
        for (AuditedList other : examined.versions()) {
            if (other.content().version() > examined.list().version()) {
                findings.add(
                        FindingId.LIST_SUPERSEDED, examined.title(), OneLine.of(other.file()) + " is " + other.title());
            }
        }
        for (AuditedList other : examined.others()) {
            if (!other.isOfSameList(examined.subject().list())) {
                revokedElsewhere(examined, other, findings);
            }
        }
    }

    private static void notVerified(Examined examined, Findings findings) {
        for (AuditedList other : examined.subject().others()) {
            if (!examined.others().contains(other)) {
                findings.add(
                        FindingId.OTHER_NOT_VERIFIED,
                        other.title(),
                        "in " + OneLine.of(other.file()) + ": no root that counts has its threshold of signatures");
            }
        }
    }

    /** Whoever has enough keys to sign one list can sign two, and show one to each client. */
    private static void forks(Examined examined, Findings findings) {
        Map<String, Map<Bytes, AuditedList>> byTitle = new LinkedHashMap<>();
        List<AuditedList> all = new ArrayList<>(examined.others());
        all.add(0, examined.subject().list());
        for (AuditedList list : all) {
            byTitle.computeIfAbsent(list.title(), unused -> new LinkedHashMap<>())
                    .putIfAbsent(list.envelope().payloadDigest(), list);
        }
        byTitle.forEach((title, byDigest) -> {
            if (byDigest.size() > 1) {
                List<String> digests = new ArrayList<>();
                byDigest.forEach(
                        (digest, list) -> digests.add("SHA-384 " + digest.hex() + " in " + OneLine.of(list.file())));
                findings.add(FindingId.LIST_FORK, title, Words.list(digests));
            }
        });
    }

    private static void revokedElsewhere(Examined examined, AuditedList other, Findings findings) {
        ListVersion here = examined.now();
        ListVersion there = ListVersion.of(other.content());
        boolean ended = examined.isPast(other.content().expiresAt());
        for (Release revoked : ended ? List.<Release>of() : here.revoked()) {
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

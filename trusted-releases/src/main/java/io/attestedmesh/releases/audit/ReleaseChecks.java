package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.Revocation;
import java.lang.Character.UnicodeScript;
import java.time.Instant;

/** What a release should say of itself, and when it is accepted. */
final class ReleaseChecks implements Check {
    /** In letters and digits, of which an ideograph or a syllable of one sign counts as two. */
    private static final int SHORTEST_REASON = 4;

    @Override
    public void look(Examined examined, Findings findings) {
        for (Release release : examined.notRevoked()) {
            if (release.source().isEmpty()) {
                findings.add(FindingId.SOURCE_MISSING, release.title(), "names no source");
            }
            if (release.image().isEmpty()) {
                findings.add(FindingId.IMAGE_MISSING, release.title(), "names no image file");
            }
            validity(examined, release, findings);
        }
        for (Release release : examined.list().releases()) {
            release.revocation().ifPresent(why -> revocation(examined, release, why, findings));
        }
        if (examined.notRevoked().stream().noneMatch(release -> release.isInForce(examined.at()))) {
            findings.add(
                    FindingId.NOTHING_ACCEPTED,
                    examined.title(),
                    "none of " + Words.count(examined.list().releases().size(), "release") + " is accepted now");
        }
    }

    private static void validity(Examined examined, Release release, Findings findings) {
        if (release.notBefore().filter(examined.at()::isBefore).isPresent()) {
            findings.add(
                    FindingId.RELEASE_NOT_YET_VALID,
                    release.title(),
                    "accepted from " + examined.moment(release.notBefore().get()));
        }
        if (release.notAfter().isPresent()) {
            Instant end = release.notAfter().get();
            String ends = release.status().text() + ", accepted until " + examined.moment(end);
            if (end.isBefore(examined.at())) {
                findings.add(FindingId.RELEASE_EXPIRED, release.title(), ends);
            } else if (examined.isSoon(end) || end.equals(examined.at())) {
                findings.add(FindingId.RELEASE_EXPIRES_SOON, release.title(), ends);
            }
        }
    }

    private static void revocation(Examined examined, Release release, Revocation why, Findings findings) {
        if (why.at().isAfter(examined.at())) {
            findings.add(FindingId.REVOCATION_IN_FUTURE, release.title(), "revoked as of " + examined.moment(why.at()));
        }
        if (why.reason().codePoints().map(ReleaseChecks::weight).sum() < SHORTEST_REASON) {
            findings.add(
                    FindingId.REVOCATION_UNEXPLAINED,
                    release.title(),
                    "the reason is \"" + OneLine.of(why.reason()) + "\"");
        }
    }

    private static int weight(int c) {
        if (!Character.isLetterOrDigit(c) || HiddenLetters.contain(c)) {
            return 0;
        }
        return switch (UnicodeScript.of(c)) {
            case HAN, HANGUL, HIRAGANA, KATAKANA -> 2;
            default -> 1;
        };
    }
}

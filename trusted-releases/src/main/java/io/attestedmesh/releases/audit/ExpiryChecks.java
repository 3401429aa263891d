package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Requirements;
import java.time.Duration;

/** When the list and the root end, and whether they have lived too long. */
final class ExpiryChecks implements Check {
    /** A year and a day: a list that is signed each year is not too long-lived. */
    private static final Duration LONGEST_LIFE_OF_A_LIST = Duration.ofDays(366);

    /** Age at which the keys of a root should be looked at again. */
    private static final Duration OLD_ROOT = Duration.ofDays(731);

    @Override
    public void look(Examined examined, Findings findings) {
        list(examined, findings);
        examined.root().ifPresent(root -> root(examined, root, findings));
    }

    private static void list(Examined examined, Findings findings) {
        ReleaseList list = examined.list();
        String end = "ends at " + examined.moment(list.expiresAt());
        if (examined.isPast(list.expiresAt())) {
            findings.add(FindingId.LIST_EXPIRED, examined.title(), end);
        } else if (examined.isSoon(list.issuedAt(), list.expiresAt())) {
            findings.add(FindingId.LIST_EXPIRES_SOON, examined.title(), end);
        }
        if (list.issuedAt().isAfter(examined.at().plus(Requirements.DEFAULT_CLOCK_SKEW))) {
            findings.add(
                    FindingId.LIST_NOT_YET_VALID, examined.title(), "issued at " + examined.moment(list.issuedAt()));
        }
        Duration life = Duration.between(list.issuedAt(), list.expiresAt());
        if (life.compareTo(LONGEST_LIFE_OF_A_LIST) > 0) {
            findings.add(
                    FindingId.LIST_LONG_LIVED,
                    examined.title(),
                    "valid for " + Moments.words(life) + ", more than " + Moments.words(LONGEST_LIFE_OF_A_LIST));
        }
    }

    private static void root(Examined examined, TrustRoot root, Findings findings) {
        String subject = SignatureChecks.subject(root);
        String end = "ends at " + examined.moment(root.expiresAt());
        if (examined.isPast(root.expiresAt())) {
            findings.add(FindingId.ROOT_EXPIRED, subject, end);
        } else if (examined.isSoon(root.issuedAt(), root.expiresAt())) {
            findings.add(FindingId.ROOT_EXPIRES_SOON, subject, end);
        }
        if (examined.isOlderThan(OLD_ROOT, root.issuedAt())) {
            findings.add(FindingId.ROOT_OLD, subject, "issued at " + examined.moment(root.issuedAt()));
        }
    }
}

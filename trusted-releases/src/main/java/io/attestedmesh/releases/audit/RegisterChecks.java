package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.list.ContentRules;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Registers of one release that cannot have been measured, or that a client refuses. */
final class RegisterChecks implements Check {
    /** SHA-384 of nothing, by which PCR2 is extended where no ramdisk but the first has any content. */
    private static final Bytes DIGEST_OF_NOTHING = Bytes.fromHex(
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da" + "274edebfe76f65fbd51ad2f14898b95b");

    private static final Bytes EMPTY_APPLICATION = Pcr.extendOfZero(DIGEST_OF_NOTHING);

    @Override
    public void look(Examined examined, Findings findings) {
        for (Release release : examined.list().releases()) {
            contentRules(examined.list(), release, findings);
            placeholders(release, findings);
            repetitions(release, findings);
            if (isUnmeasured(release)) {
                findings.add(
                        FindingId.APPLICATION_UNMEASURED,
                        release.title(),
                        "PCR2 is the measurement of nothing: all its code is in the kernel and the first ramdisk");
            }
        }
    }

    /** The rules of clients for one release; a client tells the first fault of the list, an auditor wants all. */
    private static void contentRules(ReleaseList list, Release release, Findings findings) {
        ReleaseList alone =
                new ReleaseList(list.name(), list.version(), list.issuedAt(), list.expiresAt(), List.of(release));
        try {
            ContentRules.check(alone);
        } catch (RejectedReleasesException e) {
            idOf(e).ifPresent(id ->
                    findings.add(id, release.title(), "expected " + e.expected() + ", found " + e.actual()));
        }
    }

    private static Optional<FindingId> idOf(RejectedReleasesException e) {
        if (e.reason() == ReleasesReason.REGISTER_MISSING) {
            return Optional.of(FindingId.REGISTER_MISSING);
        }
        if (e.reason() == ReleasesReason.REGISTER_ZERO) {
            return Optional.of(FindingId.REGISTER_ZERO);
        }
        return e.reason() == ReleasesReason.SIGNER_MISMATCH ? Optional.of(FindingId.SIGNER_MISMATCH) : Optional.empty();
    }

    private static void placeholders(Release release, Findings findings) {
        release.pcrs().values().forEach((index, value) -> {
            if (!value.isZero() && isOneByteRepeated(value)) {
                findings.add(
                        FindingId.REGISTER_PLACEHOLDER,
                        release.title(),
                        "PCR" + index + " is " + value.size() + " times the byte " + value.slice(0, 1));
            }
        });
    }

    private static boolean isOneByteRepeated(Bytes value) {
        for (int i = 1; i < value.size(); i++) {
            if (value.at(i) != value.at(0)) {
                return false;
            }
        }
        return true;
    }

    private static void repetitions(Release release, Findings findings) {
        Map<Bytes, Integer> seen = new HashMap<>();
        release.pcrs().values().forEach((index, value) -> {
            Integer earlier = seen.putIfAbsent(value, index);
            boolean wholeImageIsKernel =
                    earlier != null && earlier == Registers.IMAGE && index == Registers.KERNEL && isUnmeasured(release);
            if (earlier != null && !value.isZero() && !wholeImageIsKernel) {
                findings.add(
                        FindingId.REGISTER_REPEATED,
                        release.title(),
                        "PCR" + earlier + " and PCR" + index + " are both " + Words.digest(value));
            }
        });
    }

    private static boolean isUnmeasured(Release release) {
        return release.pcrs()
                .get(Registers.APPLICATION)
                .filter(EMPTY_APPLICATION::equals)
                .isPresent();
    }
}

package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.list.Release;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Registers of one release that cannot have been measured, or that a client refuses. A client stops at the first fault of a
 * list, an auditor is told all of them.
 */
final class RegisterChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        for (Release release : examined.list().releases()) {
            missing(release, findings);
            unmeasured(release, findings);
            signer(release, findings);
            repetitions(release, findings);
            if (Registers.hasNoApplication(release)) {
                findings.add(
                        FindingId.APPLICATION_UNMEASURED,
                        release.title(),
                        "PCR2 is the measurement of nothing: all its code is in the kernel and the first ramdisk");
            }
        }
    }

    private static void missing(Release release, Findings findings) {
        for (int index : Registers.CODE) {
            if (release.pcrs().get(index).isEmpty()) {
                findings.add(FindingId.REGISTER_MISSING, release.title(), "names no PCR" + index);
            }
        }
    }

    private static void unmeasured(Release release, Findings findings) {
        release.pcrs().values().forEach((index, value) -> {
            if (value.isZero()) {
                findings.add(FindingId.REGISTER_ZERO, release.title(), "PCR" + index + " is zero");
            } else if (Registers.isOneByteRepeated(value)) {
                findings.add(
                        FindingId.REGISTER_PLACEHOLDER,
                        release.title(),
                        "PCR" + index + " is " + value.size() + " times the byte " + value.slice(0, 1));
            }
        });
    }

    private static void signer(Release release, Findings findings) {
        release.signingCertificate().ifPresent(certificate -> {
            Bytes expected = Pcr.extendOfZero(certificate.sha384());
            Optional<Bytes> named = release.pcrs().get(Registers.SIGNER);
            if (!named.equals(Optional.of(expected))) {
                findings.add(
                        FindingId.SIGNER_MISMATCH,
                        release.title(),
                        "PCR8 of the signing certificate is " + expected.hex() + ", the release names "
                                + named.map(Bytes::hex).orElse("none"));
            }
        });
    }

    private static void repetitions(Release release, Findings findings) {
        Map<Bytes, Integer> seen = new HashMap<>();
        for (int index : release.pcrs().values().keySet()) {
            Registers.measured(release, index).ifPresent(value -> {
                Integer earlier = seen.putIfAbsent(value, index);
                if (earlier != null && !isWholeImage(release, earlier, index)) {
                    findings.add(
                            FindingId.REGISTER_REPEATED,
                            release.title(),
                            "PCR" + earlier + " and PCR" + index + " are both " + Words.digest(value));
                }
            });
        }
    }

    /** Without an application, kernel and first ramdisk are all of the image. */
    private static boolean isWholeImage(Release release, int earlier, int index) {
        return earlier == Registers.IMAGE && index == Registers.KERNEL && Registers.hasNoApplication(release);
    }
}

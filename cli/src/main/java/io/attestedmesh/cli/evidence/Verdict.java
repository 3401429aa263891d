package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What verification made of one file.
 *
 * @param document what the file says; proved only if the outcome is accepted
 * @param accepted what was proved, if anything
 * @param why why not, if not
 */
record Verdict(
        String file,
        Outcome outcome,
        Optional<AttestationDocument> document,
        Optional<AttestationResult> accepted,
        Optional<Refusal> why) {
    enum Outcome {
        ACCEPTED,
        REJECTED,
        MALFORMED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Refusal(Reason reason, String expected, String actual) {}

    static Verdict accepted(String file, AttestationDocument document, AttestationResult result) {
        return new Verdict(file, Outcome.ACCEPTED, Optional.of(document), Optional.of(result), Optional.empty());
    }

    static Verdict rejected(String file, AttestationDocument document, RejectedEvidenceException e) {
        Refusal why = new Refusal(e.reason(), e.expected(), e.actual());
        return new Verdict(file, Outcome.REJECTED, Optional.of(document), Optional.empty(), Optional.of(why));
    }

    static Verdict malformed(String file, MalformedEvidenceException e) {
        return malformed(file, new Refusal(e.reason(), e.expected(), e.actual()));
    }

    static Verdict malformed(String file, UnreadableInputException e) {
        return malformed(file, new Refusal(e.reason(), e.expected(), e.actual()));
    }

    private static Verdict malformed(String file, Refusal why) {
        return new Verdict(file, Outcome.MALFORMED, Optional.empty(), Optional.empty(), Optional.of(why));
    }

    /** For people: the result first, then why or what was proved. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(file + ": " + outcome);
        why.ifPresent(refusal -> {
            lines.add("  reason: " + refusal.reason().name());
            lines.add("  expected: " + refusal.expected());
            lines.add("  actual: " + refusal.actual());
        });
        accepted.ifPresent(result -> {
            lines.add("  release: " + result.releaseName()
                    + (result.release().deprecated() ? ", DEPRECATED: it is about to be revoked" : ""));
            lines.add("  module: " + result.moduleId());
            lines.add("  made: " + result.documentTime() + ", verified as of " + result.verifiedAt());
            if (result.debug()) {
                lines.add("  DEBUG: the operator of this enclave reads its memory");
            }
            if (result.simulated()) {
                lines.add("  SIMULATED: no hardware stands behind this");
            }
        });
        return lines;
    }

    /** The object that {@code --json} prints; keys that do not apply are null. */
    Map<String, Object> json(String provider) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file);
        object.put("result", outcome);
        object.put("reason", why.map(refusal -> refusal.reason().name()));
        object.put("expected", why.map(Refusal::expected));
        object.put("actual", why.map(Refusal::actual));
        object.put("pcrs", document.map(Verdict::registers));
        object.put("moduleId", document.map(AttestationDocument::moduleId));
        object.put("timestamp", document.map(AttestationDocument::timestamp));
        object.put("debug", document.map(d -> d.pcrs().isDebug()));
        object.put("release", accepted.map(AttestationResult::releaseName));
        object.put("deprecated", accepted.map(result -> result.release().deprecated()));
        object.put("simulated", accepted.map(AttestationResult::simulated));
        object.put("verifiedAt", accepted.map(AttestationResult::verifiedAt));
        object.put("expiresAt", accepted.map(AttestationResult::expiresAt));
        object.put("provider", provider);
        return object;
    }

    static SortedMap<String, String> registers(AttestationDocument document) {
        SortedMap<String, String> byIndex = new TreeMap<>((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
        document.pcrs().values().forEach((index, value) -> byIndex.put(index.toString(), value.hex()));
        return byIndex;
    }
}

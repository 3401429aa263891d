package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.MerkleTree;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.List;
import java.util.Set;

/** The log's folder: whether it holds together, and whether list and bundle are of the same log. */
final class LogChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        AuditedList list = examined.subject().list();
        examined.root().ifPresent(root -> named(root, list, findings));
        examined.subject().log().ifPresent(log -> {
            log.damage()
                    .ifPresent(problem ->
                            findings.add(FindingId.LOG_DAMAGED, OneLine.of(log.folder()), OneLine.of(problem)));
            log.entries().ifPresent(entries -> entries(examined, log, entries, findings));
            sameLog(log, list, findings);
            examined.versions().stream()
                    .filter(other -> isOfOrigin(log, other))
                    .forEach(other -> sameLog(log, other, findings));
        });
    }

    private static void named(TrustRoot root, AuditedList list, Findings findings) {
        String subject = SignatureChecks.subject(root);
        if (root.log().isEmpty()) {
            findings.add(FindingId.LOG_NOT_NAMED, subject, "names no log");
            return;
        }
        LogTrust log = root.log().get();
        if (log.witnessThreshold() == 0) {
            findings.add(
                    FindingId.WITNESSES_NOT_REQUIRED,
                    subject,
                    log.witnesses().isEmpty()
                            ? "names no witness"
                            : "asks for none of " + Words.count(log.witnesses().size(), "witness key"));
        }
        if (list.isBundle() && list.log().isEmpty()) {
            findings.add(FindingId.INCLUSION_MISSING, list.title(), "the bundle does not show it to be in the log");
        }
    }

    private static void entries(Examined examined, AuditedLog log, List<LogEntry> entries, Findings findings) {
        LoggedVersions logged = LoggedVersions.of(examined.list().name(), entries);
        logged.history(findings);
        if (logged.highest() > examined.list().version()) {
            findings.add(FindingId.LIST_SUPERSEDED, examined.title(), "the log has version " + logged.highest());
        }
        contains(log, logged, examined.subject().list(), findings);
        examined.versions().forEach(other -> contains(log, logged, other, findings));
    }

    private static void contains(AuditedLog log, LoggedVersions logged, AuditedList list, Findings findings) {
        Bytes digest = list.envelope().payloadDigest();
        Set<Bytes> there = logged.digests(list.content().version());
        if (!there.isEmpty() && !there.contains(digest)) {
            findings.add(
                    FindingId.LOG_FORK,
                    list.title(),
                    "SHA-384 " + digest.hex() + " in " + OneLine.of(list.file()) + ", "
                            + there.iterator().next().hex() + " in the log");
        }
        // What came before the first is a gap, and what a later state of the log has, the folder cannot have yet.
        if (there.isEmpty() && !logged.beginAfter(list.content().version()) && !isInLaterState(log, list)) {
            findings.add(
                    FindingId.LOG_LACKS_LIST,
                    list.title(),
                    "the log of size " + log.checkpoint().checkpoint().size() + " has no entry of it");
        }
    }

    private static boolean isInLaterState(AuditedLog log, AuditedList list) {
        long size = log.checkpoint().checkpoint().size();
        return isOfOrigin(log, list)
                && list.log()
                        .filter(proof -> proof.checkpoint().checkpoint().size() > size)
                        .filter(proof -> includes(proof, list.entry()))
                        .isPresent();
    }

    private static boolean includes(LogProof proof, LogEntry entry) {
        try {
            proof.requireIncludes(entry);
            return true;
        } catch (RejectedReleasesException e) {
            return false;
        }
    }

    private static boolean isOfOrigin(AuditedLog log, AuditedList list) {
        return list.log()
                .filter(proof -> proof.checkpoint()
                        .checkpoint()
                        .origin()
                        .equals(log.checkpoint().checkpoint().origin()))
                .isPresent();
    }

    private static void sameLog(AuditedLog log, AuditedList list, Findings findings) {
        if (list.log().isEmpty()) {
            return;
        }
        LogProof proof = list.log().get();
        Checkpoint shown = proof.checkpoint().checkpoint();
        Checkpoint own = log.checkpoint().checkpoint();
        if (shown.size() > own.size()) {
            behind(own, list.title(), proof, findings);
        } else if (log.entries().filter(entries -> !agree(entries, shown)).isPresent()) {
            findings.add(
                    FindingId.CHECKPOINT_FORK,
                    list.title(),
                    "the bundle's checkpoint of size " + shown.size() + " is not of the log in "
                            + OneLine.of(log.folder()));
        }
    }

    /** Of a damaged log, which may have fewer entries than its checkpoint says, that is said already. */
    private static boolean agree(List<LogEntry> entries, Checkpoint shown) {
        List<Bytes> leaves =
                entries.stream().limit(shown.size()).map(LogEntry::leafHash).toList();
        return leaves.size() < shown.size() || MerkleTree.rootOf(leaves).equals(shown.rootHash());
    }

    private static void behind(Checkpoint own, String subject, LogProof proof, Findings findings) {
        String sizes = "the bundle's checkpoint has size "
                + proof.checkpoint().checkpoint().size() + ", the log's folder " + own.size();
        try {
            proof.requireExtends(own);
            findings.add(FindingId.LOG_BEHIND, subject, sizes);
        } catch (RejectedReleasesException e) {
            if (e.reason() == ReleasesReason.CONSISTENCY_MISSING) {
                findings.add(FindingId.LOG_BEHIND, subject, sizes + "; no proof leads from it to the bundle's");
            } else {
                findings.add(FindingId.CHECKPOINT_FORK, subject, sizes + "; " + e.getMessage());
            }
        }
    }
}

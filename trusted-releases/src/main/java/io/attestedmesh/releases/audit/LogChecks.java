package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.MerkleTree;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The log's folder: whether it holds together, what it says of this list, and whether the bundle is of the same log. */
final class LogChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        AuditedList list = examined.subject().list();
        examined.root().ifPresent(root -> named(root, list, findings));
        examined.subject().log().ifPresent(log -> {
            log.damage()
                    .ifPresent(problem ->
                            findings.add(FindingId.LOG_DAMAGED, OneLine.of(log.folder()), OneLine.of(problem)));
            history(examined, log, findings);
            contains(log, list, findings);
            examined.versions().forEach(other -> contains(log, other, findings));
            list.log().ifPresent(proof -> sameLog(examined, log, proof, findings));
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

    private static void history(Examined examined, AuditedLog log, Findings findings) {
        Map<Long, Bytes> seen = new HashMap<>();
        long highest = 0;
        for (LogEntry entry : log.entries()) {
            if (!entry.list().equals(examined.list().name())) {
                continue;
            }
            String subject = entry.list() + " version " + entry.version();
            Bytes earlier = seen.putIfAbsent(entry.version(), entry.payloadSha384());
            if (earlier != null) {
                boolean same = earlier.equals(entry.payloadSha384());
                findings.add(
                        same ? FindingId.LOG_REPEATED : FindingId.LOG_FORK,
                        subject,
                        same
                                ? "in the log twice"
                                : "in the log with SHA-384 " + earlier.hex() + " and "
                                        + entry.payloadSha384().hex());
            } else if (entry.version() < highest) {
                findings.add(FindingId.LOG_BACKWARDS, subject, "in the log behind version " + highest);
            } else if (entry.version() > highest + 1) {
                findings.add(
                        FindingId.LOG_GAP,
                        subject,
                        highest == 0 ? "the first in the log" : "in the log next to version " + highest);
            }
            highest = Math.max(highest, entry.version());
        }
        if (highest > examined.list().version()) {
            findings.add(FindingId.LIST_SUPERSEDED, examined.title(), "the log has version " + highest);
        }
    }

    private static void contains(AuditedLog log, AuditedList list, Findings findings) {
        LogEntry entry = list.entry();
        if (log.entries().contains(entry)) {
            return;
        }
        List<LogEntry> sameVersion = log.entries().stream()
                .filter(each -> each.list().equals(entry.list()) && each.version() == entry.version())
                .toList();
        if (sameVersion.isEmpty()) {
            findings.add(
                    FindingId.LOG_LACKS_LIST,
                    list.title(),
                    "none of the log's " + log.entries().size() + " entries is of it");
        } else {
            findings.add(
                    FindingId.LOG_FORK,
                    list.title(),
                    "SHA-384 " + entry.payloadSha384().hex() + " in " + OneLine.of(list.file()) + ", "
                            + sameVersion.get(0).payloadSha384().hex() + " in the log");
        }
    }

    private static void sameLog(Examined examined, AuditedLog log, LogProof proof, Findings findings) {
        Checkpoint shown = proof.checkpoint().checkpoint();
        Checkpoint own = log.checkpoint().checkpoint();
        if (shown.size() > own.size()) {
            behind(examined, own, proof, findings);
            return;
        }
        // A damaged log may have fewer entries than its checkpoint says; that is reported already.
        if (shown.size() <= log.entries().size()) {
            List<Bytes> leaves = log.entries().stream()
                    .limit(shown.size())
                    .map(LogEntry::leafHash)
                    .toList();
            if (!MerkleTree.rootOf(leaves).equals(shown.rootHash())) {
                findings.add(
                        FindingId.CHECKPOINT_FORK,
                        examined.title(),
                        "the bundle's checkpoint of size " + shown.size() + " is not of the log in "
                                + OneLine.of(log.folder()));
            }
        }
    }

    private static void behind(Examined examined, Checkpoint own, LogProof proof, Findings findings) {
        String sizes = "the bundle's checkpoint has size "
                + proof.checkpoint().checkpoint().size() + ", the log's folder " + own.size();
        try {
            proof.requireExtends(own);
            findings.add(FindingId.LOG_BEHIND, examined.title(), sizes);
        } catch (RejectedReleasesException e) {
            findings.add(FindingId.CHECKPOINT_FORK, examined.title(), sizes + "; " + e.getMessage());
        }
    }
}

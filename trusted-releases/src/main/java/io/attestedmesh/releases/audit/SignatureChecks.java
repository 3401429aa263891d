package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.audit.KeyUse.Signed;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.EnvelopeSignature;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.List;
import java.util.stream.Stream;

/** Who signed, who did not, and what the root's keys and threshold are worth. */
final class SignatureChecks implements Check {
    @Override
    public void look(Examined examined, Findings findings) {
        if (examined.subject().roots().isEmpty()) {
            findings.add(
                    FindingId.ROOT_NOT_GIVEN,
                    examined.title(),
                    examined.subject().list().isBundle()
                            ? "verified under the first root of its own bundle"
                            : "no trust root to verify it under");
        }
        examined.root().ifPresent(root -> {
            signatures(examined, root, findings);
            unusedKeys(examined, root, findings);
            threshold(root, findings);
            root.log().ifPresent(log -> logKeys(root, log, findings));
        });
    }

    static List<KeyUse> uses(Examined examined, TrustRoot root) {
        SignedEnvelope list = examined.subject().list().envelope();
        return root.keys().keys().stream()
                .map(key -> KeyUse.of(key, DocumentType.RELEASE_LIST, list))
                .toList();
    }

    private static void signatures(Examined examined, TrustRoot root, Findings findings) {
        List<KeyUse> uses = uses(examined, root);
        for (KeyUse use : uses) {
            if (use.signed() == Signed.INVALID) {
                findings.add(FindingId.SIGNATURE_INVALID, use.key().name(), use.problem());
            }
        }
        long signed = uses.stream().filter(use -> use.signed() == Signed.YES).count();
        if (signed < root.keys().threshold()) {
            findings.add(
                    FindingId.THRESHOLD_NOT_MET,
                    examined.title(),
                    signed + " of the root's keys signed, and " + root.keys().threshold() + " must");
        }
        for (EnvelopeSignature signature : examined.subject().list().envelope().signatures()) {
            if (root.keys().byId(signature.keyId()).isEmpty()) {
                findings.add(
                        FindingId.SIGNATURE_OF_UNKNOWN_KEY,
                        OneLine.of(signature.keyId()),
                        "root version " + root.version() + " does not name this key; its signature does not count");
            }
        }
    }

    /** Over the roots, the list, and the other versions of it that are verified. */
    private static void unusedKeys(Examined examined, TrustRoot root, Findings findings) {
        AuditedList list = examined.subject().list();
        List<SignedEnvelope> lists = Stream.concat(
                        Stream.of(list), examined.others().stream().filter(list::isOfSameList))
                .map(AuditedList::envelope)
                .toList();
        List<SignedEnvelope> roots = examined.roots().envelopes();
        for (NamedKey key : root.keys().keys()) {
            if (!isUsed(key, DocumentType.RELEASE_LIST, lists) && !isUsed(key, DocumentType.TRUST_ROOT, roots)) {
                findings.add(
                        FindingId.KEY_UNUSED,
                        key.name(),
                        "signed neither " + Words.count(lists.size(), "list") + " nor "
                                + Words.count(roots.size(), "root") + " of this audit");
            }
        }
    }

    private static boolean isUsed(NamedKey key, DocumentType type, List<SignedEnvelope> documents) {
        return documents.stream()
                .anyMatch(document -> KeyUse.of(key, type, document).signed() == Signed.YES);
    }

    private static void threshold(TrustRoot root, Findings findings) {
        int threshold = root.keys().threshold();
        int keys = root.keys().keys().size();
        String subject = subject(root);
        String found = threshold + " of " + Words.count(keys, "key");
        if (threshold == 1) {
            findings.add(FindingId.THRESHOLD_ONE, subject, found);
        } else if (2 * threshold <= keys) {
            findings.add(FindingId.THRESHOLD_MINORITY, subject, found);
        }
        if (threshold == keys) {
            findings.add(FindingId.THRESHOLD_ALL, subject, found);
        }
    }

    private static void logKeys(TrustRoot root, LogTrust log, Findings findings) {
        for (NamedKey key : root.keys().keys()) {
            Bytes der = key.encoded();
            boolean same = Stream.concat(log.keys().stream(), log.witnesses().stream())
                    .anyMatch(note -> endsWith(der, note.publicKey().raw()));
            if (same) {
                findings.add(
                        FindingId.LOG_KEY_SIGNS_LISTS,
                        key.name(),
                        "the same key signs lists and checkpoints of the log");
            }
        }
    }

    /** A SubjectPublicKeyInfo of an Ed25519 key ends with the 32 bytes of the key (RFC 8410, section 4). */
    private static boolean endsWith(Bytes der, Bytes publicKey) {
        return der.size() > publicKey.size()
                && der.slice(der.size() - publicKey.size(), der.size()).equals(publicKey);
    }

    static String subject(TrustRoot root) {
        return "root version " + root.version();
    }
}

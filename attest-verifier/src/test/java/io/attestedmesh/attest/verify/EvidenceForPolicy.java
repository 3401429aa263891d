package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CoseSign1;
import io.attestedmesh.attest.evidence.PcrBank;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Evidence as the verifier would hand it to the policy, with any field changed; nothing of it was ever signed. */
public final class EvidenceForPolicy {
    public static final Instant MADE = Instant.parse("2026-03-01T12:00:00Z");
    public static final Instant EXPIRES = MADE.plus(Duration.ofHours(2));

    private final Map<Integer, Bytes> pcrs = new TreeMap<>();
    private Instant made = MADE;
    private boolean simulated;
    private Optional<Bytes> publicKey = Optional.empty();
    private Optional<Bytes> userData = Optional.empty();
    private Optional<Bytes> nonce = Optional.empty();

    /** Registers 0 to 15, each filled with its index and one. */
    public EvidenceForPolicy() {
        for (int index = 0; index < 16; index++) {
            pcrs.put(index, register(index + 1));
        }
    }

    public static Bytes register(int filler) {
        return Bytes.fromHex(String.format("%02x", filler).repeat(48));
    }

    public EvidenceForPolicy pcr(int index, Bytes value) {
        pcrs.put(index, value);
        return this;
    }

    public EvidenceForPolicy withoutPcr(int index) {
        pcrs.remove(index);
        return this;
    }

    public EvidenceForPolicy debug() {
        return pcr(0, register(0)).pcr(1, register(0)).pcr(2, register(0));
    }

    public EvidenceForPolicy made(Instant at) {
        made = at;
        return this;
    }

    public EvidenceForPolicy simulated() {
        simulated = true;
        return this;
    }

    public EvidenceForPolicy publicKey(Bytes value) {
        publicKey = Optional.of(value);
        return this;
    }

    public EvidenceForPolicy userData(Bytes value) {
        userData = Optional.of(value);
        return this;
    }

    public EvidenceForPolicy nonce(Bytes value) {
        nonce = Optional.of(value);
        return this;
    }

    public VerifiedEvidence verified() {
        Bytes nothing = Bytes.of((byte) 0);
        AttestationDocument document = new AttestationDocument(
                new CoseSign1(nothing, nothing, nothing),
                "i-0123456789abcdef0-enc0123456789abcdef",
                "SHA384",
                made,
                PcrBank.of(pcrs),
                nothing,
                List.of(nothing),
                publicKey,
                userData,
                nonce);
        TrustedRoot root = new TrustedRoot("test", TrustedRoot.awsNitroG1().certificate(), simulated);
        return new VerifiedEvidence(document, root, List.of(root.certificate()), MADE, EXPIRES);
    }
}

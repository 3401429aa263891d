package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.x509.TrustAnchors;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One peer: who it is, how that is seen, and what its certificate must carry.
 *
 * @param anchors what its certification path ends at; in mode semi-auto that of its party certificate; may be empty
 *     with name policy {@link NamePolicy#PINNED} only, and then the pin is all that is trusted
 * @param pin the certificate or key written down; present exactly with name policy {@link NamePolicy#PINNED}
 * @param pinnedPcrs registers that its evidence must have, beyond the release list; not in mode manual
 * @param pinnedModule the one enclave (module id) that its evidence must come from; not in mode manual. It lasts as long
 *     as that enclave runs
 * @param freshness the least that its evidence must prove about a connection; {@link Freshness#CERTIFICATE} in mode
 *     manual, which reads no evidence
 */
public record RosterEntry(
        PeerIdentity identity,
        NamePolicy namePolicy,
        PeerMode mode,
        EvidenceProfile profile,
        Optional<TrustAnchors> anchors,
        Optional<Pin> pin,
        Map<Integer, Bytes> pinnedPcrs,
        Optional<String> pinnedModule,
        Freshness freshness) {
    private static final int ROLE = 3;
    private static final int INSTANCE = 4;

    /**
     * Checks that the parts fit each other.
     *
     * @throws IllegalArgumentException for a combination that would leave something unchecked
     */
    public RosterEntry {
        Objects.requireNonNull(identity);
        pinnedPcrs = PcrBank.of(pinnedPcrs).values();
        if (identity.name().indexOf('*') >= 0) {
            throw new IllegalArgumentException(identity + ": a wildcard is never an identity");
        }
        if (pin.isPresent() != (namePolicy == NamePolicy.PINNED)) {
            throw new IllegalArgumentException(identity + ": name policy PINNED takes a pin, and no other does");
        }
        if (anchors.isEmpty() && pin.isEmpty()) {
            throw new IllegalArgumentException(identity + ": neither trust anchors nor a pin");
        }
        switch (mode) {
            case MANUAL -> requireNoEvidence(identity, pinnedPcrs, pinnedModule, freshness);
            case SEMI_AUTO -> requireSemiAuto(identity, profile, pinnedPcrs);
            case FULL_AUTO -> refusePin(identity, namePolicy);
        }
    }

    private static void requireNoEvidence(
            PeerIdentity identity, Map<Integer, Bytes> pcrs, Optional<String> module, Freshness freshness) {
        if (!pcrs.isEmpty() || module.isPresent()) {
            throw new IllegalArgumentException(
                    identity + ": mode MANUAL reads no evidence, so no register or module can be pinned");
        }
        if (freshness != Freshness.CERTIFICATE) {
            throw new IllegalArgumentException(
                    identity + ": mode MANUAL reads no evidence, so none can be demanded in the session");
        }
    }

    private static void requireSemiAuto(
            PeerIdentity identity, EvidenceProfile profile, Map<Integer, Bytes> pinnedPcrs) {
        if (profile == EvidenceProfile.KMS) {
            throw new IllegalArgumentException(identity + ": profile KMS has modes MANUAL and FULL_AUTO only");
        }
        // PCR8 names who signed the image, not who runs it
        if (!isPinned(pinnedPcrs.get(ROLE)) && !isPinned(pinnedPcrs.get(INSTANCE))) {
            throw new IllegalArgumentException(
                    identity + ": mode SEMI_AUTO needs PCR3 (role) or PCR4 (instance) pinned, and not zero");
        }
    }

    private static boolean isPinned(Bytes register) {
        return register != null && !register.isZero();
    }

    private static void refusePin(PeerIdentity identity, NamePolicy namePolicy) {
        if (namePolicy == NamePolicy.PINNED) {
            throw new IllegalArgumentException(identity
                    + ": in mode FULL_AUTO keys are born in the enclave, so none can be pinned; name the party's CA");
        }
    }

    /** A peer with certificates from files, under {@code anchors}, seen by its name among the SANs. */
    public static RosterEntry manual(PeerIdentity identity, TrustAnchors anchors) {
        return new RosterEntry(
                identity,
                NamePolicy.SAN,
                PeerMode.MANUAL,
                EvidenceProfile.CMW,
                Optional.of(anchors),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Freshness.CERTIFICATE);
    }

    /** A peer with a certificate from a file, written down exactly. */
    public static RosterEntry pinned(PeerIdentity identity, Pin pin) {
        return new RosterEntry(
                identity,
                NamePolicy.PINNED,
                PeerMode.MANUAL,
                EvidenceProfile.CMW,
                Optional.empty(),
                Optional.of(pin),
                Map.of(),
                Optional.empty(),
                Freshness.CERTIFICATE);
    }

    /**
     * A peer whose CA, {@code anchors}, issues certificates in its enclave, with evidence in profile CMW and in each
     * session.
     */
    public static RosterEntry fullAuto(PeerIdentity identity, TrustAnchors anchors, Map<Integer, Bytes> pinnedPcrs) {
        return new RosterEntry(
                identity,
                NamePolicy.SAN,
                PeerMode.FULL_AUTO,
                EvidenceProfile.CMW,
                Optional.of(anchors),
                Optional.empty(),
                pinnedPcrs,
                Optional.empty(),
                Freshness.SESSION);
    }

    /** A peer whose party certificate, under {@code anchors}, signed the image of its enclave; evidence as in full-auto. */
    public static RosterEntry semiAuto(PeerIdentity identity, TrustAnchors anchors, Map<Integer, Bytes> pinnedPcrs) {
        return new RosterEntry(
                identity,
                NamePolicy.SAN,
                PeerMode.SEMI_AUTO,
                EvidenceProfile.CMW,
                Optional.of(anchors),
                Optional.empty(),
                pinnedPcrs,
                Optional.empty(),
                Freshness.SESSION);
    }

    /** The same peer, of whose evidence this is demanded. */
    public RosterEntry with(Freshness demanded) {
        return new RosterEntry(identity, namePolicy, mode, profile, anchors, pin, pinnedPcrs, pinnedModule, demanded);
    }

    /** The same peer, in this enclave alone. */
    public RosterEntry withModule(String moduleId) {
        return new RosterEntry(
                identity, namePolicy, mode, profile, anchors, pin, pinnedPcrs, Optional.of(moduleId), freshness);
    }
}

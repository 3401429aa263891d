package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.util.List;

/**
 * One key of the root and the audited list.
 *
 * @param problem what is wrong with its signature, empty unless {@code INVALID}
 */
public record KeyUse(NamedKey key, Signed signed, String problem) {
    /** Whether the key signed. */
    public enum Signed {
        YES,
        NO,
        /** A signature names the key and is not right. */
        INVALID
    }

    static KeyUse of(NamedKey key, DocumentType type, SignedEnvelope document) {
        try {
            document.requireThreshold(type, new KeySet(List.of(key), 1));
            return new KeyUse(key, Signed.YES, "");
        } catch (RejectedReleasesException e) {
            return e.reason() == ReleasesReason.THRESHOLD_NOT_MET
                    ? new KeyUse(key, Signed.NO, "")
                    : new KeyUse(key, Signed.INVALID, e.getMessage());
        }
    }
}

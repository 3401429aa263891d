package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that lies before the auditor. Nothing of it is trusted but {@code roots}.
 *
 * @param roots trust roots that the auditor got another way than with the list; the oldest is the anchor
 * @param others earlier versions of the list, and other lists
 * @param since the version whose difference to the list is asked for
 */
public record AuditSubject(
        AuditedList list,
        List<SignedEnvelope> roots,
        Optional<AuditedLog> log,
        List<AuditedImage> images,
        List<AuditedList> others,
        OptionalLong since) {
    public AuditSubject {
        roots = List.copyOf(roots);
        images = List.copyOf(images);
        others = List.copyOf(others);
    }
}

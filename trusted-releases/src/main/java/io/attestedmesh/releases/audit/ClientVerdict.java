package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.RootChain;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.BundleVerifier;
import io.attestedmesh.releases.trust.Requirements;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a client says that has the auditor's roots, has seen nothing else yet, and asks for no more than the root does.
 *
 * @param refusal why it refuses the list, one line; empty if it accepts it
 */
record ClientVerdict(Optional<String> refusal) {
    static ClientVerdict of(AuditedList list, KnownRoots roots, Instant at) {
        Optional<SignedEnvelope> anchor = roots.anchor();
        if (anchor.isEmpty()) {
            return new ClientVerdict(Optional.of("there is no trust root to verify it under"));
        }
        try {
            SignedRoot newest = RootChain.walk(SignedRoot.of(anchor.get()), roots.trusted());
            List<SignedEnvelope> offered = list.isBundle() ? list.roots() : List.of(newest.envelope());
            Bundle bundle = new Bundle(offered, list.envelope(), list.log());
            new BundleVerifier(Requirements.of(newest)).verify(bundle, at);
            return new ClientVerdict(Optional.empty());
        } catch (RejectedReleasesException | MalformedReleasesException e) {
            return new ClientVerdict(Optional.of(e.getMessage()));
        }
    }
}

package io.attestedmesh.cli.release;

import io.attestedmesh.cli.document.Progress;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;

/** How many of a list's signatures are there, by the keys of a trust root. */
record ListProgress(TrustRoot root, Progress progress) {
    static ListProgress of(SignedEnvelope list, TrustRoot root) throws RejectedReleasesException {
        return new ListProgress(root, Progress.of(list, DocumentType.RELEASE_LIST, root.keys()));
    }
}

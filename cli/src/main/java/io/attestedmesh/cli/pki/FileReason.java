package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.evidence.Reason;

/** Why files do not fit together, where each of them may be right. */
enum FileReason implements Reason {
    /** The private key is another certificate's. */
    KEY_MISMATCH
}

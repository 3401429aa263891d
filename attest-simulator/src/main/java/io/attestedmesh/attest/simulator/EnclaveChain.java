package io.attestedmesh.attest.simulator;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** The certificates of one enclave, from the root down to the leaf that signs its documents. */
record EnclaveChain(Ladder ladder, Issuer instance, Issuer leaf) {
    boolean validAt(Instant instant) {
        return ladder.validAt(instant) && instance.validAt(instant) && leaf.validAt(instant);
    }

    /** Root first; the leaf is not among them. */
    List<X509Certificate> bundle() {
        return List.of(
                ladder.root().certificate(),
                ladder.regional().certificate(),
                ladder.zonal().certificate(),
                instance.certificate());
    }
}

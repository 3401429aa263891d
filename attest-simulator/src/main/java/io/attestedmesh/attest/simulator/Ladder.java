package io.attestedmesh.attest.simulator;

import java.time.Instant;

/** The issuing certificates that every enclave of a simulated region shares. */
record Ladder(Issuer root, Issuer regional, Issuer zonal) {
    boolean validAt(Instant instant) {
        return root.validAt(instant) && regional.validAt(instant) && zonal.validAt(instant);
    }
}

package io.attestedmesh.enclave.nsm;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.Closeable;
import java.io.IOException;

/** Carries encoded requests to a Nitro Security Module: {@code /dev/nsm}, or a software one in tests. */
interface NsmChannel extends Closeable {
    /** Longest request of the device, in bytes. */
    int MAX_REQUEST = 0x1000;

    /** Longest answer of the device, in bytes. */
    int MAX_RESPONSE = 0x3000;

    /**
     * One request and its answer, both CBOR. Thread-safe; blocks for as long as the module takes.
     *
     * @param request at most {@link #MAX_REQUEST} bytes
     * @throws IOException if the device cannot be used; an answer that says no is none
     */
    Bytes exchange(Bytes request) throws IOException;
}

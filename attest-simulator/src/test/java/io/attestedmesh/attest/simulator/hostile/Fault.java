package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.TrustedRoot;
import java.util.List;
import java.util.stream.Stream;

/** One thing that can be wrong with a document, all else being right, and what a verifier must say to it. */
public sealed interface Fault permits FormatFault, ChainFault {
    /**
     * A document with this fault.
     *
     * @param root what the verifier is to trust; the cloud's own, unless the root itself has the fault
     */
    record Forged(TrustedRoot root, Bytes document) {}

    String name();

    /** The step of verification that must find it, 1 to 6. */
    int step();

    Reason reason();

    Forged forge(HostileCloud cloud);

    static List<Fault> all() {
        return Stream.<Fault>concat(Stream.of(FormatFault.values()), Stream.of(ChainFault.values()))
                .toList();
    }
}

package io.attestedmesh.cli.node;

import io.attestedmesh.attest.evidence.Attester;
import java.io.IOException;
import java.nio.file.Path;

/** Where a node gets the NSM of its machine from: it opens the device, or uses what its process has open already. */
@FunctionalInterface
public interface NsmSource {
    /**
     * The NSM behind {@code device}; it stays open as long as the node runs.
     *
     * @throws IOException if there is none
     */
    Attester at(Path device) throws IOException;
}

package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.util.Optional;

/** The files of a log by their paths below its folder; there is one kind of it, and tests make it fail. */
interface LogStorage {
    /** The file's content if it is there; one longer than {@code max} is damage. */
    Optional<Bytes> read(String path, int max) throws IOException;

    /** Puts a whole file in the place of what is there; on return it is on disk. */
    void write(String path, Bytes content) throws IOException;
}

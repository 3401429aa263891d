package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a log in memory, where a test is about which and not about the disk. */
record MemoryStorage(Map<String, Bytes> files) implements LogStorage {
    MemoryStorage() {
        this(new TreeMap<>());
    }

    @Override
    public Optional<Bytes> read(String path, int max) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public void write(String path, Bytes content) {
        files.put(path, content);
    }
}

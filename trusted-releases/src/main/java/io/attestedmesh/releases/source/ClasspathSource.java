package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Bytes that came with the program, and so were measured with it. */
final class ClasspathSource implements ReleaseSource {
    private final String name;
    private final int maxBytes;
    private final ClassLoader loader;

    ClasspathSource(String name, int maxBytes, ClassLoader loader) {
        this.name = name;
        this.maxBytes = maxBytes;
        this.loader = loader;
    }

    @Override
    public Optional<Fetched> fetch(Optional<Validator> seen) throws IOException {
        try (InputStream in = loader.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(describe() + " is not on the class path");
            }
            return Optional.of(new Fetched(Content.read(in, maxBytes), Optional.empty(), Optional.empty()));
        }
    }

    @Override
    public String describe() {
        return "classpath:" + OneLine.of(name);
    }
}

package io.attestedmesh.releases.source;

import java.nio.file.Path;

record FileLocation(Path file) implements SourceLocation {
    static final String IN_FOLDER = "bundle.json";

    static FileLocation of(Path path, boolean folder) {
        return new FileLocation(folder ? path.resolve(IN_FOLDER) : path);
    }

    @Override
    public String kind() {
        return "file";
    }

    @Override
    public ReleaseSource open(SourceSettings settings) {
        return new FileSource(file, settings.maxBytes());
    }
}
